#pragma once

// Which item, or which request, a call is about, as one hash: what decisions and `"per": "key"`
// tell calls apart by. docs/rules.md says what the key of each operation is.

#include <cstdint>

#include "core/call.h"

namespace dynatape::interceptors {

/// GetItem, UpdateItem, DeleteItem: `Key`. PutItem: `Item`. Any other operation: all parameters.
/// The tables count; the order of members does not, nor do the tokens that SDKs make up anew for
/// each call (ClientRequestToken, ClientToken). Equal on every machine.
[[nodiscard]] std::uint64_t call_key(const core::Call& call);

}  // namespace dynatape::interceptors
