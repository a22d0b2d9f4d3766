#pragma once

// A core::Loop driven by hand: time passes only when a test says so, and nothing runs behind its
// back. Other threads may resume() onto it, as they do onto a real one.

#include <algorithm>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/loop.h"
#include "core/task.h"

namespace dynatape::support {

class ManualLoop final : public core::Loop {
 public:
  void resume(std::coroutine_handle<> handle) override {
    const std::lock_guard lock(mutex_);
    ready_.push_back(handle);
    arrived_.notify_all();
  }

  void resume_after(core::Duration delay, std::coroutine_handle<> handle) override {
    sleepers_.push_back({elapsed_ + delay, handle});
  }

  /// How far advance() has come since the loop was made.
  [[nodiscard]] core::Duration elapsed() const { return elapsed_; }
  [[nodiscard]] std::size_t sleeping() const { return sleepers_.size(); }

  /// Resumes everything that is ready, and what that makes ready.
  void run_ready() {
    while (const auto handle = take_ready()) handle->resume();
  }

  /// Lets `by` pass: wakes the sleepers that are due, in order of time, each at its own instant.
  void advance(core::Duration by) {
    const core::Duration target = elapsed_ + by;
    run_ready();
    while (!sleepers_.empty() && earliest()->due <= target) wake_earliest();
    elapsed_ = target;
  }

  /// Runs a task to its end. Sleeps cost no time; where only another thread can go on, it waits for
  /// that thread.
  template <class T>
  T run(core::Task<T> task) {
    std::optional<T> result;
    core::start(keep(std::move(task), result));
    run_until([&] { return result.has_value(); });
    return std::move(*result);
  }
  void run(core::Task<void> task) {
    std::optional<bool> result;
    core::start(keep(std::move(task), result));
    run_until([&] { return result.has_value(); });
  }

 private:
  struct Sleeper {
    core::Duration due;
    std::coroutine_handle<> handle;
  };

  template <class T>
  static core::Task<void> keep(core::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await task);
  }
  static core::Task<void> keep(core::Task<void> task, std::optional<bool>& done) {
    co_await task;
    done = true;
  }

  template <class Done>
  void run_until(Done done) {
    for (run_ready(); !done(); run_ready()) {
      if (!sleepers_.empty()) {
        wake_earliest();
      } else {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return !ready_.empty(); });
      }
    }
  }

  std::optional<std::coroutine_handle<>> take_ready() {
    const std::lock_guard lock(mutex_);
    if (ready_.empty()) return std::nullopt;
    const auto handle = ready_.front();
    ready_.pop_front();
    return handle;
  }

  std::vector<Sleeper>::iterator earliest() {
    return std::min_element(sleepers_.begin(), sleepers_.end(),
                            [](const Sleeper& a, const Sleeper& b) { return a.due < b.due; });
  }

  void wake_earliest() {
    const auto next = earliest();
    const Sleeper sleeper = *next;
    sleepers_.erase(next);
    elapsed_ = std::max(elapsed_, sleeper.due);
    sleeper.handle.resume();
    run_ready();
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::coroutine_handle<>> ready_;  ///< guarded by mutex_
  std::vector<Sleeper> sleepers_;
  core::Duration elapsed_{0};
};

}  // namespace dynatape::support
