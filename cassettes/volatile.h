#pragma once

// Literals that are another in every run of a program, as holes of a request's shape: which kinds
// there are, and how two runs' literals may stand for each other.

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "cassettes/match_rules.h"
#include "cassettes/shape.h"
#include "core/time.h"

namespace dynatape::cassettes {

struct VolatileKind {
  std::string_view name;
  /// One recorded value stands for one live value, and the other way round. Times coincide as the
  /// runs' speeds have it: theirs only shows what was meant.
  bool one_to_one;
};

/// What a rule names, whatever its form; all of a value.
inline constexpr std::string_view kNamed = "named";

inline constexpr VolatileKind kVolatileKinds[] = {
    {"uuid", true}, {"ulid", true}, {"ksuid", true}, {"time", false}, {kNamed, true}};

/// Of a hole, whose tag begins with the name of its kind.
[[nodiscard]] constexpr bool one_to_one(std::string_view tag) {
  const auto* row = std::ranges::find_if(
      kVolatileKinds, [&](const VolatileKind& kind) { return tag.starts_with(kind.name); });
  return row == std::end(kVolatileKinds) || row->one_to_one;
}

/// The shape of a request that was made at `around`. Without volatile literals it is its meaning.
[[nodiscard]] Shape volatile_shape(const core::Request& request, const core::Operation* operation,
                                   core::TimePoint around, const MatchRules& rules = {});

/// Whether its text shows a volatile literal, or may hide one: a cheap look that spares most
/// requests the other.
[[nodiscard]] bool may_be_volatile(std::string_view body, core::TimePoint around);

}  // namespace dynatape::cassettes
