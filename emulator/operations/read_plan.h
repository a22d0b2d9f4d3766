#pragma once

// What a Query or Scan is to do with the rows it comes upon: filter and selection compiled from the
// request, and the rules between them and the table.

#include <optional>
#include <string>
#include <vector>

#include "emulator/expression/ast.h"
#include "emulator/expression/legacy.h"
#include "emulator/expression/placeholders.h"
#include "emulator/operations/context.h"
#include "emulator/operations/read_request.h"
#include "emulator/operations/request.h"
#include "emulator/storage/table_state.h"

namespace dynatape::operations {

/// How errors of this read are worded: Query runs the newer validation, Scan the older.
struct ReadWords {
  Layer values;     ///< of attribute values
  Layer selection;  ///< of Select
};

struct ReadPlan {
  std::optional<expression::Condition> filter;
  bool legacy_filter = false;  ///< from QueryFilter or ScanFilter
  std::optional<expression::Projection> projection;
  bool count_only = false;
  bool all_attributes = false;  ///< Select ALL_ATTRIBUTES, also from an index
};

/// What the read goes over: a table or one of its indexes. Borrows the snapshot.
struct ReadSource {
  const storage::TableState* state;
  const model::SecondaryIndex* index;  ///< nullptr for the table itself
  const storage::Rows* rows;

  [[nodiscard]] const model::Table& table() const { return state->definition(); }
  [[nodiscard]] const model::KeySchema& key() const { return index ? index->key : table().key; }
  [[nodiscard]] bool is_global() const {
    return index != nullptr && index->kind == model::IndexKind::global;
  }
};

/// ScanFilter or QueryFilter, its values and operators checked.
[[nodiscard]] model::Outcome<void> check_filter(const std::optional<wire::Named<Condition>>& filter,
                                                Layer layer);
/// The values of ExclusiveStartKey.
[[nodiscard]] model::Outcome<void> check_start_key_values(const ReadRequest& request, Layer layer);
/// The rules between Select, AttributesToGet, ProjectionExpression and IndexName.
[[nodiscard]] model::Outcome<void> check_selection(const ReadRequest& request, ReadWords words);
/// Names and values, taken out of `request`.
[[nodiscard]] expression::Placeholders take_placeholders(ReadRequest& request);

/// Filter and projection. The caller has compiled what comes before them with the same
/// placeholders, and checks that all were used.
[[nodiscard]] model::Outcome<ReadPlan> plan_read(const ReadRequest& request,
                                                 std::optional<wire::Named<Condition>> filter,
                                                 expression::Placeholders& placeholders,
                                                 ReadWords words);

/// The table or index named, which must be readable in the way asked for.
[[nodiscard]] model::Outcome<ReadSource> find_source(const Context& context,
                                                     const ReadRequest& request,
                                                     const storage::Snapshot& snapshot);

/// Refuses to select from a global index what it does not hold.
[[nodiscard]] model::Outcome<void> check_index_selection(const ReadSource& source,
                                                         const ReadPlan& plan);

/// Refuses paths into key attributes, which are scalars.
[[nodiscard]] model::Outcome<void> check_scalar_keys(
    const model::Table& table, const std::vector<const expression::Path*>& paths);
[[nodiscard]] model::Outcome<void> check_scalar_keys(const model::Table& table,
                                                     const ReadPlan& plan);

}  // namespace dynatape::operations
