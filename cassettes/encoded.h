#pragma once

// The encodings in which bytes hide in text, read leniently: what is looked for here is not valid
// input but anything that someone could decode.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

/// A stretch of text in the alphabets of base64 and base64url, without its padding.
struct EncodedRun {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first such stretch of at least `least` characters at or behind `from`.
[[nodiscard]] std::optional<EncodedRun> find_encoded_run(std::string_view text, std::size_t from,
                                                         std::size_t least);

/// What the characters of a run stand for; bits that fill no byte are dropped.
[[nodiscard]] std::string decode_base64(std::string_view run);
/// In the standard or the URL alphabet, padded to four characters if `padded`.
[[nodiscard]] std::string encode_base64(std::string_view bytes, bool url, bool padded);

/// nullopt where a character is no hexadecimal digit or one is left over.
[[nodiscard]] std::optional<std::string> decode_hex(std::string_view text);
/// `%41` is A; what is no escape stays.
[[nodiscard]] std::string decode_percent(std::string_view text);
/// `\u0041` is A, `\/` is /; what is no escape stays, and so do quotes.
[[nodiscard]] std::string decode_json_escapes(std::string_view text);

/// A gzip or zlib stream at the front of `bytes`, as far as it can be read; nullopt where there is
/// none, and where it is longer than `limit`: then `too_long` is set.
[[nodiscard]] std::optional<std::string> inflate(std::string_view bytes, std::size_t limit,
                                                 bool& too_long);

}  // namespace dynatape::cassettes
