#pragma once

// The "redact" member of a rule file, and what can be said in it. docs/redaction.md describes it.

#include <string>

#include "cassettes/redaction_rules.h"

namespace dynatape::interceptors {

class JsonField;

/// A mistake goes to the field.
[[nodiscard]] cassettes::RedactionRules read_redaction(const JsonField& field);

/// What the rules say, in plain words, a line for each.
[[nodiscard]] std::string describe(const cassettes::RedactionRules& rules);

/// The default rules and those of the gate, a line for each.
[[nodiscard]] std::string list_redactions();

}  // namespace dynatape::interceptors
