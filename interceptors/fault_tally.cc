#include "interceptors/fault_tally.h"

namespace dynatape::interceptors {

bool FaultCounter::plan() {
  if (times_) {
    std::uint64_t claimed = claimed_.load(std::memory_order_relaxed);
    do {
      if (claimed >= *times_) return false;
    } while (!claimed_.compare_exchange_weak(claimed, claimed + 1, std::memory_order_relaxed));
  }
  planned_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void FaultCounter::deliver() { delivered_.fetch_add(1, std::memory_order_relaxed); }

void FaultCounter::miss(std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    auto found = undelivered_.find(reason);
    if (found == undelivered_.end()) found = undelivered_.emplace(reason, 0).first;
    ++found->second;
  }
  if (times_) claimed_.fetch_sub(1, std::memory_order_relaxed);
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
