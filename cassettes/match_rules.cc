#include "cassettes/match_rules.h"

#include <algorithm>
#include <span>
#include <utility>

#include "cassettes/address.h"
#include "cassettes/shape.h"

namespace dynatape::cassettes {
namespace {

using Kind = Node::Kind;

/// "a.\"b.c\"[1]" into a, "b.c", [1]: the steps as append_name() writes them.
std::vector<std::string> steps_of(std::string_view path) {
  std::vector<std::string> steps;
  bool quoted = false;
  bool begin = true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (!quoted && c == '.') {
      begin = true;
      continue;
    }
    if (std::exchange(begin, false) || (!quoted && c == '[')) steps.emplace_back();
    steps.back() += c;
    if (quoted && c == '\\' && i + 1 < path.size()) {
      steps.back() += path[++i];
    } else if (c == '"') {
      quoted = !quoted;
    }
  }
  return steps;
}

bool is_place(std::string_view step) { return step.starts_with('['); }

bool step_matches(std::string_view pattern, std::string_view step) {
  if (pattern == step) return true;
  return is_place(step) ? pattern == "[*]" : pattern == "*";
}

/// The names of parts of a request with parameters of their own, each after a place or a table.
bool opens_scope(std::string_view step) {
  constexpr std::string_view kScopes[] = {
      "Put", "Update", "Delete", "Get", "ConditionCheck", "PutRequest", "DeleteRequest"};
  return std::ranges::find(kScopes, step) != std::end(kScopes);
}

/// Whether the parameters of a part of the request begin at steps[at].
bool begins_scope(const std::vector<std::string>& steps, std::size_t at) {
  if (at == 0) return true;
  if (steps[0] == "RequestItems") {
    return at == 2 || (at == 4 && opens_scope(steps[3])) || at == 3;
  }
  if (steps[0] == "TransactItems") return (at == 3 && opens_scope(steps[2])) || at == 2;
  return (steps[0] == "Statements" || steps[0] == "TransactStatements") && at == 2;
}

/// What a rule does with the part of a tree that it is about.
class Application {
 public:
  explicit Application(const MatchRule& rule) : rule_(rule) {}

  void apply(Node& body) {
    about_.push_back(is_about(body));
    children(body);
  }

 private:
  /// Whether the rule is about the table of the innermost part of the request that names one.
  bool is_about(const Node& node) const {
    const bool outer = about_.empty() ? rule_.tables.empty() : about_.back();
    const Node* table = table_of(node);
    if (rule_.tables.empty() || !table) return outer;
    std::string_view name = table->text;
    if (name.starts_with("arn:")) name = name.substr(name.rfind('/') + 1);
    return std::ranges::find(rule_.tables, name) != rule_.tables.end();
  }

  /// TableName, also the one in a PartiQL statement.
  static const Node* table_of(const Node& node) {
    if (const Node* table = member(node, kTableName)) return table;
    const Node* statement = member(node, "Statement");
    if (!statement || statement->children.empty()) return nullptr;
    const Node* clauses = &statement->children[0];
    if (!clauses->children.empty() && clauses->kind == Kind::expression) {
      clauses = &clauses->children[0];  // of EXISTS
    }
    return member(*clauses, kTableName);
  }

  void children(Node& node) {
    std::vector<std::size_t> gone;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Address::Step step(address_, node, i);
      Node& child = node.children[i];
      about_.push_back(is_about(child));
      if (about_.back() && is_ignored(child)) {
        gone.push_back(i);
      } else {
        if (about_.back()) loosen(child);
        if (!child.is_leaf()) children(child);
        if (is_hollow(child)) gone.push_back(i);
      }
      about_.pop_back();
    }
    for (auto i = gone.rbegin(); i != gone.rend(); ++i) {
      node.children.erase(node.children.begin() + static_cast<std::ptrdiff_t>(*i));
    }
    if (node.is_unordered()) std::ranges::sort(node.children);
    collapse(node);
  }

  [[nodiscard]] bool is_ignored(const Node& node) const {
    if (!node.name.empty() &&
        std::ranges::find(rule_.parameters, node.name) != rule_.parameters.end()) {
      return true;
    }
    return std::ranges::any_of(rule_.ignored, [&](const PathPattern& pattern) {
      return pattern.matches(address_.text());
    });
  }

  void loosen(Node& node) {
    if (node.kind == Kind::path || node.is_operator()) return;
    for (const PathPattern& path : rule_.bound) {
      node.bound = node.bound || (node.is_scalar() && path.matches(address_.text()));
    }
    for (const auto& [path, as] : rule_.loosened) {
      if (path.matches(address_.text())) loosen(node, as);
    }
  }

  static void loosen(Node& node, Loosening as) {
    const auto free = [&node](std::string_view what) {
      node.kind = Kind::loosened;
      node.text = what;
      node.children.clear();
    };
    switch (as) {
      case Loosening::any:
        return free("any");
      case Loosening::any_string:
        if (node.kind == Kind::string_value || node.kind == Kind::text) free("any-string");
        return;
      case Loosening::any_number:
        if (node.kind == Kind::number_value || node.kind == Kind::number) free("any-number");
        return;
      case Loosening::any_binary:
        if (node.kind == Kind::binary_value) free("any-binary");
        return;
      case Loosening::ignore_case:
        if (node.kind != Kind::string_value && node.kind != Kind::text) return;
        for (char& c : node.text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        return;
      case Loosening::table_name:
        if (node.kind != Kind::text || !node.text.starts_with("arn:")) return;
        node.text = node.text.substr(node.text.rfind('/') + 1);
        return;
    }
  }

  /// NOT, AND, OR or UPDATE of nothing.
  static bool is_hollow(const Node& node) { return node.is_operator() && node.children.empty(); }

  /// AND and OR of one operand are that operand.
  static void collapse(Node& node) {
    const bool row = node.kind == Kind::commutative && (node.text == "AND" || node.text == "OR");
    if (!row || node.children.size() != 1) return;
    Node only = std::move(node.children[0]);
    only.name = std::move(node.name);
    node = std::move(only);
  }

  const MatchRule& rule_;
  Address address_;
  std::vector<bool> about_;  ///< of the nodes on the way down
};

template <class Range, class Text>
std::string listed(const Range& range, Text text) {
  std::string out;
  for (const auto& each : range) {
    if (!out.empty()) out += ", ";
    out += text(each);
  }
  return out;
}

}  // namespace

PathPattern::PathPattern(std::string_view text) : text_(text), steps_(steps_of(text)) {}

bool PathPattern::matches(std::string_view path) const {
  const auto steps = steps_of(path);
  if (steps.size() < steps_.size() || steps_.empty()) return false;
  const std::size_t first = steps.size() - steps_.size();
  return begins_scope(steps, first) &&
         std::ranges::equal(steps_, std::span(steps).subspan(first), step_matches);
}

bool MatchRules::binds() const {
  return std::ranges::any_of(rules_, [](const MatchRule& rule) { return !rule.bound.empty(); });
}

Meaning MatchRules::applied(Meaning meaning) const {
  const auto* operation = core::find_operation(meaning.operation);
  for (const MatchRule& rule : rules_) {
    const bool concerns = rule.operations.empty() ||
                          std::ranges::find(rule.operations, operation) != rule.operations.end();
    if (concerns && !meaning.body.is_leaf()) Application(rule).apply(meaning.body);
  }
  return meaning;
}

Meaning meaning_of(const core::Request& request, const core::Operation* operation,
                   const MatchRules& rules) {
  Meaning meaning = meaning_of(request, operation);
  return rules.empty() ? meaning : rules.applied(std::move(meaning));
}

Fingerprint fingerprint_of(const core::Request& request, const core::Operation* operation,
                           const MatchRules& rules) {
  return fingerprint_of(meaning_of(request, operation, rules));
}

std::string describe(const MatchRule& rule) {
  std::string text = rule.operations.empty()
                         ? "every call"
                         : listed(rule.operations, [](const auto* each) { return each->name; });
  if (!rule.tables.empty()) {
    text += " on " + listed(rule.tables, [](const auto& each) { return each; });
  }
  std::string ignored = listed(rule.parts, [](const auto& each) { return each; });
  if (!rule.ignored.empty()) {
    if (!ignored.empty()) ignored += ", ";
    ignored += listed(rule.ignored, [](const auto& each) { return each.text(); });
  }
  if (!ignored.empty()) text += ": ignores " + ignored;
  if (!rule.loosened.empty()) {
    text += ignored.empty() ? ": " : "; ";
    text += "takes " + listed(rule.loosened, [](const MatchRule::Loosened& each) {
              const auto* const row =
                  std::ranges::find(kLoosenings, each.as, &LooseningRow::loosening);
              return each.path.text() + " as " + std::string(row->name);
            });
  }
  if (!rule.bound.empty()) {
    text += ignored.empty() && rule.loosened.empty() ? ": " : "; ";
    text += "binds " + listed(rule.bound, [](const auto& each) { return each.text(); });
  }
  return text;
}

}  // namespace dynatape::cassettes
