#pragma once

// Durations as rule files write them: "250us", "20ms", "1.5s", "2m", "1h".

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace dynatape::interceptors {

/// No rule waits longer than a day.
inline constexpr core::Duration kLongestDuration = std::chrono::hours(24);

/// A decimal number and one of the units us, ms, s, m, h, with nothing between and around them;
/// nullopt for anything else, for parts of a microsecond and above kLongestDuration.
[[nodiscard]] std::optional<core::Duration> parse_duration(std::string_view text);

/// Exact, in the unit a reader expects: "1.5s", "90s", "2m", "20ms", "0ms".
[[nodiscard]] std::string to_text(core::Duration duration);

}  // namespace dynatape::interceptors
