#include "interceptors/duration_text.h"

#include <cstdint>

namespace dynatape::interceptors {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t microseconds;
};

/// Largest first.
constexpr Unit kUnits[] = {
    {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}};

constexpr std::size_t kMostDigits = 11;  // a day has 86,400,000,000 microseconds

const Unit* unit_called(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

std::string_view take_digits(std::string_view& rest) {
  const auto end = rest.find_first_not_of("0123456789");
  const auto digits = rest.substr(0, end);
  rest.remove_prefix(digits.size());
  return digits;
}

}  // namespace

std::optional<core::Duration> parse_duration(std::string_view text) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
  }
  const Unit* unit = unit_called(text);
  if (whole.empty() || !unit || whole.size() + fraction.size() > kMostDigits) return std::nullopt;

  std::int64_t digits = 0;
  std::int64_t scale = 1;
  for (const char c : whole) digits = digits * 10 + (c - '0');
  for (const char c : fraction) {
    digits = digits * 10 + (c - '0');
    scale *= 10;
  }
  if (digits / scale > kLongestDuration.count() / unit->microseconds) return std::nullopt;
  // At most 86,400,000,000 * 10^11: the product needs more than 64 bits.
  const auto scaled = static_cast<__int128>(digits) * unit->microseconds;
  if (scaled % scale != 0) return std::nullopt;
  const core::Duration duration(static_cast<std::int64_t>(scaled / scale));
  return duration <= kLongestDuration ? std::optional(duration) : std::nullopt;
}

std::string to_text(core::Duration duration) {
  const std::int64_t microseconds = duration.count();
  if (microseconds == 0) return "0ms";
  if (microseconds < 0) return "-" + to_text(-duration);
  for (const Unit& unit : kUnits) {
    if (microseconds < unit.microseconds) continue;
    // Hours and minutes only where nothing is left over: "90s", not "1.5m".
    if (unit.microseconds > 1'000'000 && microseconds % unit.microseconds != 0) continue;
    std::string text = std::to_string(microseconds / unit.microseconds);
    if (const std::int64_t rest = microseconds % unit.microseconds; rest != 0) {
      std::string fraction = std::to_string(unit.microseconds + rest).substr(1);
      fraction.erase(fraction.find_last_not_of('0') + 1);
      text += "." + fraction;
    }
    return text.append(unit.name);
  }
  return {};
}

}  // namespace dynatape::interceptors
