#include "cassettes/encoded.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dynatape::cassettes {
namespace {

constexpr std::uint8_t kNone = 255;

constexpr auto kBase64Values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  std::uint8_t next = 0;
  for (char c = 'A'; c <= 'Z'; ++c) values[static_cast<unsigned char>(c)] = next++;
  for (char c = 'a'; c <= 'z'; ++c) values[static_cast<unsigned char>(c)] = next++;
  for (char c = '0'; c <= '9'; ++c) values[static_cast<unsigned char>(c)] = next++;
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}();

std::uint8_t base64_value(char c) { return kBase64Values[static_cast<unsigned char>(c)]; }

std::uint8_t hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return kNone;
}

/// The number that `digits` hexadecimal digits at `at` stand for, or -1.
int hex_number(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int number = 0;
  for (const char c : text.substr(at, digits)) {
    const std::uint8_t value = hex_value(c);
    if (value == kNone) return -1;
    number = number * 16 + value;
  }
  return number;
}

bool is_base64(char c) { return base64_value(c) != kNone; }
bool is_hex(char c) { return hex_value(c) != kNone; }
bool is_line_break(char c) { return c == '\n' || c == '\r'; }
/// Ends at what ends a JSON string, too: a URL holds neither quotes nor backslashes.
bool is_in_url(char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; }

template <bool (*kBelongs)(char)>
std::optional<EncodedRun> find_run(std::string_view text, std::size_t from, std::size_t least) {
  while (from + least <= text.size()) {
    // Backwards from where a run that begins at `from` would be long enough: a character outside
    // the alphabet rules out every beginning up to itself.
    std::size_t at = from + least;
    while (at > from && kBelongs(text[at - 1])) --at;
    if (at > from) {
      from = at;
      continue;
    }
    std::size_t end = from + least;
    while (end < text.size() && kBelongs(text[end])) ++end;
    return EncodedRun{from, end};
  }
  return std::nullopt;
}

}  // namespace

std::optional<EncodedRun> find_encoded_run(std::string_view text, std::size_t from,
                                           std::size_t least) {
  return find_run<is_base64>(text, from, least);
}

std::optional<EncodedRun> find_hex_run(std::string_view text, std::size_t from, std::size_t least) {
  return find_run<is_hex>(text, from, least);
}

std::optional<EncodedRun> find_wrapped_run(std::string_view text, std::size_t from,
                                           std::size_t least) {
  for (auto at = from; at < text.size(); at = std::max(at + 1, from)) {
    if (!is_line_break(text[at])) continue;
    std::size_t begin = at;
    while (begin > from && (is_base64(text[begin - 1]) || is_line_break(text[begin - 1]))) --begin;
    while (is_line_break(text[begin]) && begin < at) ++begin;
    std::size_t end = at;
    while (end < text.size() && (is_base64(text[end]) || is_line_break(text[end]))) ++end;
    from = end;
    while (end > begin && is_line_break(text[end - 1])) --end;
    if (begin < at && at < end && end - begin > least) return EncodedRun{begin, end};
  }
  return std::nullopt;
}

std::string without_line_breaks(std::string_view text) {
  std::string line(text);
  std::erase_if(line, is_line_break);
  return line;
}

std::optional<EncodedRun> find_percent_run(std::string_view text, std::size_t from) {
  for (auto at = text.find('%', from); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (hex_number(text, at + 1, 2) < 0) continue;
    std::size_t begin = at;
    while (begin > from && is_in_url(text[begin - 1])) --begin;
    std::size_t end = at;
    while (end < text.size() && is_in_url(text[end])) ++end;
    return EncodedRun{begin, end};
  }
  return std::nullopt;
}

std::string decode_base64(std::string_view run) {
  std::string bytes;
  bytes.reserve(run.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : run) {
    bits = bits << 6 | base64_value(c);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

std::string encode_base64(std::string_view bytes, bool url, bool padded) {
  const std::string_view tail = url ? "-_" : "+/";
  const std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + std::string(tail);
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += alphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) text += alphabet[bits << (6 - count) & 63];
  while (padded && text.size() % 4 != 0) text += '=';
  return text;
}

std::optional<std::string> decode_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int byte = hex_number(text, i, 2);
    if (byte < 0) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string decode_percent(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '%' ? hex_number(text, i + 1, 2) : -1;
    bytes += byte < 0 ? text[i] : static_cast<char>(byte);
    if (byte >= 0) i += 2;
  }
  return bytes;
}

std::size_t percent_encoded_size(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) {
    at += text[at] == '%' && hex_number(text, at + 1, 2) >= 0 ? 3 : 1;
  }
  return at;
}

std::string decode_json_escapes(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes += text[i];
      continue;
    }
    const char escaped = text[++i];
    const int code = escaped == 'u' ? hex_number(text, i + 1, 4) : -1;
    if (code < 0) {
      bytes += escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped;
    } else {
      bytes += static_cast<char>(code < 128 ? code : '?');  // secrets are ASCII
      i += 4;
    }
  }
  return bytes;
}

}  // namespace dynatape::cassettes
