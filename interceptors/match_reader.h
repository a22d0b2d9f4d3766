#pragma once

// The `match` list of a rule file: what of a request need not be as it was recorded.
// docs/matching.md describes it.

#include <string>

#include "cassettes/match_rules.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {

[[nodiscard]] cassettes::MatchRules read_match_rules(const JsonField& field);

/// What a rule may name, a line for each.
[[nodiscard]] std::string list_match_parts();

}  // namespace dynatape::interceptors
