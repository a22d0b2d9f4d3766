#pragma once

// The questions DynamoDB asks of a request before it looks at the call itself: method, content
// type, JSON, target, authentication. In the order and the words of the recordings
// (architect/dynalite, checked against AWS; CORS: AWS itself).

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/message.h"
#include "core/time.h"
#include "proxy/aws/signature_check.h"

namespace dynatape::sessions {

/// Whose signatures are good, and when.
struct Signers {
  std::span<const aws::Key> keys;
  core::TimePoint now;
  std::string signed_target = {};  ///< where it is not the request's: what the client signed
};

/// The answer of the first gate that `request` does not pass; nullopt for a well-formed call of a
/// known operation. A body is only parsed when another gate failed: the operation itself refuses
/// bytes that are not JSON. Without `signers` a signature only has to be there.
[[nodiscard]] std::optional<core::Response> refused_at_gate(
    const core::Request& request, const std::optional<Signers>& signers = std::nullopt);

/// The Content-Type of the answer to `request`: the service echoes which of its two JSON types was
/// sent.
[[nodiscard]] std::string_view answer_content_type(const core::Request& request);

}  // namespace dynatape::sessions
