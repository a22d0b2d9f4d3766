#include "proxy/sessions/clock_text.h"

#include <charconv>
#include <cmath>
#include <ctime>
#include <optional>

#include "core/time_text.h"

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

/// ".5" as microseconds; up to six digits.
std::optional<core::Duration> decimals(std::string_view text) {
  if (text.empty()) return core::Duration::zero();
  if (text.front() != '.' || text.size() < 2 || text.size() > 7) return std::nullopt;
  std::int64_t micros = 0;
  for (std::size_t i = 1; i <= 6; ++i) {
    const char digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    micros = micros * 10 + (digit - '0');
  }
  return core::Duration(micros);
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

core::Result<core::TimePoint> parse_time(std::string_view text) {
  const std::string whole(text);
  const auto wrong = [&] {
    return failure("'" + whole + "' is no time such as 2026-10-09T12:00:00Z");
  };
  std::tm fields{};
  const char* const rest = strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%S", &fields);
  if (!rest || !whole.ends_with('Z') || rest > whole.c_str() + whole.size() - 1) return wrong();
  const auto fraction =
      decimals({rest, static_cast<std::size_t>(whole.c_str() + whole.size() - 1 - rest)});
  const bool in_range = fields.tm_year >= 70 && fields.tm_year < 300;
  if (!fraction || !in_range) return wrong();
  return core::TimePoint(std::chrono::seconds(timegm(&fields)) + *fraction);
}

std::string to_text(core::TimePoint time) {
  const bool whole = time == std::chrono::floor<std::chrono::seconds>(time);
  std::string text = core::iso_time(time, whole ? 0 : 6);
  text.pop_back();
  while (!whole && text.ends_with('0')) text.pop_back();
  return text + "Z";
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
