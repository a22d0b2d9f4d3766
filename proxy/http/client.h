#pragma once

// The client's half of HTTP/1.1 as functions from values to bytes and back.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/message.h"

namespace dynatape::http {

/// Appends `request` with its headers as they are. The length is always ours; Host is
/// `default_host` unless the request has one. An encoded body is sent as it is, under the
/// Content-Encoding that the headers give it.
void append_request(std::string& out, const core::Request& request, std::string_view default_host);

/// Takes off what concerns one connection only: Connection and what it names, Keep-Alive,
/// Transfer-Encoding, Content-Length and their like.
void drop_hop_by_hop(core::Headers& headers);

struct ResponseLimits {
  std::size_t max_header_bytes;
  std::size_t max_body_bytes;  ///< on the wire, and decoded
};

/// Reads the answer to one request from bytes as they come. Interim answers (1xx) are skipped.
class ResponseParser {
 public:
  enum class State { reading, complete, failed };

  /// `to_head`: the request was HEAD, so the answer has no body, whatever its length says.
  ResponseParser(ResponseLimits limits, bool to_head);
  ~ResponseParser();
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;

  /// Reads `bytes` up to the end of the answer; returns how many it took. More than that on the
  /// connection is nothing that was asked for.
  [[nodiscard]] std::size_t feed(std::string_view bytes);
  /// The peer has closed: the end of an answer that tells no length, and of any other a failure.
  void finish();

  [[nodiscard]] State state() const;
  /// Anything of an answer has come.
  [[nodiscard]] bool started() const;
  /// Whether the connection can carry another request after a complete answer.
  [[nodiscard]] bool keep_alive() const;
  /// The complete answer, its body decoded and its x-amz-crc32 found right.
  [[nodiscard]] core::Response take();
  /// Why it failed, as the end of a sentence about the peer: "sent a malformed answer: ...".
  [[nodiscard]] const std::string& failure() const;

 private:
  struct Reading;
  std::unique_ptr<Reading> reading_;
};

}  // namespace dynatape::http
