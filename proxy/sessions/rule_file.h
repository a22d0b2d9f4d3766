#pragma once

// Rule files on the disk; what they say, the rule reader knows.

#include <string>

#include "core/result.h"

namespace dynatape::sessions {

/// The text of a rule file and how messages call it.
struct RuleText {
  std::string text;
  std::string name;

  bool operator==(const RuleText&) const = default;
};

[[nodiscard]] core::Result<RuleText> read_rule_file(const std::string& path);

}  // namespace dynatape::sessions
