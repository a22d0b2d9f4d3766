#pragma once

// How an on-demand table or index grows with its traffic: it takes twice its previous peak at once,
// and a higher peak counts as the previous one half an hour after it was reached. Peaks are kept
// for ever. Source: "Initial throughput and scaling properties", developer guide.

#include <cstdint>
#include <deque>

#include "core/time.h"
#include "interceptors/token_bucket.h"

namespace dynatape::interceptors {

class OnDemandGrowth {
 public:
  static constexpr core::Duration kUntilItCounts = std::chrono::minutes(30);
  /// Units per second of reads or writes for one table, unless AWS raises it for the account.
  static constexpr std::int64_t kTableQuota = 40'000;

  /// `at_once` units per second from the start: twice a peak that was never seen.
  OnDemandGrowth(std::int64_t at_once, core::Duration burst, core::TimePoint now);

  /// What it takes at `now`, in micro-units; below 0 where it has taken too much.
  [[nodiscard]] MicroUnits at(core::TimePoint now);
  void take(MicroUnits used, core::TimePoint now);
  /// At least so much at once from `now` on.
  void warm(std::int64_t at_once, core::TimePoint now);

  /// Units per second that it takes, as of the last moment it was asked about.
  [[nodiscard]] std::int64_t at_once() const { return at_once_; }
  /// Whether it has grown as far as the quota lets it.
  [[nodiscard]] bool at_quota() const { return at_once_ >= kTableQuota; }

 private:
  /// The most that one second has taken so far, on the way to being the previous peak.
  struct Peak {
    core::TimePoint second;
    MicroUnits units;
  };

  void grow(std::int64_t at_once, core::TimePoint when);

  std::int64_t at_once_;
  core::Duration burst_;
  TokenBucket bucket_;
  std::deque<Peak> rising_;  ///< each above the one before it, and above half of at_once_
  core::TimePoint second_;   ///< which `used_` is about
  MicroUnits used_ = 0;
};

}  // namespace dynatape::interceptors
