#pragma once

// Chance, handed in. For faults it is never a shared stream: each decision has its own generator,
// seeded by what the decision is about, so that how calls interleave changes nothing.

#include <cstdint>

namespace dynatape::core {

/// splitmix64: a value, cheap to make one of per decision.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  /// Uniform over all 64-bit values.
  std::uint64_t next();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Mean 0, standard deviation 1.
  double normal();
  /// True with that probability: never for 0 and less, always for 1 and more.
  bool chance(double probability);

 private:
  std::uint64_t state_;
};

}  // namespace dynatape::core
