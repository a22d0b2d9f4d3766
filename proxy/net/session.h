#pragma once

// One client connection as requests and answers: reads requests, has each answered, sends the
// answers in the order of the requests. For .cc files of this folder only, because Asio is heavy.

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "core/task.h"
#include "core/upload.h"
#include "proxy/http/date.h"
#include "proxy/http/request_parser.h"
#include "proxy/net/connection.h"
#include "proxy/net/io_loop.h"
#include "proxy/net/server.h"

namespace dynatape::net {

class Session;

/// What a request says about its answer.
struct Asked {
  bool head = false;  ///< by the method HEAD: without the body
  bool accepts_gzip = false;
  bool http_1_0 = false;
  bool keep_alive = false;

  explicit Asked(const http::Incoming& incoming)
      : head(incoming.request.method == "HEAD"),
        accepts_gzip(incoming.accepts_gzip),
        http_1_0(incoming.http_1_0),
        keep_alive(incoming.keep_alive) {}
  Asked() = default;
};

/// What the sessions of one thread share.
struct SessionContext {
  IoLoop& loop;
  const ServerOptions& options;
  const Handler& handler;
  EarlyHandler* early;  ///< nullptr: nobody acts before a request is whole
  http::DateCache date;
  core::Rng request_ids;
  bool draining = false;           ///< no connection is kept alive any more
  std::vector<Session*> unpushed;  ///< have answers that wait for the next one of a batch

  /// Once the loop has nothing better to do, sends what `session` has written so far.
  void push_soon(Session& session);
};

/// What is sent where a handler has thrown.
[[nodiscard]] Answer answer_of(const std::exception& error);

class Session : private core::Upload {
 public:
  /// What the session waits for; each has its own time-out.
  enum class Phase {
    idle,       ///< a request's first byte
    head,       ///< the rest of a request's head
    transfer,   ///< body bytes to come or answer bytes to go
    handling,   ///< the handler or a delivery, which take the time they take
    lingering,  ///< the client's end, after the last answer
  };

  Session(SessionContext& context, tcp::socket socket);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Serves the connection to its end.
  [[nodiscard]] core::Task<void> run();

  [[nodiscard]] Phase phase() const;
  /// Grows with whatever restarts the time-out of a phase: not with the bytes of a head, which must
  /// be whole in time.
  [[nodiscard]] std::uint64_t progress() const { return progress_ + connection_.progress(); }

  /// Ends the wait for the client, because it took too long.
  void give_up();
  /// Ends the session if it is between two requests, and the stream that it sends.
  void end_if_idle();
  /// Sends answers that are written, though the next one is not.
  void push();

 private:
  /// Ends with a whole request, or one that is taken early, or with false where no other one will
  /// come.
  [[nodiscard]] core::Task<bool> next_request();
  /// Whether there is who acts before a request is whole.
  [[nodiscard]] bool early() const { return context_.early && context_.early->wanted(); }
  /// Has a request answered whose body is still to come, and sends the answer. Tells whether the
  /// connection goes on.
  [[nodiscard]] core::Task<bool> serve_early();
  [[nodiscard]] core::Task<Answer> answer_early();
  [[nodiscard]] core::Task<core::Received> receive(core::Demands& demands) override;
  [[nodiscard]] core::Task<core::Received::End> read_body(core::Demands& demands);
  /// Waits for up to `most` bytes of the body; false where none will come.
  [[nodiscard]] core::Task<bool> await_body(std::size_t most, core::Demands& demands);
  [[nodiscard]] bool parse();
  [[nodiscard]] bool received(const Completed& read);
  /// Sends all answers and settles them; false where the client is gone.
  [[nodiscard]] core::Task<bool> flush();
  /// Writes a plain answer behind those that are not sent yet. Tells whether the connection goes
  /// on.
  [[nodiscard]] bool queue(Answer answer, const Asked& asked);
  /// Sends an answer as its Delivery says. Tells whether the connection goes on.
  [[nodiscard]] core::Task<bool> deliver(Answer answer, Asked asked);
  /// Sends an answer whose body is a stream, and the stream to its end. Tells whether the
  /// connection goes on.
  [[nodiscard]] core::Task<bool> send_stream(Answer answer, Asked asked);
  void refuse(const http::Refusal& refusal);
  void write(std::string& out, const core::Response& response, const Asked& asked, bool keep_alive,
             std::string_view claimed_encoding = {});
  void settle(Sent sent);
  void enter(Phase phase);

  SessionContext& context_;
  Connection connection_;
  http::RequestParser parser_;
  std::vector<std::move_only_function<void(Sent)>> unsettled_;  ///< of the answers not flushed yet
  Stream* stream_ = nullptr;                                    ///< under way
  Phase phase_ = Phase::idle;
  std::uint64_t progress_ = 0;
  bool gave_up_ = false;
  std::optional<core::Received::End> body_end_;  ///< of the last request that was taken early
  std::string_view unread_;                      ///< what of buffer_ is not parsed yet
  std::array<char, 16384> buffer_;
};

}  // namespace dynatape::net
