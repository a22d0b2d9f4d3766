#include "cassettes/ordered_pseudonyms.h"

#include <algorithm>
#include <vector>

#include "cassettes/monotone.h"

namespace dynatape::cassettes {
namespace {

// A block is eight bytes, filled up with zeros, and then how many of them are the value's own, or
// that more come: "ab" sorts before "ab\0", and that before what goes on.
constexpr std::size_t kBlock = 8;
constexpr unsigned kEndings = 10;
constexpr unsigned kGoesOn = 9;
constexpr Wide kBlocks = (static_cast<Wide>(1) << 64) * kEndings;

// In the order of their bytes.
constexpr std::string_view kAlphabet = "234567abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kWordBlock = 17;  // 85 bits
constexpr std::size_t kWordCheck = 7;   // 35 bits
constexpr std::size_t kByteBlock = 11;
constexpr std::size_t kByteCheck = 4;

constexpr std::size_t kDigits = 30;
constexpr std::size_t kImageDigits = 38;
constexpr int kLeastExponent = -129;  // of 0.123 * 10^e
constexpr Wide kExponents = 256;

constexpr Wide power_of_ten(std::size_t exponent) {
  Wide power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}
constexpr Wide kMantissas = 9 * power_of_ten(kDigits - 1);
constexpr Wide kMagnitudes = kExponents * kMantissas;  // of positive numbers
constexpr Wide kFirstImage = power_of_ten(kImageDigits - 1);
constexpr Wide kImages = 9 * kFirstImage;
static_assert(kImages / (2 * kMagnitudes + 1) > 100'000, "the check of a number");

std::vector<Wide> blocks_of(std::string_view bytes) {
  std::vector<Wide> blocks;
  for (std::size_t at = 0; blocks.empty() || at < bytes.size(); at += kBlock) {
    const std::string_view own = bytes.substr(at, kBlock);
    Wide block = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      block = block << 8 | (i < own.size() ? static_cast<unsigned char>(own[i]) : 0U);
    }
    const bool more = bytes.size() > at + kBlock;
    blocks.push_back(block * kEndings + (more ? kGoesOn : own.size()));
  }
  return blocks;
}

/// Digits of a number in a base, the most significant first.
std::string written(Wide number, std::size_t size, unsigned base) {
  std::string digits(size, '\0');
  for (std::size_t i = size; i-- > 0; number /= base) {
    digits[i] = static_cast<char>(static_cast<unsigned>(number % base));
  }
  return digits;
}

Wide read(std::string_view digits, unsigned base) {
  Wide number = 0;
  for (const char c : digits) number = number * base + static_cast<unsigned char>(c);
  return number;
}

/// How blocks are written: in which base, how many digits, how many bytes the check has.
struct Form {
  unsigned base;
  std::size_t block;
  std::size_t check;
  std::string_view label;

  [[nodiscard]] Wide range() const {
    Wide range = 1;
    for (std::size_t i = 0; i < block; ++i) range *= base;
    return range;
  }
};
constexpr Form kWords{32, kWordBlock, kWordCheck, "ordered text"};
constexpr Form kBytes{256, kByteBlock, kByteCheck, "ordered bytes"};

std::function<std::string(std::string_view)> labelled(const OrderedPseudonyms::Mac& mac,
                                                      std::string_view label) {
  return [&mac, label](std::string_view text) { return mac(label, text); };
}

/// As digits; behind them their check.
std::string image_of(const OrderedPseudonyms::Mac& mac, const Form& form, std::string_view bytes) {
  const Monotone monotone(kBlocks, form.range(), labelled(mac, form.label));
  std::string image;
  for (const Wide block : blocks_of(bytes)) {
    // What was written so far stands for what was read so far.
    image += written(monotone.of(image, block), form.block, form.base);
  }
  std::string check = mac("ordered check", image).substr(0, form.check);
  for (char& c : check) {
    c = static_cast<char>(static_cast<unsigned char>(c) % form.base);
  }
  return image + check;
}

bool is_image(const OrderedPseudonyms::Mac& mac, const Form& form, std::string_view image) {
  if (image.size() < form.block + form.check) return false;
  if ((image.size() - form.check) % form.block != 0) return false;
  const auto digits = image.substr(0, image.size() - form.check);
  std::string check = mac("ordered check", digits).substr(0, form.check);
  for (char& c : check) {
    c = static_cast<char>(static_cast<unsigned char>(c) % form.base);
  }
  return check == image.substr(digits.size());
}

struct Magnitude {
  bool negative;
  Wide value;  ///< from 1; 0 for zero
};

/// Of a number in plain digits.
Magnitude magnitude_of(std::string_view number) {
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  const std::size_t point = std::min(number.find('.'), number.size());
  std::string digits(number.substr(0, point));
  if (point < number.size()) digits += number.substr(point + 1);
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  if (first == digits.size()) return {false, 0};
  const int exponent = static_cast<int>(point) - static_cast<int>(first);
  digits = digits.substr(first, kDigits);
  digits.resize(kDigits, '0');
  Wide mantissa = 0;
  for (const char c : digits) mantissa = mantissa * 10 + static_cast<unsigned>(c - '0');
  const auto place = static_cast<Wide>(std::clamp(exponent - kLeastExponent, 0, 255));
  return {negative, place * kMantissas + mantissa - power_of_ten(kDigits - 1) + 1};
}

Monotone numbers(const OrderedPseudonyms::Mac& mac) {
  return {2 * kMagnitudes + 1, kImages, labelled(mac, "ordered number")};
}

}  // namespace

std::string OrderedPseudonyms::of_text(std::string_view text) const {
  std::string word = "p";
  for (const char digit : image_of(mac_, kWords, text)) {
    word += kAlphabet[static_cast<unsigned char>(digit)];
  }
  return word;
}

std::string OrderedPseudonyms::of_bytes(std::string_view bytes) const {
  return image_of(mac_, kBytes, bytes);
}

std::string OrderedPseudonyms::of_number(std::string_view number) const {
  const auto [negative, magnitude] = magnitude_of(number);
  const Wide place = negative ? kMagnitudes - magnitude : kMagnitudes + magnitude;
  std::string digits = written(kFirstImage + numbers(mac_).of("", place), kImageDigits, 10);
  for (char& c : digits) c = static_cast<char>(c + '0');
  return digits;
}

bool OrderedPseudonyms::is_text(std::string_view text) const {
  if (!text.starts_with('p')) return false;
  std::string image;
  for (const char c : text.substr(1)) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return false;
    image += static_cast<char>(digit);
  }
  return is_image(mac_, kWords, image);
}

bool OrderedPseudonyms::is_bytes(std::string_view bytes) const {
  return is_image(mac_, kBytes, bytes);
}

bool OrderedPseudonyms::is_number(std::string_view number) const {
  if (number.size() != kImageDigits || number[0] == '0') return false;
  std::string digits(number);
  for (char& c : digits) {
    if (c < '0' || c > '9') return false;
    c = static_cast<char>(c - '0');
  }
  const Wide image = read(digits, 10);
  return image - kFirstImage < kImages && numbers(mac_).origin("", image - kFirstImage).has_value();
}

}  // namespace dynatape::cassettes
