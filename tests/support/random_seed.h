#pragma once

// The seed of a random test: printed with every failure, and taken back from the environment.

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string_view>

namespace dynatape::support {

/// DYNATAPE_SEED where it is set, else a new one; printed to standard output.
inline std::uint64_t random_seed(std::string_view test) {
  const char* given = std::getenv("DYNATAPE_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device()();
  std::cout << test << ": DYNATAPE_SEED=" << seed << '\n';
  return seed;
}

}  // namespace dynatape::support
