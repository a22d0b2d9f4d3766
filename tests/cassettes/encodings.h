#pragma once

// The disguises in which tests hide texts.

#include <zlib.h>

#include <cctype>
#include <string>
#include <string_view>

#include "cassettes/encoded.h"
#include "tests/support/deflate.h"

namespace dynatape::cassettes {

inline std::string base64(std::string_view bytes) { return encode_base64(bytes, false, true); }

using support::compressed;
inline std::string gzip(std::string_view bytes) { return compressed(bytes, MAX_WBITS + 16); }
inline std::string deflated(std::string_view bytes) { return compressed(bytes, -MAX_WBITS); }

inline constexpr char kHexDigits[] = "0123456789ABCDEF";

inline std::string in_hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kHexDigits[byte >> 4], kHexDigits[byte & 15]};
  }
  return text;
}

/// In a query, as clients sign it and as they need not: lower-case digits, needless escapes.
inline std::string in_query(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      text += c;
    } else {
      text += '%' + in_hex(std::string_view(&c, 1));
    }
  }
  return text;
}

inline std::string all_in_percent(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += {'%', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]};
  return text;
}

/// In lines, as MIME writes base64.
inline std::string in_lines(std::string_view text, std::string_view line_break) {
  constexpr std::size_t kWidth = 16;
  std::string lines;
  for (std::size_t i = 0; i < text.size(); i += kWidth) {
    lines.append(text.substr(i, kWidth)).append(line_break);
  }
  return lines;
}

/// As PHP's and .NET's JSON writers escape.
inline std::string slashes_escaped(std::string_view bytes) {
  std::string text = "token: ";
  for (const char c : bytes) {
    if (c == '/') {
      text += "\\/";
    } else if (c == '+') {
      text += "\\u002B";
    } else {
      text += c;
    }
  }
  return text;
}

inline std::string all_escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += {'\\', 'u', '0', '0', kHexDigits[c >> 4], kHexDigits[c & 15]};
  return text;
}

}  // namespace dynatape::cassettes
