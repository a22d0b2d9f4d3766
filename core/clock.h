#pragma once

// The only way to learn the time. `main` makes one and hands it down; nothing else reads the system
// clock.

#include <atomic>

#include "core/loop.h"
#include "core/task.h"
#include "core/time.h"

namespace dynatape::core {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time, UTC. May be called from any thread.
  [[nodiscard]] virtual TimePoint now() const = 0;

  /// A reading that only grows, at the pace of real time whatever now() does: for how long things
  /// took. May be called from any thread.
  [[nodiscard]] virtual Duration monotonic() const;

  /// Waits until `delay` has passed on this clock. On the thread of `loop` only; the clock must
  /// outlive the task.
  [[nodiscard]] virtual Task<void> sleep(Loop& loop, Duration delay) const;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
};

/// Stands still until it is advanced, and measures by its own steps: for tests. Sleeps are the
/// loop's.
class FrozenClock final : public Clock {
 public:
  explicit FrozenClock(TimePoint start) : now_(start) {}
  [[nodiscard]] TimePoint now() const override { return now_.load(); }
  [[nodiscard]] Duration monotonic() const override { return now_.load().time_since_epoch(); }
  void advance(Duration by) { now_.store(now_.load() + by); }

 private:
  std::atomic<TimePoint> now_;
};

}  // namespace dynatape::core
