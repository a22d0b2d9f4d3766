#pragma once

// A wait that any thread can end: how a coroutine learns of something that happens elsewhere. It
// is used once; whoever may wake it shares it with whoever waits.

#include <algorithm>
#include <atomic>
#include <coroutine>
#include <memory>

#include "core/loop.h"
#include "core/task.h"
#include "core/time.h"

namespace dynatape::core {

class Wakeup : public std::enable_shared_from_this<Wakeup> {
 public:
  /// `loop` is where the waiting coroutine lives.
  explicit Wakeup(Loop& loop) : loop_(loop) {}

  /// Ends the wait, now or as soon as it begins. May be called from any thread, and more than once.
  void wake() {
    if (state_.exchange(State::woken) == State::waiting) loop_.resume(handle_);
  }

  /// `co_await`s wake() for at most `timeout`; whether it came. Called once, on the loop's thread.
  [[nodiscard]] auto wait(Duration timeout) {
    struct Awaiter {
      std::shared_ptr<Wakeup> wakeup;
      Duration timeout;

      [[nodiscard]] bool await_ready() const noexcept { return false; }
      [[nodiscard]] bool await_suspend(std::coroutine_handle<> handle) const {
        wakeup->handle_ = handle;
        State before = State::idle;
        if (!wakeup->state_.compare_exchange_strong(before, State::waiting)) return false;
        start(time_out(wakeup, timeout));
        return true;
      }
      [[nodiscard]] bool await_resume() const noexcept {
        return wakeup->state_.load() == State::woken;
      }
    };
    return Awaiter{shared_from_this(), timeout};
  }

 private:
  enum class State { idle, waiting, woken, timed_out };

  static Task<void> time_out(std::shared_ptr<Wakeup> wakeup, Duration timeout) {
    co_await wakeup->loop_.sleep(std::max(timeout, Duration(1)));
    State before = State::waiting;
    if (wakeup->state_.compare_exchange_strong(before, State::timed_out)) wakeup->handle_.resume();
  }

  Loop& loop_;
  std::coroutine_handle<> handle_;
  std::atomic<State> state_ = State::idle;
};

}  // namespace dynatape::core
