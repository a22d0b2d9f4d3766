#include "proxy/sessions/clock_text.h"

#include <charconv>
#include <cmath>
#include <optional>

namespace dynatape::sessions {
namespace {

using core::failure;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

core::Result<ClockSetting> parse_clock(std::string_view text) {
  constexpr std::string_view kFrozen = "frozen:";
  if (text == "system") return ClockSetting{};
  if (text == "frozen") return ClockSetting{.start = std::nullopt, .rate = 0};
  if (text.starts_with(kFrozen)) {
    const auto time = parse_time(text.substr(kFrozen.size()));
    if (time) return ClockSetting{.start = *time, .rate = 0};
  }
  const auto rate = text.starts_with('x') ? number(text.substr(1)) : std::nullopt;
  if (rate && *rate > 0 && *rate <= kHighestRate) {
    return ClockSetting{.start = std::nullopt, .rate = *rate};
  }
  return failure("'" + std::string(text) + "' is not " + kClockForms);
}

core::Result<core::Duration> parse_span(std::string_view text) {
  struct Unit {
    std::string_view name;
    double micros;
  };
  // "ms" and "us" before "s".
  static constexpr Unit kUnits[] = {{"us", 1},  {"ms", 1e3},  {"s", 1e6},
                                    {"m", 6e7}, {"h", 3.6e9}, {"d", 8.64e10}};
  constexpr double kLongest = 36500 * 8.64e10;
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    const auto count = number(text.substr(0, text.size() - unit.name.size()));
    if (!count || *count < 0 || *count * unit.micros > kLongest) break;
    return core::Duration(std::llround(*count * unit.micros));
  }
  return failure("'" + std::string(text) +
                 "' is no duration such as 250ms, 90s, 1.5h or 7d, up to 36500d");
}

}  // namespace dynatape::sessions
