#include "core/clock.h"

namespace dynatape::core {

TimePoint SystemClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace dynatape::core
