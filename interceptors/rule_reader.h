#pragma once

// Rule files: JSON with comments, read strictly. docs/rules.md describes them.

#include <memory>
#include <span>
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

/// A member of a rule, or of a rule file.
struct RulePart {
  std::string_view name;
  std::string_view type;
  std::string_view help;
};
[[nodiscard]] std::span<const RulePart> rule_parts();
[[nodiscard]] std::span<const RulePart> file_parts();

/// Every member of a file, of a rule and of its `when`, and every operator of predicates, as text.
[[nodiscard]] std::string list_rule_members();

}  // namespace dynatape::interceptors
