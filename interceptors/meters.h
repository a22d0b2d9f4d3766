#pragma once

// How much is left of the throughput of each resource that one rule limits. A call takes what it is
// known to cost when it is let through, and is settled when it is known what it consumed.

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "interceptors/on_demand_growth.h"
#include "interceptors/throughput.h"
#include "interceptors/token_bucket.h"

namespace dynatape::interceptors {

/// What one part of a call takes from one resource.
struct Draw {
  Resource resource;
  Access access = Access::read;
  Rate rate;               ///< of the resource, as it is now
  MicroUnits least = 0;    ///< where so much is left, the part is let through
  MicroUnits reserve = 0;  ///< and takes so much
};

struct Exceeded {
  Resource resource;
  Access access = Access::read;
  Limit limit = Limit::provisioned;
  bool on_demand = false;

  bool operator==(const Exceeded&) const = default;
};

/// What is left of one resource, for reads or for writes.
class Meter {
 public:
  Meter(const Rate& rate, core::TimePoint now);

  /// From `now` on; what it remembers of its traffic stays.
  void change(const Rate& rate, core::TimePoint now);
  /// The limit that leaves less than `least`.
  [[nodiscard]] std::optional<Limit> exceeded(MicroUnits least, core::TimePoint now);
  /// Also more than there is; below 0 gives back.
  void take(MicroUnits units, core::TimePoint now);

 private:
  Rate rate_;
  std::optional<TokenBucket> bucket_;     ///< of rate_.most
  std::optional<OnDemandGrowth> growth_;  ///< also while it is provisioned, once it was on demand
};

/// Safe to use from any thread.
class Meters {
 public:
  /// Takes what all of them reserve, or nothing; then the first limit in the way.
  [[nodiscard]] std::optional<Exceeded> admit(std::span<const Draw> draws, core::TimePoint now);
  /// Below 0 gives back.
  void take(const Draw& draw, MicroUnits units, core::TimePoint now);
  /// The table, by its plain name, is another one from now on: nothing of it was used.
  void forget(const std::string& region, const std::string& table);

 private:
  /// A million things are told apart; those that first come after are never throttled.
  static constexpr std::size_t kMostMeters = 1'000'000;

  /// With mutex_ held.
  Meter& meter(const Draw& draw, core::TimePoint now);

  std::mutex mutex_;
  std::map<std::pair<Resource, Access>, Meter> meters_;  ///< guarded by mutex_
  Meter spare_{Rate(), {}};                              ///< guarded by mutex_
};

}  // namespace dynatape::interceptors
