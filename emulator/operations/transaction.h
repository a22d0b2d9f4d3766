#pragma once

// What TransactGetItems and TransactWriteItems share: their limits, and why one is cancelled.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"
#include "emulator/operations/request.h"

namespace dynatape::operations {

inline constexpr std::size_t kMaxTransactionActions = 100;
inline constexpr std::size_t kMaxTransactionBytes = 4 * 1024 * 1024;

/// The texts of transactions: still the older ones in us-east-1 in October 2026, whose answers both
/// behaviours follow (new in eu-west-2, eu-north-1 and ap-northeast-2 only).
inline constexpr Layer kTransactionLayer = Layer::older;

/// Why one action stood in the way, or that it did not.
struct CancellationReason {
  std::string_view code = "None";
  std::string message = {};
  std::string item = {};  ///< JSON, where the action asked for the item that failed its condition
};

/// The reason for an action that cannot be carried out.
[[nodiscard]] CancellationReason validation_reason(const model::ServiceError& error);

/// TransactionCanceledException with one reason for each action, in order.
[[nodiscard]] model::ServiceError cancelled(std::span<const CancellationReason> reasons);

/// No two actions of a transaction may be about one item.
[[nodiscard]] model::ServiceError repeated_item();
[[nodiscard]] model::ServiceError transaction_too_large();

}  // namespace dynatape::operations
