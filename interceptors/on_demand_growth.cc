#include "interceptors/on_demand_growth.h"

#include <algorithm>

namespace dynatape::interceptors {

OnDemandGrowth::OnDemandGrowth(std::int64_t at_once, core::Duration burst, core::TimePoint now)
    : at_once_(at_once), burst_(burst), bucket_(at_once, burst, now) {}

MicroUnits OnDemandGrowth::at(core::TimePoint now) {
  while (!rising_.empty() && rising_.front().second + kUntilItCounts <= now) {
    const Peak peak = rising_.front();
    rising_.pop_front();
    grow(std::min(2 * peak.units / kUnit, std::max(kTableQuota, at_once_)),
         peak.second + kUntilItCounts);
  }
  return bucket_.at(now);
}

void OnDemandGrowth::take(MicroUnits used, core::TimePoint now) {
  bucket_.take(used);
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second_ != second) used_ = 0;
  second_ = second;
  used_ += used;
  if (!rising_.empty() && rising_.back().second == second_) rising_.pop_back();
  // A burst, or one large call, is no peak above what the table takes.
  const MicroUnits units = std::min(used_, at_once_ * kUnit);
  const MicroUnits highest = rising_.empty() ? at_once_ * kUnit / 2 : rising_.back().units;
  if (units > highest) rising_.push_back({second_, units});
}

void OnDemandGrowth::warm(std::int64_t at_once, core::TimePoint now) {
  static_cast<void>(at(now));
  grow(at_once, now);
}

/// What comes on top is there at once, as if it had been saved up.
void OnDemandGrowth::grow(std::int64_t at_once, core::TimePoint when) {
  if (at_once <= at_once_) return;
  bucket_.change(at_once, burst_, when);
  bucket_.take(-(at_once - at_once_) * burst_.count());
  at_once_ = at_once;
  std::erase_if(rising_, [&](const Peak& peak) { return 2 * peak.units <= at_once_ * kUnit; });
}

}  // namespace dynatape::interceptors
