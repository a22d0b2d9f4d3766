#pragma once

// The key by which a tape finds a recording: a hash of what a request means.

#include <array>
#include <compare>
#include <cstdint>

#include "core/message.h"
#include "core/operation.h"

namespace dynatape::cassettes {

/// Of the rules of meaning.h. A cassette says which one its keys were made with; keys of another
/// version are made anew from the stored requests. 1: JSON without white space, sorted. 2: the
/// meaning.
inline constexpr int kKeyVersion = 2;

/// 128 bits of SHA-256: equal on every machine.
struct Fingerprint {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Fingerprint&) const = default;
};

/// Of meaning_of(request, operation).
[[nodiscard]] Fingerprint fingerprint_of(const core::Request& request,
                                         const core::Operation* operation);

}  // namespace dynatape::cassettes
