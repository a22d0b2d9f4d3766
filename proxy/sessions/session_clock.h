#pragma once

// The clock of a session: the system's until somebody freezes, sets, advances or scales it. It
// moves all that tells time by it; a steered clock is the session's alone. Safe to call from any
// thread.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "core/wakeup.h"

namespace dynatape::sessions {

/// How a clock begins: the system's time at the system's pace, but for what is said here.
struct ClockSetting {
  std::optional<core::TimePoint> start;
  double rate = 1;  ///< 0: it stands still; 10: ten times as fast

  bool operator==(const ClockSetting&) const = default;
};

class SessionClock final : public core::Clock {
 public:
  explicit SessionClock(const ClockSetting& setting = {});
  ~SessionClock() override;

  [[nodiscard]] core::TimePoint now() const override;

  /// Ends as soon as `delay` has passed on this clock, also because it was set or advanced
  /// meanwhile. A clock that stands still does not hold anybody: there a delay takes its real time,
  /// unless the clock is advanced past its end first.
  [[nodiscard]] core::Task<void> sleep(core::Loop& loop, core::Duration delay) const override;

  struct Reading {
    core::TimePoint now;
    double rate;
    bool steered;  ///< not simply the system's time
  };
  [[nodiscard]] Reading read() const;

  /// Goes on from `time` at the present rate.
  void set(core::TimePoint time);
  void advance(core::Duration by);
  /// 0 freezes, 1 resumes; goes on from the present time.
  void set_rate(double rate);
  /// As it begins with `setting`; with none, the system's time again.
  void restart(const ClockSetting& setting = {});

 private:
  /// now() at a monotonic reading, and how fast it goes on from there.
  struct Line {
    core::TimePoint time;
    core::Duration reading;
    double rate;
  };

  [[nodiscard]] static std::optional<Line> line_of(const ClockSetting& setting,
                                                   core::Duration reading);
  /// With mutex_ held.
  [[nodiscard]] Reading read_locked() const;
  /// Puts the clock on another line, and wakes who sleeps.
  void replace(std::optional<Line> line, std::unique_lock<std::mutex> lock);

  std::atomic<bool> steered_ = false;  ///< whether line_ has a value; spares the lock where not
  mutable std::mutex mutex_;
  std::optional<Line> line_;                                     ///< guarded by mutex_
  mutable std::vector<std::shared_ptr<core::Wakeup>> sleepers_;  ///< guarded by mutex_
};

}  // namespace dynatape::sessions
