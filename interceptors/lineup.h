#pragma once

// The rules that a call of some operation, table and key meets, arranged so that those that let it
// pass cost it little: rules that a count picks are asked together, and those that chance alone
// picks stand close together. Safe to use from any thread.

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "interceptors/gate.h"

namespace dynatape::interceptors {

/// Rules that count the same calls in one counter.
class CountedRules {
 public:
  explicit CountedRules(Counter& counter) : counter_(&counter) {}

  void add(std::size_t place, const Gate& gate);

  [[nodiscard]] Counter& counter() const { return *counter_; }
  [[nodiscard]] const std::vector<std::size_t>& places() const { return places_; }

  /// Appends the ids of those that pick the call of that ordinal.
  void pick(std::uint64_t ordinal, std::vector<std::uint64_t>& picked) const;

 private:
  struct Entry {
    Ordinals ordinals;
    std::uint64_t id;
  };

  Counter* counter_;
  std::vector<std::size_t> places_;
  std::vector<Entry> entries_;
  /// Some ordinals that no rule picks: the first, and in the low bits how many. Each value that it
  /// ever has is true for good, so that threads need not agree on one.
  mutable std::atomic<std::uint64_t> quiet_ = 0;
};

/// Rules that chance alone picks.
class DrawnRules {
 public:
  void add(std::size_t place, const Gate& gate);

  /// Appends the places of those that pick what is hashed to `about`.
  void pick(std::uint64_t about, std::vector<std::size_t>& places) const;

 private:
  struct Entry {
    std::uint64_t prefix;
    std::uint64_t threshold;
    std::size_t place;

    [[nodiscard]] bool hits(std::uint64_t about) const { return draw(prefix, about) < threshold; }
  };

  std::vector<Entry> entries_;
};

struct Lineup {
  /// `places`: rising, each of a gate.
  Lineup(std::span<const std::size_t> places, std::span<const Gate> gates);

  std::vector<std::unique_ptr<CountedRules>> counted;  ///< a counter each
  DrawnRules drawn;
  std::vector<std::size_t> others;  ///< rising; each must be asked by itself
};

}  // namespace dynatape::interceptors
