#pragma once

// Capacity that flows in steadily and can be saved up, in exact arithmetic: one unit of a rate in
// units per second comes every 1/rate of a second, to the microsecond. It never reads the clock.

#include <algorithm>
#include <cstdint>

#include "core/time.h"

namespace dynatape::interceptors {

/// Millionths of a capacity unit.
using MicroUnits = std::int64_t;
inline constexpr MicroUnits kUnit = 1'000'000;

class TokenBucket {
 public:
  /// Full, as after a rest of `burst`, which is what it can save up.
  TokenBucket(std::int64_t units_per_second, core::Duration burst, core::TimePoint now)
      : rate_(units_per_second),
        most_(units_per_second * burst.count()),
        tokens_(most_),
        at_(now) {}

  /// What there is at `now`; below 0 where more was taken.
  [[nodiscard]] MicroUnits at(core::TimePoint now) {
    if (now > at_) {
      // No longer than it takes to fill: an idle year must not overflow.
      const std::int64_t missing = most_ - tokens_;
      const std::int64_t passed = (now - at_).count();
      const std::int64_t to_fill = missing / rate_ + 1;
      tokens_ = passed >= to_fill ? most_ : std::min(most_, tokens_ + rate_ * passed);
    }
    at_ = now;  // also where the clock was set back
    return tokens_;
  }

  /// Takes what was used, also where there is less: the rest is owed. Below 0 gives back.
  void take(MicroUnits used) { tokens_ = std::min(most_, tokens_ - used); }

  /// From `now` on; it keeps what it has saved up, as far as it still can.
  void change(std::int64_t units_per_second, core::Duration burst, core::TimePoint now) {
    tokens_ = at(now);
    rate_ = units_per_second;
    most_ = units_per_second * burst.count();
    tokens_ = std::min(tokens_, most_);
  }

 private:
  std::int64_t rate_;  ///< units per second are micro-units per microsecond
  MicroUnits most_;
  MicroUnits tokens_;
  core::TimePoint at_;
};

}  // namespace dynatape::interceptors
