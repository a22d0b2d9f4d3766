#pragma once

// Which parts of a request need not be the same for it to be the recorded one. The rules are
// applied to the meaning of a live request and of a recorded one alike, before they are compared;
// they change nothing on the tape. docs/matching.md describes them.

#include <string>
#include <string_view>
#include <vector>

#include "cassettes/fingerprint.h"
#include "cassettes/meaning.h"
#include "core/operation.h"

namespace dynatape::cassettes {

/// What may stand in the place of a leaf.
enum class Loosening {
  any,          ///< anything that is there
  any_string,   ///< another string, if it is one
  any_number,   ///< another number, if it is one
  any_binary,   ///< other bytes, if it is binary
  ignore_case,  ///< the same but for upper and lower case (ASCII)
  table_name,   ///< the ARN of a table is the name in it
};

struct LooseningRow {
  std::string_view name;
  Loosening loosening;
  std::string_view help;
};
inline constexpr LooseningRow kLoosenings[] = {
    {"any", Loosening::any, "whatever stands there"},
    {"any-string", Loosening::any_string, "any string"},
    {"any-number", Loosening::any_number, "any number"},
    {"any-binary", Loosening::any_binary, "any bytes"},
    {"ignore-case", Loosening::ignore_case, "the same but for case"},
    {"table-name", Loosening::table_name, "the ARN of a table is the table's name"},
};

/// A pattern for the paths of address.h. It begins at the request or at any part of it that has
/// parameters of its own: "Item.createdAt" is also TransactItems[0].Put.Item.createdAt.
/// `*` stands for one name, `[*]` for any place.
class PathPattern {
 public:
  /// Takes every text; one that is no path matches nothing.
  explicit PathPattern(std::string_view text);

  [[nodiscard]] bool matches(std::string_view path) const;
  [[nodiscard]] const std::string& text() const { return text_; }

  bool operator==(const PathPattern&) const = default;

 private:
  std::string text_;
  std::vector<std::string> steps_;
};

/// One rule: for calls of these operations on these tables (none: of all), this is left out, that
/// loosened, and those values bound.
struct MatchRule {
  struct Loosened {
    PathPattern path;
    Loosening as;

    bool operator==(const Loosened&) const = default;
  };
  std::vector<const core::Operation*> operations = {};
  std::vector<std::string> tables = {};
  std::vector<std::string> parameters = {};  ///< to be left out wherever they stand: of parts
  std::vector<PathPattern> ignored = {};
  std::vector<Loosened> loosened = {};
  std::vector<PathPattern> bound = {};  ///< values that stand for each other, as UUIDs do
  std::vector<std::string> parts = {};  ///< as the rule names them, for people

  bool operator==(const MatchRule&) const = default;
};

class MatchRules {
 public:
  MatchRules() = default;
  explicit MatchRules(std::vector<MatchRule> rules) : rules_(std::move(rules)) {}

  [[nodiscard]] bool empty() const { return rules_.empty(); }
  [[nodiscard]] const std::vector<MatchRule>& rules() const { return rules_; }
  /// Whether any rule names values that are another in every run.
  [[nodiscard]] bool binds() const;

  /// The meaning without what the rules leave out. An operand or action that goes leaves the others
  /// of its AND, OR or UPDATE; an expression that loses all of them goes too.
  [[nodiscard]] Meaning applied(Meaning meaning) const;

  bool operator==(const MatchRules&) const = default;

 private:
  std::vector<MatchRule> rules_;
};

/// What a request means under the rules.
[[nodiscard]] Meaning meaning_of(const core::Request& request, const core::Operation* operation,
                                 const MatchRules& rules);
[[nodiscard]] Fingerprint fingerprint_of(const core::Request& request,
                                         const core::Operation* operation, const MatchRules& rules);

/// In plain words: "PutItem on orders: ignores Item.createdAt, returns".
[[nodiscard]] std::string describe(const MatchRule& rule);

}  // namespace dynatape::cassettes
