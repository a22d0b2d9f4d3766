#pragma once

// One coroutine at a time for each name, in the order they came, on whichever loops they live. Safe
// to use from any thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "core/loop.h"
#include "core/task.h"

namespace dynatape::interceptors {

class Turns {
 public:
  /// Whose turn it is, as long as this lives.
  class Turn {
   public:
    Turn(Turns& turns, std::string name) : turns_(&turns), name_(std::move(name)) {}
    Turn(Turn&& other) noexcept
        : turns_(std::exchange(other.turns_, nullptr)), name_(std::move(other.name_)) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->end(name_);
    }

   private:
    Turns* turns_;
    std::string name_;
  };

  [[nodiscard]] core::Task<Turn> take(core::Loop& loop, std::string name) {
    const std::uint64_t number = draw(name);
    // Who waits asks again: waits are as short as a write, and rare.
    while (!is_on(name, number)) co_await loop.sleep(std::chrono::milliseconds(1));
    co_return Turn(*this, std::move(name));
  }

 private:
  struct Queue {
    std::uint64_t next = 0;  ///< the number that is drawn next
    std::uint64_t on = 0;    ///< whose turn it is
  };

  [[nodiscard]] std::uint64_t draw(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return queues_[name].next++;
  }
  [[nodiscard]] bool is_on(const std::string& name, std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return queues_[name].on == number;
  }
  void end(const std::string& name) {
    const std::lock_guard lock(mutex_);
    Queue& queue = queues_[name];
    if (++queue.on == queue.next) queues_.erase(name);
  }

  std::mutex mutex_;
  std::map<std::string, Queue> queues_;  ///< guarded by mutex_; those that somebody is in
};

}  // namespace dynatape::interceptors
