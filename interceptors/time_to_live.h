#pragma once

// Time to live of a table whose upstream has none: the setting that a polyfill keeps for it, and
// what DescribeTimeToLive tells of it.

#include <nlohmann/json.hpp>
#include <string>

#include "core/time.h"

namespace dynatape::interceptors {

using nlohmann::ordered_json;

struct TimeToLive {
  std::string table;
  std::string account;  ///< the access key that made it: whose table it is
  std::string region;
  bool enabled = false;
  std::string attribute;         ///< empty: it was never changed
  core::TimePoint changed = {};  ///< at last

  /// Whether the last change is under way, which takes `delay`. A clock that was set back behind
  /// it finds it done.
  [[nodiscard]] bool is_changing(core::TimePoint now, core::Duration delay) const {
    return now >= changed && now < changed + delay;
  }
  [[nodiscard]] ordered_json document() const;
  /// What document() made; null makes a setting that was never changed.
  [[nodiscard]] static TimeToLive of(const ordered_json& document);
};

/// TimeToLiveDescription; a change takes `change_delay`.
[[nodiscard]] ordered_json time_to_live_description(const TimeToLive& setting, core::TimePoint now,
                                                    core::Duration change_delay);

}  // namespace dynatape::interceptors
