#pragma once

// Bridges Asio's completion handlers to core::Task: `co_await completion([&](auto done) {
// socket.async_read_some(buffer, done); })` gives the error code and the value. For .cc files of
// this folder only, because Asio is heavy.

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <coroutine>
#include <cstddef>
#include <utility>

namespace dynatape::net {

using boost::system::error_code;

/// What an asynchronous operation ended with; `bytes` is 0 where the operation counts none.
struct Completed {
  error_code error;
  std::size_t bytes = 0;
};

/// Starts an operation when it is awaited. Asio never completes inside the starting call, so the
/// coroutine is always suspended by then.
template <class Start>
class Completion {
 public:
  explicit Completion(Start start) : start_(std::move(start)) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    start_(Done{this});
  }
  [[nodiscard]] Completed await_resume() const noexcept { return completed_; }

 private:
  struct Done {
    Completion* completion;
    void operator()(error_code error, std::size_t bytes = 0) const {
      completion->completed_ = {error, bytes};
      completion->handle_.resume();
    }
  };

  Start start_;
  std::coroutine_handle<> handle_;
  Completed completed_;
};

template <class Start>
[[nodiscard]] Completion<Start> completion(Start start) {
  return Completion<Start>(std::move(start));
}

}  // namespace dynatape::net
