#pragma once

// Where a Query walks: its key condition and ExclusiveStartKey as a range of rows.

#include "emulator/expression/key_condition.h"
#include "emulator/operations/read_page.h"

namespace dynatape::operations {

/// Binds the key condition to the key of the table or index and checks ExclusiveStartKey before,
/// between and after, in the service's order.
[[nodiscard]] model::Outcome<Walk> query_walk(const ReadRequest& request, const ReadSource& source,
                                              const expression::KeyCondition& condition,
                                              bool forward);

}  // namespace dynatape::operations
