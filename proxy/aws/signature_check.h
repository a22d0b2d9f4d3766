#pragma once

// Who may call: whether a request's SigV4 signature was made with one of the keys given, in the
// order and the words of the service. It looks at no target and no body but for the hash of it.

#include <optional>
#include <span>
#include <string>

#include "core/message.h"
#include "core/time.h"

namespace dynatape::aws {

struct Key {
  std::string id;
  std::string secret;
  std::string session_token = {};  ///< empty: a key of long term, which has none

  bool operator==(const Key&) const = default;
};

/// AWS's error: "InvalidSignatureException" and its message.
struct SignatureError {
  std::string type;
  std::string message;

  bool operator==(const SignatureError&) const = default;
};

/// nullopt if the signature is right. The request has all the parts of a signature, which the gates
/// see to. Any region is valid.
[[nodiscard]] std::optional<SignatureError> signature_error(const core::Request& request,
                                                            std::span<const Key> keys,
                                                            core::TimePoint now);

}  // namespace dynatape::aws
