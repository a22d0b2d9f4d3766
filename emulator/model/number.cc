#include "emulator/model/number.h"

#include <algorithm>
#include <array>
#include <limits>

namespace dynatape::model {
namespace {

using Digits = unsigned __int128;

constexpr int kMaxDigits = 38;
constexpr int kMaxMagnitude = 125;  // of the leading digit: 9.99...E+125
constexpr int kMinMagnitude = -130;

constexpr auto kPowersOfTen = [] {
  std::array<Digits, kMaxDigits + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

constexpr Digits power_of_ten(int exponent) {
  return kPowersOfTen[static_cast<std::size_t>(exponent)];
}

int count_digits(Digits digits) {
  int count = 1;
  while (count <= kMaxDigits && digits >= power_of_ten(count)) ++count;
  return count;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The digits of a literal without leading and trailing zeros, and the power of ten of the last.
struct Mantissa {
  Digits digits = 0;
  int significant = 0;        // how many digits were written between those zeros
  std::int64_t exponent = 0;  // of its last digit
  std::int64_t written = 0;   // of the last digit written, zeros included
  bool too_long = false;
  bool any = false;
};

Mantissa read_mantissa(const char*& p, const char* end) {
  Mantissa m;
  std::int64_t pending_zeros = 0;  // zeros after the last significant digit
  bool in_fraction = false;
  for (; p != end; ++p) {
    if (*p == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (!is_digit(*p)) break;
    m.any = true;
    if (in_fraction) --m.written;
    if (*p == '0') {
      if (m.significant != 0) ++pending_zeros;
      continue;
    }
    m.significant += static_cast<int>(pending_zeros) + 1;
    m.too_long = m.significant > kMaxDigits;
    if (!m.too_long) {
      m.digits = m.digits * power_of_ten(static_cast<int>(pending_zeros) + 1) +
                 static_cast<unsigned>(*p - '0');
    }
    pending_zeros = 0;
  }
  m.exponent = m.written + pending_zeros;
  return m;
}

/// Reads `e[+-]digits` up to `end`; nothing if it is none or does not fit 64 bits.
std::expected<std::int64_t, NumberError> read_exponent(const char* p, const char* end) {
  if (p == end || (*p != 'e' && *p != 'E')) return std::unexpected(NumberError::malformed);
  ++p;
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  if (p == end) return std::unexpected(NumberError::malformed);
  std::int64_t value = 0;
  for (; p != end; ++p) {
    const bool fits = is_digit(*p) && !__builtin_mul_overflow(value, 10, &value) &&
                      !__builtin_add_overflow(value, *p - '0', &value);
    if (!fits) return std::unexpected(NumberError::malformed);
  }
  return negative ? -value : value;
}

}  // namespace

Number Number::of(std::int64_t value) {
  Number number;
  number.negative_ = value < 0;
  number.digits_ = value < 0 ? -static_cast<Digits>(value) : static_cast<Digits>(value);
  if (value == 0) return number;
  while (number.digits_ % 10 == 0) {
    number.digits_ /= 10;
    ++number.exponent_;
  }
  return number;
}

std::expected<Number, NumberError> Number::parse(std::string_view text) {
  const char* p = text.data();
  const char* end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;

  const Mantissa m = read_mantissa(p, end);
  if (!m.any) return std::unexpected(NumberError::malformed);
  std::int64_t shift = 0;
  if (p != end) {
    const auto exponent = read_exponent(p, end);
    if (!exponent) return std::unexpected(exponent.error());
    // Far out of range either way, and the sums below cannot overflow.
    shift = std::clamp<std::int64_t>(*exponent, -(std::int64_t{1} << 40), std::int64_t{1} << 40);
  }
  const std::int64_t magnitude =
      m.significant == 0 ? m.written + shift : m.exponent + shift + m.significant - 1;
  if (magnitude > kMaxMagnitude) return std::unexpected(NumberError::overflow);
  if (magnitude < kMinMagnitude) return std::unexpected(NumberError::underflow);
  if (m.too_long) return std::unexpected(NumberError::too_many_digits);

  Number number;
  if (m.significant == 0) return number;
  number.digits_ = m.digits;
  number.exponent_ = static_cast<std::int16_t>(m.exponent + shift);
  number.negative_ = negative;
  return number;
}

std::string Number::to_string() const {
  if (digits_ == 0) return "0";
  std::array<char, kMaxDigits + 1> buffer;
  char* const buffer_end = buffer.data() + buffer.size();
  char* first = buffer_end;
  Digits rest = digits_;
  for (; rest > std::numeric_limits<std::uint64_t>::max(); rest /= 10) {
    *--first = static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  for (auto low = static_cast<std::uint64_t>(rest); low != 0; low /= 10) {
    *--first = static_cast<char>('0' + low % 10);
  }
  const auto count = static_cast<int>(buffer_end - first);

  std::string text;
  if (negative_) text += '-';
  if (exponent_ >= 0) {
    text.append(first, static_cast<std::size_t>(count));
    text.append(static_cast<std::size_t>(exponent_), '0');
  } else if (const int point = count + exponent_; point > 0) {
    text.append(first, static_cast<std::size_t>(point));
    text += '.';
    text.append(first + point, static_cast<std::size_t>(count - point));
  } else {
    text += "0.";
    text.append(static_cast<std::size_t>(-point), '0');
    text.append(first, static_cast<std::size_t>(count));
  }
  return text;
}

std::expected<Number, NumberError> Number::plus(const Number& other) const {
  if (digits_ == 0) return other;
  if (other.digits_ == 0) return *this;
  const bool aligned = exponent_ >= other.exponent_;
  const Number& coarse = aligned ? *this : other;
  const Number& fine = aligned ? other : *this;

  // With the last digits apart, the sum keeps fine's last digit; it fits 38 digits only if coarse,
  // written out to there, stays below 2 * 10^38 (one digit more, that a subtraction may take away).
  const int shift = coarse.exponent_ - fine.exponent_;
  constexpr Digits kCeiling = 2 * kPowersOfTen[kMaxDigits];
  if (shift > kMaxDigits || coarse.digits_ > kCeiling / power_of_ten(shift)) {
    return std::unexpected(NumberError::too_many_digits);
  }
  const Digits a = coarse.digits_ * power_of_ten(shift);
  const Digits b = fine.digits_;

  Number sum;
  sum.exponent_ = fine.exponent_;
  if (coarse.negative_ == fine.negative_) {
    sum.digits_ = a + b;
    sum.negative_ = coarse.negative_;
  } else {
    if (a == b) return Number{};
    sum.digits_ = a > b ? a - b : b - a;
    sum.negative_ = a > b ? coarse.negative_ : fine.negative_;
  }
  while (sum.digits_ % 10 == 0) {
    sum.digits_ /= 10;
    ++sum.exponent_;
  }
  const int digits = count_digits(sum.digits_);
  if (digits > kMaxDigits) return std::unexpected(NumberError::too_many_digits);
  const int magnitude = sum.exponent_ + digits - 1;
  if (magnitude > kMaxMagnitude) return std::unexpected(NumberError::overflow);
  if (magnitude < kMinMagnitude) return std::unexpected(NumberError::underflow);
  return sum;
}

std::expected<Number, NumberError> Number::minus(const Number& other) const {
  Number negated = other;
  negated.negative_ = other.digits_ != 0 && !other.negative_;
  return plus(negated);
}

std::size_t Number::size_bytes() const {
  if (digits_ == 0) return 1;
  const int digits = count_digits(digits_);
  const int fraction = std::clamp(-int{exponent_}, 0, digits);
  const int integer = digits - fraction;
  const int size = 1 + (integer + 1) / 2 + (fraction + 1) / 2 + (negative_ ? 1 : 0);
  return static_cast<std::size_t>(size);
}

// The sortable form: a sign byte (1 negative, 2 zero, 3 positive); then, unless zero, the leading
// digit's magnitude and the digits in pairs from the left, each pair + 1, and 0 as the end.
// Everything after the sign is complemented for negative numbers.

void Number::append_sortable(std::string& out) const {
  if (digits_ == 0) {
    out += '\x02';
    return;
  }
  const int count = count_digits(digits_);
  const auto flip = static_cast<unsigned char>(negative_ ? 0xff : 0);
  const auto put = [&](int byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte) ^ flip);
  };
  out += negative_ ? '\x01' : '\x03';
  put(exponent_ + count - 1 - kMinMagnitude);

  std::array<unsigned char, kMaxDigits / 2> pairs;
  const int pair_count = (count + 1) / 2;
  Digits rest = count % 2 == 0 ? digits_ : digits_ * 10;
  for (int i = pair_count; i-- > 0; rest /= 100) {
    pairs[static_cast<std::size_t>(i)] = static_cast<unsigned char>(rest % 100);
  }
  for (int i = 0; i < pair_count; ++i) put(pairs[static_cast<std::size_t>(i)] + 1);
  put(0);
}

Number Number::take_sortable(std::string_view& in) {
  Number number;
  const char sign = in.front();
  in.remove_prefix(1);
  if (sign == '\x02') return number;
  number.negative_ = sign == '\x01';
  const auto flip = static_cast<unsigned char>(number.negative_ ? 0xff : 0);
  const auto take = [&] {
    const int byte = static_cast<unsigned char>(in.front()) ^ flip;
    in.remove_prefix(1);
    return byte;
  };
  const int magnitude = take() + kMinMagnitude;
  int count = 0;
  for (int byte = take(); byte != 0; byte = take()) {
    number.digits_ = number.digits_ * 100 + static_cast<unsigned>(byte - 1);
    count += 2;
  }
  int exponent = magnitude - count + 1;
  if (number.digits_ % 10 == 0) {
    number.digits_ /= 10;
    ++exponent;
  }
  number.exponent_ = static_cast<std::int16_t>(exponent);
  return number;
}

std::expected<std::int64_t, NumberError> Number::to_int64() const {
  if (exponent_ < 0) return std::unexpected(NumberError::malformed);
  constexpr int kMaxInt64Exponent = 18;
  const auto limit =
      static_cast<Digits>(std::numeric_limits<std::int64_t>::max()) + (negative_ ? 1 : 0);
  if (exponent_ > kMaxInt64Exponent || digits_ > limit / power_of_ten(exponent_)) {
    return std::unexpected(NumberError::overflow);
  }
  const auto magnitude = static_cast<std::uint64_t>(digits_ * power_of_ten(exponent_));
  return static_cast<std::int64_t>(negative_ ? 0 - magnitude : magnitude);
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  const auto sign = [](const Number& n) { return n.digits_ == 0 ? 0 : n.negative_ ? -1 : 1; };
  if (const auto order = sign(*this) <=> sign(other); order != 0 || digits_ == 0) return order;
  const Number& a = negative_ ? other : *this;
  const Number& b = negative_ ? *this : other;
  const int a_count = count_digits(a.digits_);
  const int b_count = count_digits(b.digits_);
  if (const auto order = a.exponent_ + a_count <=> b.exponent_ + b_count; order != 0) return order;
  if (a_count < b_count) return a.digits_ * power_of_ten(b_count - a_count) <=> b.digits_;
  return a.digits_ <=> b.digits_ * power_of_ten(a_count - b_count);
}

}  // namespace dynatape::model
