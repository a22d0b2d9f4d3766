#pragma once

// An answer as bytes. Here, and only here, an answer gets what makes it true on the wire: its
// length, x-amz-crc32, x-amzn-RequestId, Date, content type and encoding.

#include <string>
#include <string_view>

#include "core/message.h"

namespace dynatape::http {

/// What the road knows about one answer.
struct Stamp {
  std::string_view date;                   ///< for the Date header
  std::string_view request_id;             ///< for x-amzn-RequestId
  bool gzip = false;                       ///< the client asked for it
  std::string_view claimed_encoding = {};  ///< a lie about the encoding; empty: the truth
  bool head = false;                       ///< the request was HEAD: a length, but no body
  bool http_1_0 = false;
  bool keep_alive = true;
};

/// Bodies from this size on are compressed where the client asked for it.
inline constexpr std::size_t kGzipFromBytes = 1024;

/// Appends status line, headers and body of `response`. Date, x-amzn-RequestId, x-amz-crc32 and
/// Content-Type are stamped unless the response has its own: whoever edits, records or forwards an
/// answer takes these off, whoever falsifies one on purpose puts them on. Length, encoding and
/// connection are always the road's. Line breaks in a header become blanks.
void append_answer(std::string& out, const core::Response& response, const Stamp& stamp);

/// Appends the head of an answer whose body follows in chunks, or, to HTTP/1.0, until the
/// connection ends. It has neither length nor checksum.
void append_streamed_head(std::string& out, const core::Response& response, const Stamp& stamp);
/// A piece of such a body, not empty, as a chunk.
[[nodiscard]] std::string chunk_of(std::string_view piece);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// The interim answer to "Expect: 100-continue".
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace dynatape::http
