#pragma once

// A rule as a value: when it applies, what it does then, and how much of that it may do. It holds
// no counters: those live in the interceptor that runs the rules.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "interceptors/fault.h"
#include "interceptors/when.h"

namespace dynatape::interceptors {

struct Rule {
  std::string name;
  When when;
  std::shared_ptr<const Fault> then;
  FaultLimits limits;
  std::optional<core::Duration> ttl;  ///< by the session's clock, since the rule came into force
  std::string text;                   ///< in JSON; equal for rules that say the same
};

/// "NAME: every call: waits 20ms, at most once".
[[nodiscard]] std::string describe(const Rule& rule);

}  // namespace dynatape::interceptors
