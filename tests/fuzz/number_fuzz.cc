// Any bytes as one number or as two, with a space between: read, written, ordered and added as a
// slow decimal of digit strings does it.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/model/number.h"
#include "tests/fuzz/target.h"

namespace {

using dynatape::model::Number;
using dynatape::model::NumberError;

void require(bool fact) {
  if (!fact) std::abort();
}

/// value = ±digits * 10^exponent; zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;  ///< without zeros at either end
  std::int64_t exponent = 0;

  [[nodiscard]] std::int64_t magnitude() const {
    return exponent + static_cast<std::int64_t>(digits.size()) - 1;
  }
};

Decimal normal(Decimal d) {
  d.digits.erase(0, d.digits.find_first_not_of('0'));
  while (!d.digits.empty() && d.digits.back() == '0') {
    d.digits.pop_back();
    ++d.exponent;
  }
  if (d.digits.empty()) return {};
  return d;
}

std::expected<Decimal, NumberError> in_range(const Decimal& d, std::int64_t magnitude) {
  if (magnitude > 125) return std::unexpected(NumberError::overflow);
  if (magnitude < -130) return std::unexpected(NumberError::underflow);
  if (d.digits.size() > 38) return std::unexpected(NumberError::too_many_digits);
  return d;
}

std::string_view take_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

/// Exponents beyond 64 bits are none; of the others it matters only that they are far away.
std::expected<std::int64_t, NumberError> exponent_of(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != 'e' && text.front() != 'E') return std::unexpected(NumberError::malformed);
  text.remove_prefix(1);
  const bool negative = take_sign(text);
  std::string_view digits = take_digits(text);
  if (digits.empty() || !text.empty()) return std::unexpected(NumberError::malformed);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  constexpr std::string_view kMost = "9223372036854775807";
  if (digits.size() > kMost.size() || (digits.size() == kMost.size() && digits > kMost)) {
    return std::unexpected(NumberError::malformed);
  }
  const std::int64_t value =
      digits.size() > 9 ? 1'000'000'000 : std::atol(std::string(digits).c_str());
  return negative ? -value : value;
}

std::expected<Decimal, NumberError> read(std::string_view text) {
  Decimal d;
  d.negative = take_sign(text);
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return std::unexpected(NumberError::malformed);
  const auto exponent = exponent_of(text);
  if (!exponent) return std::unexpected(exponent.error());
  d.digits = std::string(whole) + std::string(fraction);
  d.exponent = *exponent - static_cast<std::int64_t>(fraction.size());
  const std::int64_t last = d.exponent;
  d = normal(d);
  return in_range(d, d.digits.empty() ? last : d.magnitude());
}

std::string write(const Decimal& d) {
  if (d.digits.empty()) return "0";
  std::string text = d.digits;
  if (d.exponent >= 0) {
    text.append(static_cast<std::size_t>(d.exponent), '0');
  } else {
    const auto fraction = static_cast<std::size_t>(-d.exponent);
    if (text.size() <= fraction) text.insert(0, fraction - text.size() + 1, '0');
    text.insert(text.size() - fraction, 1, '.');
  }
  return (d.negative ? "-" : "") + text;
}

/// The digits of both, of one length and with one exponent.
void align(Decimal& a, Decimal& b) {
  for (auto [coarse, fine] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    if (coarse->exponent <= fine->exponent) continue;
    coarse->digits.append(static_cast<std::size_t>(coarse->exponent - fine->exponent), '0');
    coarse->exponent = fine->exponent;
  }
  const std::size_t size = std::max(a.digits.size(), b.digits.size());
  a.digits.insert(0, size - a.digits.size(), '0');
  b.digits.insert(0, size - b.digits.size(), '0');
}

std::strong_ordering order(Decimal a, Decimal b) {
  if (a.digits.empty()) a.exponent = b.exponent;
  if (b.digits.empty()) b.exponent = a.exponent;
  align(a, b);
  const auto zero = [](const Decimal& d) {
    return d.digits.find_first_not_of('0') == std::string::npos;
  };
  if (zero(a) && zero(b)) return std::strong_ordering::equal;
  if (a.negative != b.negative) {
    return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return a.negative ? b.digits <=> a.digits : a.digits <=> b.digits;
}

/// a's digits plus (or minus, a being no less) b's, aligned.
std::string combine(const std::string& a, const std::string& b, bool subtract) {
  std::string result(a.size(), '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int other = b[i] - '0' + carry;
    int digit = a[i] - '0' + (subtract ? -other : other);
    carry = digit < 0 || digit > 9 ? 1 : 0;
    digit += digit < 0 ? 10 : 0;
    result[i] = static_cast<char>('0' + digit % 10);
  }
  return carry != 0 ? "1" + result : result;
}

std::expected<Decimal, NumberError> add(Decimal a, Decimal b) {
  if (a.digits.empty()) return b;
  if (b.digits.empty()) return a;
  align(a, b);
  const bool subtract = a.negative != b.negative;
  if (a.digits < b.digits) std::swap(a, b);
  const Decimal sum = normal({a.negative, combine(a.digits, b.digits, subtract), a.exponent});
  if (sum.digits.size() > 38) return std::unexpected(NumberError::too_many_digits);
  if (sum.digits.empty()) return sum;
  return in_range(sum, sum.magnitude());
}

std::string sortable(const Number& number) {
  std::string bytes;
  number.append_sortable(bytes);
  return bytes;
}

void check_same(const std::expected<Number, NumberError>& number,
                const std::expected<Decimal, NumberError>& decimal) {
  require(number.has_value() == decimal.has_value());
  if (number) {
    require(number->to_string() == write(*decimal));
  } else {
    require(number.error() == decimal.error());
  }
}

void check_one(const Number& number, const Decimal& decimal) {
  const std::string text = number.to_string();
  require(Number::parse(text) == number);
  const std::string bytes = sortable(number) + "rest";
  std::string_view rest = bytes;
  require(Number::take_sortable(rest) == number && rest == "rest");
  require(number.minus(number) == Number());
  require(number.size_bytes() >= 1 && number.size_bytes() <= 22);
  const bool integer = decimal.digits.empty() || decimal.exponent >= 0;
  if (const auto value = number.to_int64()) {
    require(integer && std::to_string(*value) == text && Number::of(*value) == number);
  } else {
    require(!integer || text.size() > 18);
  }
}

void check_two(const Number& a, const Decimal& da, const Number& b, const Decimal& db) {
  const std::strong_ordering expected = order(da, db);
  require((a <=> b) == expected && (b <=> a) == 0 <=> expected);
  require((a == b) == (expected == 0));
  require((sortable(a) <=> sortable(b)) == expected);
  check_same(a.plus(b), add(da, db));
  check_same(b.plus(a), add(da, db));
  Decimal negated = db;
  negated.negative = !db.digits.empty() && !db.negative;
  check_same(a.minus(b), add(da, negated));
}

}  // namespace

void dynatape::fuzz::try_input(std::string_view input) {
  const std::size_t space = input.find(' ');
  const std::string_view first = input.substr(0, space);
  const auto a = Number::parse(first);
  const auto decimal_a = read(first);
  check_same(a, decimal_a);
  if (!a) return;
  check_one(*a, *decimal_a);
  if (space == std::string_view::npos) return;
  const std::string_view second = input.substr(space + 1);
  const auto b = Number::parse(second);
  const auto decimal_b = read(second);
  check_same(b, decimal_b);
  if (b) check_two(*a, *decimal_a, *b, *decimal_b);
}
