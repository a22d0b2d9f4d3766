#pragma once

// Clocks, instants and spans as users write them, on the command line and over the admin API.

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "core/time_text.h"
#include "proxy/sessions/session_clock.h"

namespace dynatape::sessions {

/// "system", "frozen", "frozen:2026-10-09T12:00:00Z", "x10", "x0.5".
[[nodiscard]] core::Result<ClockSetting> parse_clock(std::string_view text);
/// What parse_clock reads, for messages.
inline constexpr const char* kClockForms =
    "system, frozen, frozen:TIME such as frozen:2026-10-09T12:00:00Z, or xN such as x10";

using core::parse_time;
using core::to_text;

/// "90s", "1.5h", "7d": a decimal number and us, ms, s, m, h or d; up to 36500 days.
[[nodiscard]] core::Result<core::Duration> parse_span(std::string_view text);

inline constexpr double kHighestRate = 1'000'000;

}  // namespace dynatape::sessions
