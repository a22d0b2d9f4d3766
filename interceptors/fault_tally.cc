#include "interceptors/fault_tally.h"

#include <algorithm>

namespace dynatape::interceptors {
namespace {

/// Takes one of `limit`, where there is one.
bool claim(std::atomic<std::uint64_t>& taken, const std::optional<std::uint64_t>& limit) {
  if (!limit) return true;
  std::uint64_t before = taken.load(std::memory_order_relaxed);
  do {
    if (before >= *limit) return false;
  } while (!taken.compare_exchange_weak(before, before + 1, std::memory_order_relaxed));
  return true;
}

void give_back(std::atomic<std::uint64_t>& taken, const std::optional<std::uint64_t>& limit) {
  if (limit) taken.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace

bool FaultCounter::plan(core::TimePoint now) {
  if (!claim(claimed_, limits_.times)) return false;
  if (!claim(active_, limits_.max_active)) {
    give_back(claimed_, limits_.times);
    return false;
  }
  if (limits_.per_second) {
    const std::lock_guard lock(mutex_);
    if (!take_from_bucket(now)) {
      give_back(claimed_, limits_.times);
      give_back(active_, limits_.max_active);
      return false;
    }
  }
  planned_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool FaultCounter::take_from_bucket(core::TimePoint now) {
  const double size = std::max(1.0, *limits_.per_second);
  if (!filled_) {
    bucket_ = size;
  } else if (now > *filled_) {
    const std::chrono::duration<double> passed = now - *filled_;
    bucket_ = std::min(size, bucket_ + passed.count() * *limits_.per_second);
  }
  filled_ = now;
  if (bucket_ < 1) return false;
  bucket_ -= 1;
  return true;
}

void FaultCounter::deliver() {
  delivered_.fetch_add(1, std::memory_order_relaxed);
  give_back(active_, limits_.max_active);
}

void FaultCounter::miss(std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    auto found = undelivered_.find(reason);
    if (found == undelivered_.end()) found = undelivered_.emplace(reason, 0).first;
    ++found->second;
  }
  give_back(claimed_, limits_.times);
  give_back(active_, limits_.max_active);
}

FaultTally FaultCounter::tally(std::string_view rule, std::string_view fault) const {
  FaultTally tally;
  tally.rule = rule;
  tally.fault = fault;
  const std::lock_guard lock(mutex_);
  tally.undelivered.insert(undelivered_.begin(), undelivered_.end());
  // Ends before beginnings: no moment shows more faults ended than planned.
  tally.delivered = delivered_.load();
  tally.planned = planned_.load();
  return tally;
}

}  // namespace dynatape::interceptors
