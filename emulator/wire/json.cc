#include "emulator/wire/json.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace dynatape::wire {
namespace {

// Above this, the parser's buffers are given back after the next parse instead of kept.
constexpr std::size_t kKeptCapacity = 1 << 20;

std::int64_t to_integer(double value) {
  constexpr double kLimit = 9.2e18;
  return static_cast<std::int64_t>(std::clamp(value, -kLimit, kLimit));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

/// A number that begins `text`, made to fit: an integer into 64 bits, a decimal into a double.
struct Saturated {
  std::size_t length;  ///< of the number in `text`
  std::string number;
};

Saturated saturated_number(std::string_view text) {
  const bool negative = text.front() == '-';
  const std::size_t whole = skip_digits(text, negative ? 1 : 0);
  std::size_t end = whole;
  if (end < text.size() && text[end] == '.') end = skip_digits(text, end + 1);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    ++end;
    if (end < text.size() && (text[end] == '+' || text[end] == '-')) ++end;
    end = skip_digits(text, end);
  }
  std::string number{text.substr(0, end)};
  const bool malformed =
      text.substr(negative ? 1 : 0).starts_with('0') && whole > (negative ? 2U : 1U);
  if (!malformed && end == whole && whole > 18) {
    const auto limit = negative ? std::numeric_limits<std::int64_t>::min()
                                : std::numeric_limits<std::int64_t>::max();
    number = std::to_string(limit);
  } else if (end > whole && std::isinf(std::strtod(number.c_str(), nullptr))) {
    number = negative ? "-1e308" : "1e308";
  }
  return {end, std::move(number)};
}

/// `text` with numbers that the parser can hold. The service reads numbers of any size, and a
/// parameter that one is too large for gets the largest there is (dynalite: Limit).
std::string with_saturated_numbers(std::string_view text) {
  std::string out;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const bool escaped = in_string && c == '\\' && at + 1 < text.size();
    if (!in_string && (c == '-' || is_digit(c))) {
      const Saturated number = saturated_number(text.substr(at));
      out += number.number;
      at += number.length;
      continue;
    }
    if (c == '"') in_string = !in_string;
    out += text.substr(at, escaped ? 2 : 1);
    at += escaped ? 2 : 1;
  }
  return out;
}

}  // namespace

std::optional<Json> Json::parse(std::string_view text) {
  if (text.empty()) return std::nullopt;  // a view of nothing has no address to read from
  // One parser per thread: its buffers are what makes parsing free of allocations.
  thread_local auto parser = std::make_unique<simdjson::dom::parser>();
  if (parser->capacity() > kKeptCapacity && text.size() < kKeptCapacity) {
    parser = std::make_unique<simdjson::dom::parser>();
  }
  auto error = parser->parse(text.data(), text.size()).error();
  if (error == simdjson::NUMBER_ERROR) {
    error = parser->parse(with_saturated_numbers(text)).error();
  }
  if (error != simdjson::SUCCESS) return std::nullopt;
  return Json(parser->doc.tape.get(), reinterpret_cast<const char*>(parser->doc.string_buf.get()),
              1);
}

Json::Kind Json::kind() const {
  switch (tag()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 'l':
    case 'u':
      return Kind::integer;
    case 'd':
      return Kind::decimal;
    case 't':
    case 'f':
      return Kind::boolean;
    default:
      return Kind::null;
  }
}

std::int64_t Json::integer() const {
  const std::uint64_t bits = tape_[at_ + 1];
  if (tag() == 'd') return to_integer(std::bit_cast<double>(bits));
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  if (tag() == 'u')
    return bits > static_cast<std::uint64_t>(kMax) ? kMax : static_cast<std::int64_t>(bits);
  return static_cast<std::int64_t>(bits);
}

}  // namespace dynatape::wire
