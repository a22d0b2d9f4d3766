#include "core/time_text.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <optional>

namespace dynatape::core {
namespace {

struct Fields {
  int year;
  unsigned month;
  unsigned day;
  unsigned weekday;  // 0 is Sunday
  int hours;
  int minutes;
  int seconds;
  int micros;
};

Fields fields_of(TimePoint time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<unsigned>(date.month()),
          .day = static_cast<unsigned>(date.day()),
          .weekday = std::chrono::weekday(midnight).c_encoding(),
          .hours = static_cast<int>(clock.hours().count()),
          .minutes = static_cast<int>(clock.minutes().count()),
          .seconds = static_cast<int>(clock.seconds().count()),
          .micros = static_cast<int>(clock.subseconds().count())};
}

/// ".5" as microseconds; up to six digits.
std::optional<Duration> decimals_in(std::string_view text) {
  if (text.empty()) return Duration::zero();
  if (text.front() != '.' || text.size() < 2 || text.size() > 7) return std::nullopt;
  std::int64_t micros = 0;
  for (std::size_t i = 1; i <= 6; ++i) {
    const char digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    micros = micros * 10 + (digit - '0');
  }
  return Duration(micros);
}

}  // namespace

Result<TimePoint> parse_time(std::string_view text) {
  const std::string whole(text);
  const auto wrong = [&] {
    return failure("'" + whole + "' is no time such as 2026-10-09T12:00:00Z");
  };
  std::tm fields{};
  const char* const rest = strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%S", &fields);
  if (!rest || !whole.ends_with('Z') || rest > whole.c_str() + whole.size() - 1) return wrong();
  const auto fraction =
      decimals_in({rest, static_cast<std::size_t>(whole.c_str() + whole.size() - 1 - rest)});
  const bool in_range = fields.tm_year >= 70 && fields.tm_year < 300;
  if (!fraction || !in_range) return wrong();
  return TimePoint(std::chrono::seconds(timegm(&fields)) + *fraction);
}

std::string to_text(TimePoint time) {
  const bool whole = time == std::chrono::floor<std::chrono::seconds>(time);
  std::string text = iso_time(time, whole ? 0 : 6);
  text.pop_back();
  while (!whole && text.ends_with('0')) text.pop_back();
  return text + "Z";
}

std::string iso_time(TimePoint time, int decimals) {
  const Fields at = fields_of(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06d", at.year, at.month,
                at.day, at.hours, at.minutes, at.seconds, at.micros);
  std::string whole = text.data();
  // The point goes with the last of the six digits.
  whole.resize(whole.size() - (decimals == 0 ? 7 : 6 - static_cast<std::size_t>(decimals)));
  return whole + "Z";
}

std::string amz_date(TimePoint time) {
  const Fields at = fields_of(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", at.year, at.month, at.day,
                at.hours, at.minutes, at.seconds);
  return text.data();
}

std::string http_date(TimePoint time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Fields at = fields_of(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", kDays[at.weekday],
                at.day, kMonths[at.month - 1], at.year, at.hours, at.minutes, at.seconds);
  return text.data();
}

}  // namespace dynatape::core
