#pragma once

// DynamoDB's number: a decimal of up to 38 significant digits, magnitude 1E-130 to 9.99...E+125,
// always normalised. Arithmetic is exact or an error; it never rounds and never touches binary
// floating point.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace dynatape::model {

enum class NumberError { malformed, too_many_digits, overflow, underflow };

class Number {
 public:
  Number() = default;  ///< zero
  static Number of(std::int64_t value);

  /// Grammar `[+-]digits[.digits][e[+-]digits]`, also `.5` and `5.`; no spaces, no NaN, no
  /// infinity. Zero is range-checked by its written exponent, as the service does.
  [[nodiscard]] static std::expected<Number, NumberError> parse(std::string_view text);

  /// As the service writes it: plain digits, never an exponent ("1E125" gives 126 digits), no
  /// needless zeros.
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] std::expected<Number, NumberError> plus(const Number& other) const;
  [[nodiscard]] std::expected<Number, NumberError> minus(const Number& other) const;

  /// Bytes the service charges: 1 + ceil(integer digits / 2) + ceil(fraction digits / 2), + 1 if
  /// negative; zero is 1.
  [[nodiscard]] std::size_t size_bytes() const;

  /// Appends a form whose bytewise order is numeric order and that no other number's form is a
  /// prefix of.
  void append_sortable(std::string& out) const;
  /// Reads such a form from the front of `in` and removes it.
  [[nodiscard]] static Number take_sortable(std::string_view& in);

  /// The value as an integer, where it is one and fits.
  [[nodiscard]] std::expected<std::int64_t, NumberError> to_int64() const;

  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const = default;

 private:
  // value = (negative ? -1 : 1) * digits * 10^exponent; digits has no trailing zero; zero is {0, 0,
  // false}.
  unsigned __int128 digits_ = 0;
  std::int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace dynatape::model
