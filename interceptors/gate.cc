#include "interceptors/gate.h"

#include <cmath>

#include "core/digest.h"

namespace dynatape::interceptors {
namespace {

/// Below it are that many of all 64-bit values; those of a certain rule are not asked for.
std::uint64_t threshold_of(double probability) {
  return probability > 0 && probability < 1
             ? static_cast<std::uint64_t>(std::ldexp(probability, 64))
             : 0;
}

}  // namespace

Gate::Gate(const Rule& rule, std::uint64_t seed, std::string_view session)
    : prefix(core::StableHash(seed).add(rule.name).add(session).value()),
      threshold(threshold_of(rule.when.probability)),
      ordinals(rule.when.ordinals()),
      certain(rule.when.probability >= 1),
      needs(needs_of(rule)) {}

}  // namespace dynatape::interceptors
