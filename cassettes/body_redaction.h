#pragma once

// Applies rules about attributes, paths and patterns to the JSON of a request or an answer: in
// items, keys, sets, the values of expressions, PartiQL, cursors and stream records. The same value
// is replaced by the same value everywhere. A body that no rule is about stays byte for byte.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassettes/pseudonyms.h"
#include "cassettes/redaction_rules.h"

namespace re2 {
class RE2;
}

namespace dynatape::cassettes {

/// A rule ready for use.
struct CompiledRule {
  RedactionRule rule;
  PathSteps attribute;
  PathSteps path;
  std::shared_ptr<const re2::RE2> pattern;  // immutable
};

/// The rules must be as redaction_rules_from() gives them: their patterns and paths are sound.
[[nodiscard]] std::vector<CompiledRule> compile(const std::vector<RedactionRule>& rules);

/// What an answer's redaction knows of its request.
struct RequestTrace {
  std::vector<std::string> tables;  ///< of each element of a transaction or batch; else the one
  bool by_element = false;          ///< whether `tables` has one for each element
  std::vector<std::pair<std::string, std::string>> replaced;  ///< texts, and what stands for them
};

class BodyRedaction {
 public:
  /// `rules` and `pseudonyms` must outlive it; pseudonyms may be null where no rule needs them.
  BodyRedaction(const std::vector<CompiledRule>& rules, const Pseudonyms* pseudonyms)
      : rules_(rules), pseudonyms_(pseudonyms) {}

  /// How many values were replaced in `body`. What the answer needs goes to `trace`.
  int request(std::string& body, std::string_view operation, RequestTrace& trace) const;
  int answer(std::string& body, std::string_view operation, const RequestTrace& trace) const;

 private:
  const std::vector<CompiledRule>& rules_;
  const Pseudonyms* pseudonyms_;
};

}  // namespace dynatape::cassettes
