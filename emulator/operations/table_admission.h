#pragma once

// What a table's state lets happen to it: the service refuses by what is asked for and by what is
// going on, each pair in its own words. Values are not looked at here.
//
// The words were recorded in October 2026 (ack-api-quirks, two regions) unless marked as inferred.

#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"
#include "emulator/operations/update_table_input.h"

namespace dynatape::operations {

/// CreateTable of a name that `existing` has.
[[nodiscard]] model::ServiceError name_in_use(const Context& context, const model::Table& existing);
[[nodiscard]] model::Outcome<void> check_may_update(const Context& context,
                                                    const model::Table& table,
                                                    const UpdateTableInput& input);
[[nodiscard]] model::Outcome<void> check_may_delete(const Context& context,
                                                    const model::Table& table);
/// TagResource and UntagResource.
[[nodiscard]] model::Outcome<void> check_may_tag(const Context& context, const model::Table& table);

/// LimitExceededException while 500 tables are changing their state.
[[nodiscard]] model::Outcome<void> check_changing_tables(const Context& context);

}  // namespace dynatape::operations
