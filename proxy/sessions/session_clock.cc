#include "proxy/sessions/session_clock.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dynatape::sessions {
namespace {

using core::Duration;
using core::TimePoint;

TimePoint system_time() { return core::SystemClock().now(); }

/// What no time passed and no sleep exceeds, so that no arithmetic overflows.
constexpr Duration kLongest = std::chrono::hours(24 * 36500);

Duration scaled(Duration by, double factor) {
  const double count = static_cast<double>(by.count()) * factor;
  const auto longest = static_cast<double>(kLongest.count());
  return Duration(std::llround(std::clamp(count, -longest, longest)));
}

}  // namespace

SessionClock::SessionClock(const ClockSetting& setting)
    : line_(line_of(setting, Clock::monotonic())) {
  steered_ = line_.has_value();
}

std::optional<SessionClock::Line> SessionClock::line_of(const ClockSetting& setting,
                                                        Duration reading) {
  if (!setting.start && setting.rate == 1) return std::nullopt;
  return Line{setting.start.value_or(system_time()), reading, setting.rate};
}

SessionClock::~SessionClock() = default;

TimePoint SessionClock::now() const {
  return steered_.load(std::memory_order_acquire) ? read().now : system_time();
}

SessionClock::Reading SessionClock::read() const {
  const std::lock_guard lock(mutex_);
  return read_locked();
}

SessionClock::Reading SessionClock::read_locked() const {
  if (!line_) return {system_time(), 1, false};
  const Duration passed = scaled(monotonic() - line_->reading, line_->rate);
  return {line_->time + passed, line_->rate, true};
}

core::Task<void> SessionClock::sleep(core::Loop& loop, Duration delay) const {
  const Duration at_most = std::min(delay, kLongest);
  const TimePoint end = now() + at_most;
  for (bool changed = true; changed;) {
    const auto wakeup = std::make_shared<core::Wakeup>(loop);
    Duration real_delay{};
    {
      // In one step, so that no change comes between the look at the clock and the list.
      const std::lock_guard lock(mutex_);
      const Reading at = read_locked();
      const Duration left = std::min(end - at.now, at_most);
      if (left <= Duration::zero()) co_return;
      real_delay = at.rate == 0 ? left : scaled(left, 1 / at.rate);
      sleepers_.push_back(wakeup);
    }
    changed = co_await wakeup->wait(real_delay);
    const std::lock_guard lock(mutex_);
    std::erase(sleepers_, wakeup);
  }
}

void SessionClock::set(TimePoint time) {
  std::unique_lock lock(mutex_);
  const double rate = line_ ? line_->rate : 1;
  replace(Line{time, monotonic(), rate}, std::move(lock));
}

void SessionClock::advance(Duration by) {
  std::unique_lock lock(mutex_);
  const Reading reading = read_locked();
  replace(Line{reading.now + by, monotonic(), reading.rate}, std::move(lock));
}

void SessionClock::set_rate(double rate) {
  std::unique_lock lock(mutex_);
  replace(Line{read_locked().now, monotonic(), rate}, std::move(lock));
}

void SessionClock::restart(const ClockSetting& setting) {
  replace(line_of(setting, monotonic()), std::unique_lock(mutex_));
}

void SessionClock::replace(std::optional<Line> line, std::unique_lock<std::mutex> lock) {
  line_ = line;
  steered_.store(line_.has_value(), std::memory_order_release);
  const auto sleeping = std::exchange(sleepers_, {});
  lock.unlock();
  for (const auto& wakeup : sleeping) wakeup->wake();
}

}  // namespace dynatape::sessions
