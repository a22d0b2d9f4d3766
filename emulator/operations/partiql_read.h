#pragma once

// SELECT on a snapshot of a table: one item by its key, or a page of what its plan reads.

#include <cstdint>
#include <optional>
#include <string>

#include "emulator/expression/partiql_plan.h"
#include "emulator/model/service_error.h"
#include "emulator/operations/capacity.h"
#include "emulator/operations/partiql_token.h"
#include "emulator/storage/table_state.h"

namespace dynatape::operations {

struct SelectedPage {
  std::string items;  ///< a JSON array
  Consumed consumed;
  bool complete = true;  ///< nothing is left to read
  ReadPosition last;     ///< the row read last
  model::Item last_key;  ///< its key, as LastEvaluatedKey
};

struct PageRequest {
  Consistency consistency = Consistency::eventual;
  std::optional<std::int32_t> limit;  ///< rows to look at
  std::optional<ReadPosition> after;
};

/// Refuses unknown indexes, columns and filters that an index does not hold, and what cannot be
/// planned.
[[nodiscard]] model::Outcome<SelectedPage> select_page(const storage::TableState& table,
                                                       const expression::partiql::Select& select,
                                                       const PageRequest& request);

/// The columns of an item.
[[nodiscard]] model::Item columns_of(const expression::partiql::Select& select, model::Item item);

}  // namespace dynatape::operations
