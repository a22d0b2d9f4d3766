#pragma once

// The road in: listens on one address, reads HTTP/1.1 requests, hands each to a handler on the loop
// it arrived on, and sends the answers in order. It never looks at what a request asks.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/loop.h"
#include "core/message.h"
#include "core/result.h"
#include "core/task.h"
#include "core/time.h"
#include "core/upload.h"

namespace dynatape::net {

/// How sending an answer ended.
enum class Sent {
  whole,  ///< as its Delivery says, into the hands of the operating system
  lost,   ///< the client or the server's end came first
};

/// A body that is made while it is sent, piece by piece.
class Stream {
 public:
  virtual ~Stream() = default;
  /// The next piece, once there is one; nullopt at the end. Asked for only when the piece before
  /// has gone: who reads slowly makes the stream wait.
  [[nodiscard]] virtual core::Task<std::optional<std::string>> next() = 0;
  /// The server is about to end: next() shall, too. On the loop's thread.
  virtual void stop() = 0;
};

/// What a handler says. Converts from a Reply: `co_return reply;` is enough.
struct Answer {
  // NOLINTNEXTLINE(google-explicit-constructor)
  Answer(core::Reply said) : reply(std::move(said)) {}
  Answer(core::Reply said, std::move_only_function<void(Sent)> then)
      : reply(std::move(said)), sent(std::move(then)) {}

  core::Reply reply;
  /// Called once on the loop's thread when the answer has left or can no longer leave; may be
  /// empty. So a fault is counted as delivered only if it was.
  std::move_only_function<void(Sent)> sent;
  /// Where there is one, the body after the response's head; it needs no length.
  std::unique_ptr<Stream> stream = nullptr;
};

/// Answers one request, always: that there is no answer is itself an answer (502). Runs on the
/// thread of `loop`, which outlives the task. Called by several threads at once.
using Handler = std::function<core::Task<Answer>(core::Request, core::Loop&)>;

/// For who acts before a request is whole: at each connection, and at each head. Called by several
/// threads at once.
class EarlyHandler {
 public:
  virtual ~EarlyHandler() = default;
  /// Whether there is anything to do before; where not, nothing below is called. Asked often.
  [[nodiscard]] virtual bool wanted() const = 0;
  /// A connection was accepted; it is served once the task has ended.
  [[nodiscard]] virtual core::Task<void> accepted(core::Loop& loop) = 0;
  /// In the handler's place: answers a request whose body is to come from `upload`, which outlives
  /// the task. Where it does not take the body, it is read and thrown away before the answer goes.
  [[nodiscard]] virtual core::Task<Answer> answer(core::Request head, core::Upload& upload,
                                                  core::Loop& loop) = 0;
};

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address, no name
  std::uint16_t port = 0;             ///< 0: any free one
  unsigned threads = 0;               ///< 0: one per core
  core::Duration idle_timeout =
      std::chrono::seconds(75);  ///< between requests, or without progress
  core::Duration header_timeout =
      std::chrono::seconds(20);  ///< from a request's first byte to its head's end
  core::Duration drain_timeout = std::chrono::seconds(10);  ///< for calls in flight once stopped
  std::size_t max_header_bytes = std::size_t{16} << 10;     ///< request line and headers together
  std::size_t max_body_bytes = std::size_t{16} << 20;       ///< on the wire, and decoded
  std::uint64_t request_id_seed = 0;  ///< x-amzn-RequestId of answers that carry none
};

class Server {
 public:
  /// Binds and listens, so that clients may connect from now on; nothing is served before run().
  /// Fails where the address is no address, or the port is taken: by anybody, also by a server that
  /// would share it. `clock` must outlive the server.
  [[nodiscard]] static core::Result<std::unique_ptr<Server>> listen(
      ServerOptions options, const core::Clock& clock, Handler handler,
      std::unique_ptr<EarlyHandler> early = nullptr);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Serves on this thread and threads of its own until stopped. Called once.
  void run();

  /// Stops gracefully: accepts nothing new, answers the calls in flight with `Connection: close`,
  /// closes idle connections, and after the drain time-out also the rest. Returns at once. From any
  /// thread, also inside a signal handler, also before run().
  void stop();

  /// Lets these signals stop() the server while it runs. Before run().
  void stop_on(std::initializer_list<int> signals);

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace dynatape::net
