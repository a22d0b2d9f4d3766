#pragma once

// Calls to other servers over plain HTTP/1.1, on connections that are kept and used again, each on
// the loop it was made on. It never sends a request twice that may have been carried out.

#include <cstdint>
#include <string>

#include "core/loop.h"
#include "core/message.h"
#include "core/result.h"
#include "core/task.h"
#include "core/time.h"

namespace dynatape::net {

struct Endpoint {
  std::string host;  ///< a name or an address
  std::uint16_t port = 80;

  auto operator<=>(const Endpoint&) const = default;
};

struct ClientOptions {
  core::Duration connect_timeout = std::chrono::seconds(5);  ///< the name's resolution included
  core::Duration answer_timeout =
      std::chrono::seconds(60);           ///< from the request's first byte to the answer's last
  std::size_t max_idle_connections = 64;  ///< kept per loop and endpoint
  std::size_t max_header_bytes = std::size_t{64} << 10;
  std::size_t max_body_bytes = std::size_t{64} << 20;
};

class ClientPool {
 public:
  explicit ClientPool(ClientOptions options = {}) : options_(options) {}

  /// Sends `request` as it is, but for length and, where it has none, Host, and reads the answer,
  /// decoded. `loop` is one of a Server's.
  ///
  /// A kept connection that the peer has closed is noticed before anything is sent on it. Where the
  /// peer closes it just then, the request is sent once more over a new connection only if not all
  /// of it had gone and nothing of an answer had come; after its last byte went, an upstream may
  /// have applied it, and only the caller can know whether twice is once.
  [[nodiscard]] core::Task<core::Result<core::Response>> send(core::Loop& loop, Endpoint endpoint,
                                                              core::Request request) const;

 private:
  ClientOptions options_;
};

}  // namespace dynatape::net
