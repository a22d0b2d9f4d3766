#pragma once

// A recording as it is compared with another of the same test: its calls in order, each by what it
// means and by its form, which is its meaning without values.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/effects.h"
#include "cassettes/match_rules.h"
#include "cassettes/shape.h"
#include "cassettes/store.h"
#include "core/result.h"

namespace dynatape::cassettes {

/// Tags the holes of a form whose values a rule binds already.
inline constexpr std::string_view kKnown = "bound";

struct TakenCall {
  std::int64_t id = 0;
  const core::Operation* operation = nullptr;
  core::TimePoint started;
  core::Request request;
  Shape form;                                 ///< every string, number and binary value is a hole
  std::map<std::string, std::string> tables;  ///< of each place, by its path
};

struct Take {
  std::vector<TakenCall> calls;       ///< the last attempt of each
  std::vector<std::string> meanings;  ///< equal for calls that replay into each other
  std::vector<std::string> forms;
  TableKeys keys;
};

[[nodiscard]] core::Result<Take> read_take(const std::string& path, const MatchRules& rules);

/// The same as `meanings`, under other rules.
[[nodiscard]] std::vector<std::string> meanings_under(const Take& take, const MatchRules& rules);

}  // namespace dynatape::cassettes
