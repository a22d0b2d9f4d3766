#pragma once

// Point-in-time recovery over an upstream that can snapshot: remembers moments of the databases
// that have a table with recovery enabled, one for each second in which something was written. Each
// moment is O(1); what it costs is the memory of what has changed since. Safe to use from any
// thread.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "core/snapshots.h"
#include "core/time.h"

namespace dynatape::interceptors {

class Recovery {
 public:
  using Moment = std::shared_ptr<const core::Snapshot>;
  /// Takes one moment of the owner's database. Called under the lock, so that later moments never
  /// hold less.
  using Take = std::function<Moment()>;

  /// Whether there is anything to remember: asked at every call.
  [[nodiscard]] bool watches() const { return watching_.load(std::memory_order_relaxed); }

  /// From now on `owner`'s database is remembered, if it was not before.
  void watch(const std::string& owner, const core::Clock& clock, const Take& take);
  /// Something was written in `owner`'s database just now.
  void remember(const std::string& owner, const core::Clock& clock, const Take& take);
  /// The last moment at or before `time`; nullptr where none was remembered so early.
  [[nodiscard]] Moment at(const std::string& owner, core::TimePoint time) const;
  /// Forgets everything.
  void clear();

 private:
  using Moments = std::map<core::TimePoint, Moment>;

  std::atomic<bool> watching_ = false;  ///< spares the lock
  mutable std::mutex mutex_;
  std::map<std::string, Moments> moments_;  ///< guarded by mutex_; by owner
};

}  // namespace dynatape::interceptors
