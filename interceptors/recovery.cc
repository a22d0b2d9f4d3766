#include "interceptors/recovery.h"

#include <chrono>

namespace dynatape::interceptors {
namespace {

/// As far as recovery reaches back.
constexpr auto kLongest = std::chrono::days(35);

std::chrono::seconds second_of(core::TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
}

/// One moment before the time stays: what the time begins with.
template <class Moments>
void forget_before(core::TimePoint time, Moments& moments) {
  while (moments.size() > 1 && std::next(moments.begin())->first <= time) {
    moments.erase(moments.begin());
  }
}

}  // namespace

void Recovery::watch(const std::string& owner, const core::Clock& clock, const Take& take) {
  const std::lock_guard lock(mutex_);
  if (moments_.contains(owner)) return;
  const core::TimePoint now = clock.now();
  moments_[owner].emplace(now, take());
  watching_.store(true, std::memory_order_relaxed);
}

/// The last moment of a second stands for the whole of it: times to restore to are in seconds. The
/// first of all stays: what was before the second write of its second is not known otherwise. Where
/// the clock was set back, what came later then is overtaken: nobody can ask for it any more.
void Recovery::remember(const std::string& owner, const core::Clock& clock, const Take& take) {
  const std::lock_guard lock(mutex_);
  const auto found = moments_.find(owner);
  if (found == moments_.end()) return;
  Moments& moments = found->second;
  const core::TimePoint now = clock.now();
  forget_before(now - kLongest, moments);
  moments.erase(moments.upper_bound(now), moments.end());
  if (moments.size() > 1 && second_of(moments.rbegin()->first) == second_of(now)) {
    moments.erase(std::prev(moments.end()));
  }
  moments.insert_or_assign(now, take());
}

Recovery::Moment Recovery::at(const std::string& owner, core::TimePoint time) const {
  const std::lock_guard lock(mutex_);
  const auto found = moments_.find(owner);
  if (found == moments_.end()) return nullptr;
  const auto after = found->second.upper_bound(time);
  return after == found->second.begin() ? nullptr : std::prev(after)->second;
}

void Recovery::clear() {
  const std::lock_guard lock(mutex_);
  moments_.clear();
  watching_.store(false, std::memory_order_relaxed);
}

}  // namespace dynatape::interceptors
