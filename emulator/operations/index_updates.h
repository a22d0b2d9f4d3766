#pragma once

// Global indexes as UpdateTable makes, changes and drops them.

#include "emulator/operations/context.h"
#include "emulator/operations/update_table_input.h"
#include "emulator/storage/table_writer.h"

namespace dynatape::operations {

/// Whether the updates can go together, whatever the table.
[[nodiscard]] model::Outcome<void> check_index_updates(
    const std::vector<GlobalIndexUpdate>& updates);

/// Throughput and the like, of the definition alone.
[[nodiscard]] model::Outcome<void> change_indexes(const Context& context,
                                                  const UpdateTableInput& input,
                                                  model::Table& table);
/// Makes or drops an index: one for each call. A dropped one is told of until it is gone.
[[nodiscard]] model::Outcome<void> make_or_drop_index(const Context& context,
                                                      const UpdateTableInput& input,
                                                      storage::TableWriter& table);

/// Adds the request's definitions that keys use and drops those that none uses any more.
void settle_definitions(const Context& context, const UpdateTableInput& input, model::Table& table);
/// Ends what is over by now: states whose time has passed, indexes that are gone.
void settle_states(const Context& context, model::Table& table);

}  // namespace dynatape::operations
