#pragma once

// The table a call is about: its name or ARN as sent, and finding it in the state it must be in.

#include <string>
#include <string_view>

#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"
#include "emulator/storage/database.h"
#include "emulator/wire/shape.h"

namespace dynatape::operations {

/// The bare name in a name or the ARN of a table; a view of `sent`.
[[nodiscard]] std::string_view table_name(std::string_view sent);

/// A TableName member: a name, or the ARN of a table.
struct TableName {
  std::string sent;

  /// The bare name.
  [[nodiscard]] std::string_view name() const { return table_name(sent); }
};

[[nodiscard]] bool decode(wire::Decoding& decoding, const wire::Json& json, TableName& out);

/// A name by the constraint given, an ARN by its length alone.
void check_value(wire::Violations& violations, const TableName& table,
                 const wire::Constraint& constraint, const wire::Path& path);

/// Data plane: `Requested resource not found` unless the table is there, past its
/// creation and not being deleted.
[[nodiscard]] model::Outcome<const storage::TableState*> find_table(const Context& context,
                                                                    const storage::Snapshot& from,
                                                                    std::string_view name);
[[nodiscard]] model::Outcome<storage::TableWriter*> find_table(const Context& context,
                                                               storage::Transaction& from,
                                                               std::string_view name);

/// The table, or nullptr where there is none or it has ceased to exist by now.
[[nodiscard]] const storage::TableState* present_table(const Context& context,
                                                       const storage::Snapshot& from,
                                                       std::string_view name);
[[nodiscard]] storage::TableWriter* present_table(const Context& context,
                                                  storage::Transaction& from,
                                                  std::string_view name);

/// Control plane: `Requested resource not found: Table: x not found`.
[[nodiscard]] model::ServiceError table_not_found(std::string_view name);

/// arn:aws:dynamodb:<region>:000000000000:table/<name>
[[nodiscard]] std::string table_arn(const Context& context, std::string_view name);

}  // namespace dynatape::operations
