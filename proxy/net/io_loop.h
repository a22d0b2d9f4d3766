#pragma once

// One thread's core::Loop over an I/O context of its own. For .cc files of this folder only,
// because Asio is heavy.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <coroutine>
#include <list>
#include <memory>

#include "core/loop.h"

namespace dynatape::net {

namespace asio = boost::asio;
using asio::ip::tcp;

class IdleConnections;

class IoLoop final : public core::Loop {
 public:
  IoLoop();
  ~IoLoop() override;
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  void resume(std::coroutine_handle<> handle) override;
  void resume_after(core::Duration delay, std::coroutine_handle<> handle) override;

  /// Runs on this thread until there is nothing left to wait for after finish(), or until stop().
  void run();
  void finish();
  /// Leaves run() at once; what still waits is never resumed.
  void stop();

  /// The end is near: every sleep ends now, those to come end at once, and so does every enrolled
  /// socket's traffic. On the loop's thread.
  void hurry();
  [[nodiscard]] bool hurried() const { return hurried_; }

  [[nodiscard]] asio::io_context& context() { return context_; }
  /// Client connections between two requests.
  [[nodiscard]] IdleConnections& idle_connections() { return *idle_connections_; }

  /// While it lives, hurry() closes the socket.
  class Enrolled {
   public:
    Enrolled(IoLoop& loop, tcp::socket& socket);
    ~Enrolled();
    Enrolled(const Enrolled&) = delete;
    Enrolled& operator=(const Enrolled&) = delete;

   private:
    IoLoop& loop_;
    std::list<tcp::socket*>::iterator place_;
  };

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> keeps_running_;
  std::list<asio::steady_timer> sleepers_;
  std::list<tcp::socket*> sockets_;
  bool hurried_ = false;
  std::unique_ptr<IdleConnections> idle_connections_;  // last: its sockets are enrolled
};

}  // namespace dynatape::net
