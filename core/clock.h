#pragma once

// The only way to learn the time. `main` makes one and hands it down; nothing else reads the system
// clock.

#include <atomic>

#include "core/time.h"

namespace dynatape::core {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time, UTC. May be called from any thread.
  [[nodiscard]] virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
};

/// Stands still until it is advanced.
class FrozenClock final : public Clock {
 public:
  explicit FrozenClock(TimePoint start) : now_(start) {}
  [[nodiscard]] TimePoint now() const override { return now_.load(); }
  void advance(Duration by) { now_.store(now_.load() + by); }

 private:
  std::atomic<TimePoint> now_;
};

}  // namespace dynatape::core
