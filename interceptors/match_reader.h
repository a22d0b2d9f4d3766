#pragma once

// The `match` list of a rule file: what of a request need not be as it was recorded.
// docs/matching.md describes it.

#include "cassettes/match_rules.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {

[[nodiscard]] cassettes::MatchRules read_match_rules(const JsonField& field);

}  // namespace dynatape::interceptors
