#pragma once

// INSERT, UPDATE, DELETE and EXISTS on a table, in steps that a transaction takes for all its
// statements before the next: find the row, judge it, write it.

#include <optional>
#include <string>

#include "emulator/expression/ast.h"
#include "emulator/expression/partiql_statement.h"
#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"
#include "emulator/storage/database.h"

namespace dynatape::operations {

/// Where a statement writes: the table, its item's key attributes (of an INSERT all attributes),
/// and what the item must meet.
struct WriteTarget {
  storage::TableWriter* table;
  model::Item key;
  std::optional<expression::Condition> condition;
};
/// No such table, or a WHERE that does not name one item.
[[nodiscard]] model::Outcome<WriteTarget> write_target(
    const Context& context, storage::Transaction& transaction,
    const expression::partiql::Statement& statement);

/// The key of the row; the refusal of key values that are missing, of a wrong type, empty or long.
[[nodiscard]] model::Outcome<std::string> row_key(const WriteTarget& target,
                                                  const expression::partiql::Statement& statement);

/// What is to be done to one row.
struct Effect {
  std::string key;
  std::optional<model::Item> after;  ///< to put
  bool erases = false;
};
/// Judges the row as it is: duplicates, conditions, what an update makes of it. A failed condition
/// returns the item if `return_old`.
[[nodiscard]] model::Outcome<Effect> effect_of(const WriteTarget& target, std::string key,
                                               const expression::partiql::Statement& statement,
                                               bool return_old);

[[nodiscard]] storage::Change carry_out(storage::TableWriter& table, const Effect& effect);

/// What RETURNING asks for; nullopt for nothing, also where nothing was there.
[[nodiscard]] std::optional<model::Item> returned(const expression::partiql::Statement& statement,
                                                  const storage::Change& change);

}  // namespace dynatape::operations
