#pragma once

// A server on a free port, run by a thread of its own until the test ends.

#include <catch2/catch.hpp>
#include <condition_variable>
#include <coroutine>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "core/clock.h"
#include "proxy/net/server.h"
#include "tests/support/tcp.h"

namespace dynatape::net {

class RunningServer {
 public:
  explicit RunningServer(Handler handler, ServerOptions options = one_thread(),
                         std::unique_ptr<EarlyHandler> early = nullptr)
      : server_(*Server::listen(std::move(options), clock_, std::move(handler), std::move(early))),
        thread_([this] { server_->run(); }) {}
  ~RunningServer() { stop(); }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  static ServerOptions one_thread() {
    ServerOptions options;
    options.threads = 1;
    return options;
  }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] support::TcpConnection connect() const {
    return support::TcpConnection::to(port());
  }
  void begin_stop() { server_->stop(); }
  /// Returns once the server runs no more.
  void stop() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  core::FrozenClock clock_{core::TimePoint(std::chrono::seconds(784111777))};
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

/// What handlers wait at until a test opens it.
class Gate {
 public:
  /// `co_await gate.pass(loop);`
  auto pass(core::Loop& loop) {
    struct Awaiter {
      Gate& gate;
      core::Loop& loop;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) const {
        const std::lock_guard lock(gate.mutex_);
        gate.waiting_.emplace(&loop, handle);
        gate.arrived_.notify_all();
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, loop};
  }

  /// Returns once a handler waits.
  void await_arrival() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return waiting_.has_value(); });
  }
  /// Lets the handler that waits, or the next one, pass.
  void open() {
    await_arrival();
    const std::lock_guard lock(mutex_);
    waiting_->first->resume(waiting_->second);
    waiting_.reset();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<std::pair<core::Loop*, std::coroutine_handle<>>> waiting_;  ///< guarded by mutex_
};

inline core::Reply reply_of(std::string body, core::Delivery delivery = {}) {
  core::Reply reply;
  reply.response = {200, {{"Content-Type", "text/plain"}}, std::move(body)};
  reply.delivery = delivery;
  return reply;
}

/// Answers with "METHOD TARGET BODY".
inline core::Task<Answer> echo(core::Request request, core::Loop&) {
  co_return reply_of(request.method + " " + request.target + " " + request.body);
}

inline std::string get(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

inline std::string post(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

inline std::string body_of(const std::string& message) {
  return message.substr(message.find("\r\n\r\n") + 4);
}

inline bool has(const std::string& message, std::string_view text) {
  return message.find(text) != std::string::npos;
}

}  // namespace dynatape::net
