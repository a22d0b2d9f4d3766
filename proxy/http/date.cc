#include "proxy/http/date.h"

namespace dynatape::http {
namespace {

using std::chrono::sys_seconds;

void append_two_digits(std::string& out, unsigned number) {
  out += static_cast<char>('0' + number / 10 % 10);
  out += static_cast<char>('0' + number % 10);
}

std::string written(sys_seconds instant) {
  static constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(instant - midnight);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  std::string out(kDays[std::chrono::weekday(midnight).c_encoding()]);
  out += ", ";
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out += ' ';
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  out += ' ';
  append_two_digits(out, year / 100);
  append_two_digits(out, year % 100);
  out += ' ';
  append_two_digits(out, static_cast<unsigned>(time.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(time.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(time.seconds().count()));
  return out += " GMT";
}

}  // namespace

std::string http_date(core::TimePoint instant) {
  return written(std::chrono::floor<std::chrono::seconds>(instant));
}

std::string_view DateCache::now() {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
  if (second != second_) {
    second_ = second;
    text_ = written(second);
  }
  return text_;
}

}  // namespace dynatape::http
