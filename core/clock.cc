#include "core/clock.h"

namespace dynatape::core {

Duration Clock::monotonic() const {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

Task<void> Clock::sleep(Loop& loop, Duration delay) const { co_await loop.sleep(delay); }

TimePoint SystemClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace dynatape::core
