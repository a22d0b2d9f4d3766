#pragma once

// Match rules as the text of a rule file.

#include <string>

#include "cassettes/match_rules.h"

namespace dynatape::cassettes {

/// {"match":[…]}
[[nodiscard]] std::string to_text(const MatchRules& rules);

}  // namespace dynatape::cassettes
