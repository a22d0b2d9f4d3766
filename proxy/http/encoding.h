#pragma once

// Content encodings as functions from bytes to bytes: gzip and deflate, the two that the service
// takes. A decoded body never grows past the limit it is given.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace dynatape::http {

enum class DecodeFailure {
  unknown_encoding,  ///< neither gzip nor deflate
  corrupt,           ///< not what its encoding says, cut off, or followed by something else
  too_large,         ///< decoded longer than the limit
};

/// Undoes a Content-Encoding, also a list of them ("deflate, gzip"). "deflate" takes the zlib
/// format, which the RFC means, and raw deflate, which many send.
[[nodiscard]] std::expected<std::string, DecodeFailure> decode(std::string_view content_encoding,
                                                               std::string_view body,
                                                               std::size_t max_bytes);

[[nodiscard]] std::string gzip(std::string_view bytes);

/// Whether an Accept-Encoding asks for gzip; a quality of 0 refuses it. "*" is no such wish: no
/// SDK says it and means gzip.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace dynatape::http
