#include "emulator/wire/base64.h"

#include <array>
#include <cstdint>

namespace dynatape::wire {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kInvalid = 0xff;
constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

std::uint8_t value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

std::expected<std::string, std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::unexpected("Base64 encoded length is expected a multiple of 4 bytes but found: " +
                           std::to_string(text.size()));
  }
  if (text.empty()) return std::string{};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t digits = text.size() - padding;

  // The bits of the last character that no byte needs must be zero; looked at first.
  const std::uint8_t unneeded = padding == 0 ? 0 : padding == 1 ? 0x3 : 0xf;
  if (value_of(text[digits - 1]) != kInvalid && (value_of(text[digits - 1]) & unneeded) != 0) {
    return std::unexpected("Invalid last non-pad Base64 character dectected");
  }

  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const std::uint8_t value = value_of(text[i]);
    if (value == kInvalid) {
      return std::unexpected("Invalid Base64 character: '" + std::string(1, text[i]) + "'");
    }
    group = group << 6 | value;
    if (i % 4 == 3) {
      bytes += static_cast<char>(group >> 16);
      bytes += static_cast<char>(group >> 8);
      bytes += static_cast<char>(group);
      group = 0;
    }
  }
  if (padding == 1) {
    bytes += static_cast<char>(group >> 10);
    bytes += static_cast<char>(group >> 2);
  } else if (padding == 2) {
    bytes += static_cast<char>(group >> 4);
  }
  return bytes;
}

void append_base64(std::string& out, std::string_view bytes) {
  const auto byte = [&](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(bytes[i])};
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (const int shift : {18, 12, 6, 0}) out += kAlphabet[group >> shift & 0x3f];
  }
  if (bytes.size() - i == 1) {
    const std::uint32_t group = byte(i) << 4;
    out += kAlphabet[group >> 6];
    out += kAlphabet[group & 0x3f];
    out += "==";
  } else if (bytes.size() - i == 2) {
    const std::uint32_t group = (byte(i) << 8 | byte(i + 1)) << 2;
    for (const int shift : {12, 6, 0}) out += kAlphabet[group >> shift & 0x3f];
    out += '=';
  }
}

}  // namespace dynatape::wire
