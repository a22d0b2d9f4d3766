#pragma once

// Why a message is not taken at the door, before there is a call.

#include <string>

#include "core/message.h"

namespace dynatape::http {

/// The connection cannot go on after a refusal: what follows on it may be anything.
struct Refusal {
  int status = 400;
  std::string message;

  bool operator==(const Refusal&) const = default;
};

/// As the client gets to see it: `{"message":"..."}` without a `__type`, because the service has no
/// exception for what is no call. SDKs then report the status and the message, and do not retry.
[[nodiscard]] core::Response response_of(const Refusal& refusal);

}  // namespace dynatape::http
