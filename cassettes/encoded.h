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

/// The same for hexadecimal digits.
[[nodiscard]] std::optional<EncodedRun> find_hex_run(std::string_view text, std::size_t from,
                                                     std::size_t least);
/// A stretch as find_encoded_run() gives, but one that goes on behind line breaks and has at least
/// one inside.
[[nodiscard]] std::optional<EncodedRun> find_wrapped_run(std::string_view text, std::size_t from,
                                                         std::size_t least);
/// `text` as one line.
[[nodiscard]] std::string without_line_breaks(std::string_view text);
/// The first stretch at or behind `from` that holds a percent escape, as far as a URL could reach.
[[nodiscard]] std::optional<EncodedRun> find_percent_run(std::string_view text, std::size_t from);

/// What the characters of a run stand for; bits that fill no byte are dropped.
[[nodiscard]] std::string decode_base64(std::string_view run);
/// In the standard or the URL alphabet, padded to four characters if `padded`.
[[nodiscard]] std::string encode_base64(std::string_view bytes, bool url, bool padded);

/// nullopt where a character is no hexadecimal digit or one is left over.
[[nodiscard]] std::optional<std::string> decode_hex(std::string_view text);
/// `%41` is A; what is no escape stays.
[[nodiscard]] std::string decode_percent(std::string_view text);
/// How many characters of `text` stand for the first `count` bytes that decode_percent() gives.
[[nodiscard]] std::size_t percent_encoded_size(std::string_view text, std::size_t count);
/// `\u0041` is A, `\/` is /, `\n` is a line break; what is no escape stays, and so do quotes.
[[nodiscard]] std::string decode_json_escapes(std::string_view text);

}  // namespace dynatape::cassettes
