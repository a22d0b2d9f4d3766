#pragma once

// Where a Query walks: its key condition and ExclusiveStartKey as a range of rows.

#include "emulator/expression/key_condition.h"
#include "emulator/operations/read_page.h"

namespace dynatape::operations {

/// Binds the key condition to the key of the table or index, and checks ExclusiveStartKey and what
/// is selected from the index in between, in the service's order.
[[nodiscard]] model::Outcome<Walk> query_walk(const ReadRequest& request, const ReadSource& source,
                                              const ReadPlan& plan,
                                              const expression::KeyCondition& condition,
                                              bool forward);

}  // namespace dynatape::operations
