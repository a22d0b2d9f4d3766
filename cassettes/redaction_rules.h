#pragma once

// What is redacted beyond what a request itself shows to be secret: the default rules less those
// removed, the rules that a user wrote, and what the gate lets through. Plain values; a cassette
// keeps those that it was recorded with. docs/redaction.md describes them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace dynatape::cassettes {

enum class RedactionAction {
  mask,       ///< REDACTED, 0, ...: of the same type, and the same for every value
  pseudonym,  ///< of the same type, and the same for the same value
  drop,       ///< not there at all; masked where a request cannot do without it
};

/// Whatever is not empty must fit.
struct RedactionRule {
  std::vector<std::string> operations;
  std::vector<std::string> tables;
  std::string attribute;  ///< a path in an item: "email", "address.street", "contacts[*].phone"
  std::string path;       ///< a path in a body: "Item.email.S"
  std::string pattern;    ///< a regular expression (RE2): only what matches it is replaced
  RedactionAction action = RedactionAction::mask;
  bool ordered = false;  ///< pseudonyms sort as the values do

  bool operator==(const RedactionRule&) const = default;
};

/// What the gate is not to refuse: finds of that kind in those places of a body.
struct Allowance {
  std::string id;
  std::string path;

  bool operator==(const Allowance&) const = default;
};

struct RedactionRules {
  std::vector<std::string> removed;  ///< ids of default rules
  std::vector<RedactionRule> rules;
  std::vector<Allowance> allowed;

  [[nodiscard]] bool pseudonymises() const;
  bool operator==(const RedactionRules&) const = default;
};

/// As JSON on one line, and back; the error says what stands where.
[[nodiscard]] std::string to_text(const RedactionRules& rules);
[[nodiscard]] core::Result<RedactionRules> redaction_rules_from(std::string_view text);

/// What a rule does, in plain words.
[[nodiscard]] std::string describe(const RedactionRule& rule);

/// Steps of a path: names, "[3]", and for any one of these "*", "[*]"; "**" for any number.
using PathSteps = std::vector<std::string>;

/// `a.b[3].*`; names with other characters stand in quotes: `"a.b".c`. The error says what is
/// wrong.
[[nodiscard]] core::Result<PathSteps> parse_path(std::string_view text);
[[nodiscard]] std::string to_text(const PathSteps& path);

/// Whether `pattern` names `place` or something that `place` lies in.
[[nodiscard]] bool covers(std::span<const std::string> pattern, std::span<const std::string> place);

/// What is wrong with a regular expression, or "".
[[nodiscard]] std::string pattern_mistake(const std::string& pattern);

}  // namespace dynatape::cassettes
