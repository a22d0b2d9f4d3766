#pragma once

// The rules of one file, immutable, in order, indexed so that a call meets only those of its
// operation, its tables and, where rules name values of such, its traits. It decides nothing that
// depends on other calls.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cassettes/match_rules.h"
#include "cassettes/redaction_rules.h"
#include "core/call.h"
#include "interceptors/call_key.h"
#include "interceptors/call_view.h"
#include "interceptors/halt.h"
#include "interceptors/rule.h"
#include "interceptors/trait.h"

namespace dynatape::interceptors {

/// What a rule file says to a cassette.
struct ForCassettes {
  cassettes::MatchRules match = {};
  std::optional<cassettes::RedactionRules> redaction = {};

  bool operator==(const ForCassettes&) const = default;
};

/// What some of the rules in question need to know before they can decide.
struct Needs {
  bool more = false;        ///< of the call than its operation and tables
  bool ordinals = false;    ///< which of the calls that it fits this is
  bool attempts = false;    ///< which attempt it is
  bool key = false;         ///< which key it is about
  bool occurrence = false;  ///< which call of its key

  void add(const Needs& other);
  bool operator==(const Needs&) const = default;
};
[[nodiscard]] Needs needs_of(const Rule& rule);

/// Rules by their places, and what any of them needs.
struct RuleList {
  std::vector<std::size_t> places = {};  ///< rising
  Needs needs = {};
  std::size_t number = 0;  ///< from 0; equal lists have the same

  void add(std::size_t place, const Rule& rule);
};

/// The rules that a call meets: those of all the lists, which may share some, and some others.
struct Matching {
  std::vector<const RuleList*> lists = {};
  std::vector<std::size_t> others = {};  ///< rising
  Needs needs = {};                      ///< of any of them
  bool distinct = true;                  ///< no rule that asks no more is met twice

  [[nodiscard]] bool empty() const { return lists.empty() && others.empty(); }
};

class RuleSet {
 public:
  RuleSet(std::vector<Rule> rules, std::optional<std::uint64_t> seed, TableKeys keys = {},
          ForCassettes cassettes = {}, std::optional<HaltRule> halt = {});
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
  [[nodiscard]] bool empty() const { return rules_.empty(); }
  /// As the file says it, where it does.
  [[nodiscard]] std::optional<std::uint64_t> seed() const { return seed_; }

  [[nodiscard]] const TableKeys& keys() const { return keys_; }
  /// When to stop all rules; nullopt: never.
  [[nodiscard]] const std::optional<HaltRule>& halt() const { return halt_; }
  [[nodiscard]] const ForCassettes& for_cassettes() const { return cassettes_; }
  /// What a cassette is to do about secrets, where the file says.
  [[nodiscard]] const std::optional<cassettes::RedactionRules>& redaction() const {
    return cassettes_.redaction;
  }

  /// What of a request need not be as it was recorded. Not the rules' own: for the cassette.
  [[nodiscard]] const cassettes::MatchRules& match() const { return cassettes_.match; }

  /// Whether any rule could be about calls of that operation, or of none. Reads no body.
  [[nodiscard]] bool concerns(const core::Operation* operation) const;
  /// The rules whose operation and table fit, less those that want another value of a trait. Reads
  /// the body only where a rule for the operation names a table or a key. It refers to lists of
  /// this.
  [[nodiscard]] Matching matching(CallView& call) const;

  /// All lists that calls may meet, one of each number.
  [[nodiscard]] const std::vector<const RuleList*>& lists() const { return lists_; }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class T>
  using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  /// Matching rules, gathered from several lists.
  class Gathering;

  /// Rules in order: those for some values of a trait by these, and all others.
  struct Group {
    RuleList any;
    std::map<Trait, ByText<RuleList>> by_trait;  ///< by value
    /// Of all calls, whatever their traits.
    Needs needs;

    [[nodiscard]] bool empty() const { return any.places.empty() && by_trait.empty(); }
    void add(std::size_t place, const Rule& rule);
  };

  /// The rules that name a table: by its plain name, which says it all, or by an ARN.
  struct OfTable {
    Group by_name;
    Group by_arn;
  };

  /// The rules for one operation.
  struct Slot {
    Group any_table;
    ByText<OfTable> by_table;  ///< by plain name
  };

  [[nodiscard]] const Slot& slot(const core::Operation* operation) const;
  void add(Slot& slot, std::size_t place);
  void number_lists();

  std::vector<Rule> rules_;
  std::optional<std::uint64_t> seed_;
  TableKeys keys_;
  ForCassettes cassettes_;
  std::optional<HaltRule> halt_;
  /// One for each operation, and the last for requests that name none.
  std::array<Slot, std::size(core::kOperations) + 1> slots_;
  std::vector<const RuleList*> lists_;
};

}  // namespace dynatape::interceptors
