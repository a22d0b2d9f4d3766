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

/// Counts one rule's faults and holds them to the rule's `times`. Safe to call from any thread.
class FaultCounter {
 public:
  /// At most `times` deliveries, where given.
  explicit FaultCounter(std::optional<std::uint64_t> times) : times_(times) {}

  /// Plans one more fault, unless `times` are delivered or under way. Each success is followed by
  /// exactly one deliver() or miss().
  [[nodiscard]] bool plan();
  void deliver();
  /// Gives the planned delivery back: another call may have it.
  void miss(std::string_view reason);

  [[nodiscard]] FaultTally tally(std::string_view rule, std::string_view fault) const;

 private:
  const std::optional<std::uint64_t> times_;
  std::atomic<std::uint64_t> claimed_ = 0;  ///< delivered or under way
  std::atomic<std::uint64_t> planned_ = 0;
  std::atomic<std::uint64_t> delivered_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t, std::less<>> undelivered_;  ///< guarded by mutex_
};

}  // namespace dynatape::interceptors
