#pragma once

// What comes in and what goes out, as plain values. Bodies are always decoded: no content or
// transfer encoding is left in them. The road stamps length, checksum, request id, date and
// encoding when an answer leaves.

#include <cstddef>
#include <optional>
#include <string>

#include "core/headers.h"
#include "core/time.h"

namespace dynatape::core {

struct Request {
  std::string method;  ///< "POST"
  std::string target;  ///< path and query as sent: "/"
  Headers headers;
  std::string body;
  /// The body as it came over the wire, kept only where it had a Content-Encoding (a signature
  /// covers these bytes).
  std::optional<std::string> encoded_body;

  bool operator==(const Request&) const = default;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;

  bool operator==(const Response&) const = default;
};

/// How a connection goes on after an answer.
enum class Ending {
  normal,  ///< as HTTP says: kept alive unless the client asked to close
  close,   ///< closed in order (FIN) after what was sent
  reset,   ///< torn down (RST) after what was sent
};

/// How to send an answer. The default sends it whole and at once.
struct Delivery {
  Duration delay{0};                       ///< wait before the first byte
  std::optional<std::size_t> cut_after{};  ///< send only this many bytes of head and body together
  std::optional<double> cut_fraction{};    ///< or this part of all bytes, from 0 to 1
  std::size_t chunk_bytes = 0;             ///< 0: in one write; else pieces of this size ...
  Duration chunk_gap{0};                   ///< ... with this pause between them
  Ending ending = Ending::normal;
  std::string claimed_encoding{};  ///< a Content-Encoding header that is a lie; empty: none

  bool operator==(const Delivery&) const = default;
};

/// Who said it. Synthesised is what no tape holds and an emulator made of what the tape tells.
enum class Source { emulator, remote, cassette, fault, admin, proxy, synthesised };

struct Reply {
  Response response;
  Source source = Source::proxy;
  Delivery delivery;

  bool operator==(const Reply&) const = default;
};

}  // namespace dynatape::core
