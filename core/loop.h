#pragma once

// Where an exchange lives: one thread that resumes coroutines, now or after a while.
// `net` implements it over its I/O context, tests by hand. An exchange stays on one loop for its
// whole life.

#include <coroutine>

#include "core/time.h"

namespace dynatape::core {

class Loop {
 public:
  virtual ~Loop() = default;

  /// Resumes `handle` on this loop's thread, soon. May be called from any thread.
  virtual void resume(std::coroutine_handle<> handle) = 0;

  /// Resumes `handle` on this loop's thread after `delay`. Called from this loop's thread only.
  virtual void resume_after(Duration delay, std::coroutine_handle<> handle) = 0;

  /// `co_await loop.sleep(20ms);` does not wait at all for zero or less.
  [[nodiscard]] auto sleep(Duration delay) {
    struct Awaiter {
      Loop& loop;
      Duration delay;
      [[nodiscard]] bool await_ready() const noexcept { return delay <= Duration::zero(); }
      void await_suspend(std::coroutine_handle<> handle) const { loop.resume_after(delay, handle); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, delay};
  }
};

}  // namespace dynatape::core
