#pragma once

// The match rules that a cassette keeps, because somebody accepted them. They hold for every replay
// of it.

#include <string>

#include "cassettes/match_rules.h"
#include "cassettes/sqlite.h"
#include "cassettes/store.h"
#include "core/result.h"

namespace dynatape::cassettes {

[[nodiscard]] core::Result<MatchRules> kept_match_rules(Store& store);
[[nodiscard]] core::Result<MatchRules> kept_match_rules(const std::string& path);
/// Of a cassette that is held while another one is recorded.
[[nodiscard]] core::Result<MatchRules> kept_match_rules(Connection& held);
[[nodiscard]] core::Result<void> keep_match_rules(Store& store, const MatchRules& rules);

/// Keeps `rules` beside those that the cassette keeps already.
[[nodiscard]] core::Result<void> keep_match_rules(const std::string& path, const MatchRules& rules);

/// Those of `first`, and those of `second` that are not among them.
[[nodiscard]] MatchRules joined(const MatchRules& first, const MatchRules& second);

}  // namespace dynatape::cassettes
