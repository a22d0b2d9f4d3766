#pragma once

// What TransactGetItems and TransactWriteItems share: their limits and the texts of their refusals.

#include <cstddef>
#include <string>
#include <string_view>

#include "emulator/model/service_error.h"
#include "emulator/operations/cancellation.h"
#include "emulator/operations/context.h"
#include "emulator/operations/request.h"

namespace dynatape::operations {

inline constexpr std::size_t kMaxTransactionActions = 100;
inline constexpr std::size_t kMaxTransactionBytes = std::size_t{4} << 20;

/// The texts of transactions: still the older ones in us-east-1 in October 2026, whose answers both
/// behaviours follow (new in eu-west-2, eu-north-1 and ap-northeast-2 only).
inline constexpr Layer kTransactionLayer = Layer::older;

/// No two actions of a transaction may be about one item.
[[nodiscard]] model::ServiceError repeated_item();
[[nodiscard]] model::ServiceError transaction_too_large();

}  // namespace dynatape::operations
