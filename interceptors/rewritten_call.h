#pragma once

// Sending a call on with another body. Where an endpoint checks signatures, and the client's no
// longer fits, it refuses; then nothing has happened, and the call can go on as it was.

#include <string>
#include <string_view>

#include "core/message.h"
#include "interceptors/fault.h"

namespace dynatape::interceptors {

inline constexpr std::string_view kSignatureInTheWay =
    "the upstream checks signatures, so that the call cannot be rewritten";

/// Whether the call's parameters are an object that can be written out again: nested deeper than
/// any upstream takes, they would exhaust the stack.
[[nodiscard]] bool rewritable(const core::Call& call);

/// `inner`, with the call's body replaced.
[[nodiscard]] core::Task<core::Result<core::Reply>> send_rewritten(core::Exchange& exchange,
                                                                   Inner inner, std::string body);
/// The same past the later rules: for calls besides the one that they hit.
[[nodiscard]] core::Task<core::Result<core::Reply>> send_aside(core::Exchange& exchange,
                                                               Inner inner, std::string body);

/// Whether an answer refuses the call for its signature.
[[nodiscard]] bool refuses_signature(const core::Reply& reply);

}  // namespace dynatape::interceptors
