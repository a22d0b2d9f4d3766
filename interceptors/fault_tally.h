#pragma once

// The truth about a rule's faults: each one that was planned ends as delivered or as undelivered
// with a reason. Nothing is counted as delivered before it was.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace dynatape::interceptors {

/// One rule's numbers at one moment: planned = delivered + all undelivered + those under way.
struct FaultTally {
  std::string rule;
  std::string fault;
  std::uint64_t planned = 0;
  std::uint64_t delivered = 0;
  std::map<std::string, std::uint64_t> undelivered;  ///< by reason

  bool operator==(const FaultTally&) const = default;
};

/// How much a rule may do; what is not given has no limit.
struct FaultLimits {
  std::optional<std::uint64_t> times;       ///< deliveries in all
  std::optional<std::uint64_t> max_active;  ///< under way at once
  /// A bucket of that many, at least one, that fills at that pace.
  std::optional<double> per_second;

  bool operator==(const FaultLimits&) const = default;
};

/// Counts one rule's faults and holds them to the rule's limits. Safe to call from any thread.
class FaultCounter {
 public:
  explicit FaultCounter(FaultLimits limits) : limits_(limits) {}

  /// Plans one more fault, unless the limits stand against it at the time `now`. Each success is
  /// followed by exactly one deliver() or miss().
  [[nodiscard]] bool plan(core::TimePoint now);
  void deliver();
  /// Gives the planned delivery back to `times`: another call may have it.
  void miss(std::string_view reason);

  [[nodiscard]] FaultTally tally(std::string_view rule, std::string_view fault) const;

 private:
  /// With mutex_ held.
  [[nodiscard]] bool take_from_bucket(core::TimePoint now);

  const FaultLimits limits_;
  std::atomic<std::uint64_t> claimed_ = 0;  ///< delivered or under way
  std::atomic<std::uint64_t> active_ = 0;   ///< under way
  std::atomic<std::uint64_t> planned_ = 0;
  std::atomic<std::uint64_t> delivered_ = 0;
  mutable std::mutex mutex_;  ///< guards all below
  std::map<std::string, std::uint64_t, std::less<>> undelivered_;
  std::optional<core::TimePoint> filled_;  ///< when the bucket was last looked at
  double bucket_ = 0;
};

}  // namespace dynatape::interceptors
