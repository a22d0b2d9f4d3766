#pragma once

// Reads HTTP/1.0 and 1.1 requests from bytes as they come, one after the other, and refuses what
// is malformed or too large. It does no I/O and answers nothing itself.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/message.h"
#include "proxy/http/refusal.h"

namespace dynatape::http {

struct RequestLimits {
  std::size_t max_header_bytes;  ///< request line and headers together
  std::size_t max_body_bytes;    ///< on the wire without chunk framing, and decoded
};

/// A request, and what its head says about the answer.
struct Incoming {
  core::Request request;
  bool keep_alive = false;    ///< the client may send another one on this connection
  bool http_1_0 = false;      ///< knows no chunks, and keeps a connection only if told so
  bool accepts_gzip = false;  ///< asked for it in Accept-Encoding
};

class RequestParser {
 public:
  enum class State {
    idle,      ///< nothing of a request has come
    head,      ///< in its request line or headers
    body,      ///< head is read, body is not
    complete,  ///< take() it
    refused,   ///< see refusal(); for ever
  };

  explicit RequestParser(RequestLimits limits);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  /// Reads `bytes`, but never beyond the end of the request they belong to. Returns how many it
  /// took: all of them, unless a request is complete or refused.
  [[nodiscard]] std::size_t feed(std::string_view bytes);

  [[nodiscard]] State state() const;
  /// From the next request on, whether feed() takes nothing beyond a head whose body is to come
  /// until it is called again.
  void stop_after_head(bool stops);
  /// Whether it has stopped so.
  [[nodiscard]] bool stopped() const;
  /// The request of a head that was read, without its body.
  [[nodiscard]] const Incoming& head() const;

  /// Whether the client waits for "100 Continue" before it sends the body; says so once.
  [[nodiscard]] bool take_expectation();

  /// The complete request; the parser is idle again.
  [[nodiscard]] Incoming take();
  [[nodiscard]] const Refusal& refusal() const;

 private:
  struct Reading;
  std::unique_ptr<Reading> reading_;
};

}  // namespace dynatape::http
