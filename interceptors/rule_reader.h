#pragma once

// Rule files: JSON with comments, read strictly. docs/rules.md describes them.

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "interceptors/rule_set.h"

namespace dynatape::interceptors {

/// Reads the text of a rule file. The error is one line: the file, the place (path, or line and
/// column), what stands there and what would be right.
[[nodiscard]] core::Result<std::shared_ptr<const RuleSet>> read_rules(std::string_view text,
                                                                      std::string_view file_name);

/// What the rules say, in plain words, a line for each.
[[nodiscard]] std::string describe(const RuleSet& rules);

}  // namespace dynatape::interceptors
