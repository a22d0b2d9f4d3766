#pragma once

// What is asked of one rule at each call, once the call is known to be of its operation and tables:
// whether a count or chance picks it. With many rules this is the cost, so it is kept small.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "interceptors/rule_set.h"

namespace dynatape::interceptors {

/// How many calls some rules fitted.
struct Counter {
  std::atomic<std::uint64_t> fitted = 0;
};

/// Uniform over all 64-bit values where `a` and `b` are hashes: their product, its halves folded.
[[nodiscard]] inline std::uint64_t draw(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

struct Gate {
  Gate(const Rule& rule, std::uint64_t seed, std::string_view session);

  std::uint64_t id = 0;        ///< of its own among all rules that share a history
  std::uint64_t prefix;        ///< the hash of seed, rule and session
  std::uint64_t threshold;     ///< its probability, of 2^64
  Ordinals ordinals;           ///< that it picks
  Counter* counter = nullptr;  ///< where it counts all keys together
  bool certain;                ///< its probability is 1
  Needs needs;

  /// Whether chance picks the call, or leaves it to the other conditions. `about`: what the
  /// decision is about, as a hash.
  [[nodiscard]] bool is_drawn(std::uint64_t about) const {
    return certain || draw(prefix, about) < threshold;
  }
};

}  // namespace dynatape::interceptors
