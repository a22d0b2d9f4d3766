#pragma once

// Match rules as the text of a rule file, and back. People's rule files are read elsewhere, with
// more care for their mistakes.

#include <string>
#include <string_view>

#include "cassettes/match_rules.h"
#include "core/result.h"

namespace dynatape::cassettes {

/// {"match":[…]}
[[nodiscard]] std::string to_text(const MatchRules& rules);
[[nodiscard]] core::Result<MatchRules> match_rules_from(std::string_view text);

}  // namespace dynatape::cassettes
