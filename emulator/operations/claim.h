#pragma once

// The items that a call is about to write, against those that a write under way holds: the
// conflicts of concurrent transactions, and what a call that is to be held would lock.

#include <string>
#include <string_view>

#include "emulator/model/service_error.h"
#include "emulator/operations/cancellation.h"
#include "emulator/operations/context.h"

namespace dynatape::operations {

/// TransactionConflictException where a transaction holds the item of a single write.
[[nodiscard]] model::Outcome<void> claim(const Context& context, std::string_view table,
                                         std::string_view row_key);
/// Whether a transaction holds it; for writes of a batch, which then leave it alone.
[[nodiscard]] bool is_held(const Context& context, std::string_view table,
                           std::string_view row_key);
/// The reason of one action of a transaction that reads: TransactionConflict where a write holds
/// its item, else none.
[[nodiscard]] CancellationReason conflict_in_transaction(const Context& context,
                                                         std::string_view table,
                                                         std::string_view row_key);
/// The same for one of a transaction that writes; a condition check stands in the way of others
/// like a write.
[[nodiscard]] CancellationReason claim_in_transaction(const Context& context,
                                                      std::string_view table,
                                                      std::string_view row_key);
/// TransactionInProgressException where a transaction with the token has not ended.
[[nodiscard]] model::Outcome<void> claim_token(const Context& context, std::string_view token);

}  // namespace dynatape::operations
