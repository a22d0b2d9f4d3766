#include "cassettes/pseudonyms.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "core/digest.h"
#include "emulator/model/number.h"

namespace dynatape::cassettes {
namespace {

// Text: "p", the body and its check, in 32 characters that sort and read well.
constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kWordBody = 13;  // 65 bits
constexpr std::size_t kWordCheck = 7;  // 35 bits
constexpr std::size_t kWord = 1 + kWordBody + kWordCheck;
constexpr std::size_t kLongestShort = 32;
constexpr std::string_view kMailHost = "@example.invalid";

// UUIDs: version 8, whose other digits may be anything (RFC 9562).
constexpr std::size_t kUuidDigits = 30;
constexpr std::size_t kUuidBody = 18;  // 72 bits

// Numbers from 10^15 to below 9 * 10^15, which a double holds exactly: a body of 36 bits and a
// check. Fewer bits for the body and different values would meet; fewer for the check and values of
// 16 digits would pass for pseudonyms.
constexpr std::uint64_t kFirstNumber = 1'000'000'000'000'000;
constexpr std::uint64_t kBodies = 1ULL << 36;
constexpr std::uint64_t kChecks = 116'000;
static_assert(kFirstNumber + kBodies * kChecks < 9'007'199'254'740'992);

constexpr std::size_t kBytesBody = 10;
constexpr std::size_t kBytes = 16;
constexpr std::size_t kLongestShortBytes = 24;

std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (const char c : bytes.substr(0, 8)) word = word << 8 | static_cast<unsigned char>(c);
  return word;
}

std::string in_alphabet(std::string_view bytes, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    text += kAlphabet[static_cast<unsigned char>(bytes[i]) % kAlphabet.size()];
  }
  return text;
}

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// In lower or upper case; its digits without dashes, in lower case, or "".
std::string uuid_digits(std::string_view text) {
  if (text.size() != 36) return "";
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash && text[i] == '-') continue;
    const char c = text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] + 32) : text[i];
    if (dash || !is_hex_digit(c)) return "";
    digits += c;
  }
  return digits;
}

bool is_mail(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos &&
         text.find_first_of(" \t\n/\"") == std::string_view::npos;
}

std::size_t length_class(std::size_t length, std::size_t longest_short, std::size_t shortest) {
  return length <= longest_short ? shortest : std::bit_floor(length);
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  constexpr std::size_t kBlock = 64;
  const auto digest = [](std::string_view bytes) {
    const core::Sha256 hash = core::sha256(bytes);
    return std::string(hash.begin(), hash.end());
  };
  std::string padded = key.size() > kBlock ? digest(key) : std::string(key);
  padded.resize(kBlock, '\0');
  std::string inner = padded;
  std::string outer = padded;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return digest(outer + digest(inner.append(message)));
}

std::string Pseudonyms::mac(std::string_view label, std::string_view value) const {
  return hmac_sha256(key_, std::string(label) + '\0' + std::string(value));
}

std::string Pseudonyms::stream(std::string_view label, std::string_view value,
                               std::size_t length) const {
  std::string bytes = mac(label, value);
  while (bytes.size() < length) bytes += mac(label, bytes);
  bytes.resize(length);
  return bytes;
}

std::string Pseudonyms::word_from(std::string_view body, std::size_t length) const {
  std::string word = "p" + std::string(body);
  word += in_alphabet(mac("check", body), kWordCheck);
  if (length > word.size()) {
    const std::size_t rest = length - word.size();
    word += in_alphabet(stream("rest", body, rest), rest);
  }
  return word;
}

std::string Pseudonyms::uuid_from(std::string_view body) const {
  std::string digits(body);
  digits += core::hex(mac("uuid check", body)).substr(0, kUuidDigits - kUuidBody);
  digits.insert(12, 1, '8');  // the version
  digits.insert(16, 1, '8');  // the variant
  for (const std::size_t dash : {8UZ, 13UZ, 18UZ, 23UZ}) digits.insert(dash, 1, '-');
  return digits;
}

std::string Pseudonyms::number_from(std::uint64_t body) const {
  const auto check = word_of(mac("number check", std::to_string(body))) % kChecks;
  return std::to_string(kFirstNumber + body * kChecks + check);
}

std::string Pseudonyms::bytes_from(std::string_view body, std::size_t length) const {
  return std::string(body) + stream("bytes check", body, length - kBytesBody);
}

OrderedPseudonyms Pseudonyms::ordered() const {
  return OrderedPseudonyms(
      [this](std::string_view label, std::string_view value) { return mac(label, value); });
}

std::string Pseudonyms::of_text(std::string_view text, Order order) const {
  if (text.empty() || is_text(text)) return std::string(text);
  if (order == Order::kept) return ordered().of_text(text);
  if (!uuid_digits(text).empty()) {
    return uuid_from(core::hex(mac("uuid", uuid_digits(text))).substr(0, kUuidBody));
  }
  const std::string body = in_alphabet(mac("text", text), kWordBody);
  if (is_mail(text)) return word_from(body, kWord) + std::string(kMailHost);
  return word_from(body, length_class(text.size(), kLongestShort, kWord));
}

std::string Pseudonyms::of_number(std::string_view number, Order order) const {
  const auto parsed = model::Number::parse(number);
  if (!parsed || is_number(number)) return std::string(number);
  if (order == Order::kept) return ordered().of_number(parsed->to_string());
  return number_from(word_of(mac("number", parsed->to_string())) % kBodies);
}

std::string Pseudonyms::of_bytes(std::string_view bytes, Order order) const {
  if (bytes.empty() || is_bytes(bytes)) return std::string(bytes);
  if (order == Order::kept) return ordered().of_bytes(bytes);
  return bytes_from(mac("bytes", bytes).substr(0, kBytesBody),
                    length_class(bytes.size(), kLongestShortBytes, kBytes));
}

bool Pseudonyms::is_text(std::string_view text) const {
  if (ordered().is_text(text)) return true;
  if (const auto digits = uuid_digits(text); !digits.empty()) {
    const std::string body = digits.substr(0, 12) + digits.substr(13, 3) + digits.substr(17, 3);
    return uuid_from(body) == text;
  }
  if (text.ends_with(kMailHost)) text.remove_suffix(kMailHost.size());
  return text.size() >= kWord && text[0] == 'p' &&
         word_from(text.substr(1, kWordBody), text.size()) == text;
}

bool Pseudonyms::is_number(std::string_view number) const {
  if (ordered().is_number(number)) return true;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size() || value < kFirstNumber) {
    return false;
  }
  const std::uint64_t body = (value - kFirstNumber) / kChecks;
  return body < kBodies && number_from(body) == number;
}

bool Pseudonyms::is_bytes(std::string_view bytes) const {
  if (ordered().is_bytes(bytes)) return true;
  return bytes.size() >= kBytes && bytes_from(bytes.substr(0, kBytesBody), bytes.size()) == bytes;
}

std::string Pseudonyms::key_check() const { return core::hex(mac("key check", "")).substr(0, 16); }

}  // namespace dynatape::cassettes
