#pragma once

// What a request means, as text: two requests that mean the same have the same canonical form, and
// its hash is what a cassette finds them by. It never looks at headers other than X-Amz-Target.
//
// Version 1: the operation and the body's JSON without white space, members sorted, numbers in
// plain decimal, the members of SS, NS and BS sorted, and idempotency tokens that an SDK made left
// out. Lists, expressions and binary values stand as they were sent. A body that is not JSON stands
// for itself.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/message.h"
#include "core/operation.h"

namespace dynatape::cassettes {

/// Of the rules above. A cassette says which one its keys were made with; keys of another version
/// are made anew from the stored requests.
inline constexpr int kKeyVersion = 1;

/// The first 128 bits of the SHA-256 of a canonical request: equal on every machine.
struct Fingerprint {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Fingerprint&) const = default;
};

/// The canonical form of a JSON document; nullopt where `text` is not one.
[[nodiscard]] std::optional<std::string> canonical_json(std::string_view text);

/// "GetItem {...}"; a request that names no operation of the service begins with its method, path
/// and X-Amz-Target instead.
[[nodiscard]] std::string canonical_request(const core::Request& request,
                                            const core::Operation* operation);

[[nodiscard]] Fingerprint fingerprint_of(const core::Request& request,
                                         const core::Operation* operation);

}  // namespace dynatape::cassettes
