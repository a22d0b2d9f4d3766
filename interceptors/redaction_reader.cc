#include "interceptors/redaction_reader.h"

#include <algorithm>
#include <span>
#include <vector>

#include "cassettes/credentials.h"
#include "cassettes/gate.h"
#include "core/operation.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

using cassettes::RedactionAction;
using cassettes::RedactionRule;
using cassettes::RedactionRules;

constexpr std::string_view kMembers[] = {"remove", "rules", "allow"};
constexpr std::string_view kRuleMembers[] = {"attribute", "path",  "pattern",  "action",
                                             "order",     "table", "operation"};
constexpr std::string_view kAllowMembers[] = {"id", "path"};
constexpr std::string_view kActions[] = {"mask", "pseudonym", "drop"};

template <class Row>
std::vector<std::string_view> ids_of(std::span<const Row> rows) {
  std::vector<std::string_view> ids;
  for (const Row& row : rows) ids.push_back(row.id);
  return ids;
}

std::string read_path(const JsonField& field) {
  std::string text = field.text();
  const auto steps = cassettes::parse_path(text);
  if (!steps) field.mistake("\"" + text + "\" is no path: " + steps.error().message);
  return text;
}

std::vector<std::string> read_operations(const JsonField& field) {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const core::Operation& operation : core::kOperations) all.push_back(operation.name);
    return all;
  }();
  std::vector<std::string> operations;
  for (const JsonField& name : field.one_or_more()) {
    operations.push_back(name.choice(names, "an operation of DynamoDB"));
  }
  return operations;
}

RedactionRule read_rule(const JsonField& field) {
  RedactionRule rule;
  field.only(kRuleMembers);
  if (const auto attribute = field.member("attribute")) rule.attribute = read_path(*attribute);
  if (const auto path = field.member("path")) rule.path = read_path(*path);
  if (const auto pattern = field.member("pattern")) {
    rule.pattern = pattern->text();
    const auto mistake = cassettes::pattern_mistake(rule.pattern);
    if (!mistake.empty()) pattern->mistake(mistake);
  }
  if (rule.attribute.empty() == rule.path.empty() && (!rule.path.empty() || rule.pattern.empty())) {
    field.mistake(R"(it needs one of "attribute" and "path", or "pattern" alone)");
  }
  if (const auto tables = field.member("table")) {
    for (const JsonField& name : tables->one_or_more()) rule.tables.push_back(name.text());
    if (rule.attribute.empty()) tables->mistake(R"(it goes with "attribute" only)");
  }
  if (const auto names = field.member("operation")) rule.operations = read_operations(*names);
  const auto action = field.required("action", R"("action": "mask", "pseudonym" or "drop")");
  const std::string chosen = action.choice(kActions, "what is done with it");
  if (chosen == "pseudonym") rule.action = RedactionAction::pseudonym;
  if (chosen == "drop") rule.action = RedactionAction::drop;
  if (chosen == "drop" && !rule.pattern.empty()) {
    action.mistake(
        R"("drop" takes all of an attribute or path; with "pattern" goes "mask" or "pseudonym")");
  }
  if (const auto order = field.member("order")) {
    rule.ordered = order->boolean();
    const bool fits = rule.action == RedactionAction::pseudonym && rule.pattern.empty();
    if (rule.ordered && !fits)
      order->mistake(R"(it goes with "action": "pseudonym" and without "pattern")");
  }
  return rule;
}

}  // namespace

RedactionRules read_redaction(const JsonField& field) {
  static const auto credential_ids = ids_of(cassettes::credentials());
  static const auto gate_ids = ids_of(cassettes::gate_rules());
  RedactionRules rules;
  field.only(kMembers);
  if (const auto removed = field.member("remove")) {
    for (const JsonField& id : removed->elements()) {
      rules.removed.push_back(
          id.choice(credential_ids, "a default rule, as `rules list` has them"));
    }
  }
  if (const auto own = field.member("rules")) {
    for (const JsonField& rule : own->elements()) rules.rules.push_back(read_rule(rule));
  }
  if (const auto allowed = field.member("allow")) {
    for (const JsonField& one : allowed->elements()) {
      one.only(kAllowMembers);
      const auto id = one.required("id", R"("id", such as "named-secret")");
      const auto path = one.required("path", R"("path", such as "Item.password.S")");
      rules.allowed.push_back({id.choice(gate_ids, "what the gate refuses"), read_path(path)});
    }
  }
  std::ranges::sort(rules.removed);
  return rules;
}

std::string describe(const RedactionRules& rules) {
  std::string text = "redaction:\n";
  for (const std::string& id : rules.removed) text += "  without the default rule " + id + "\n";
  for (const RedactionRule& rule : rules.rules) text += "  " + cassettes::describe(rule) + "\n";
  for (const auto& allowance : rules.allowed) {
    text += "  stored though it looks like a credential: " + allowance.id + " at " +
            allowance.path + "\n";
  }
  return text;
}

std::string list_redactions() {
  std::string text = "redacted by default (\"redact\": {\"remove\": [...]} takes one away):\n";
  for (const auto& [id, help] : cassettes::credentials()) {
    text.append("  ").append(id).append(": ").append(help).append("\n");
  }
  text += "not stored unless allowed (\"redact\": {\"allow\": [...]}):\n";
  for (const auto& [id, help] : cassettes::gate_rules()) {
    text.append("  ").append(id).append(": ").append(help).append("\n");
  }
  return text;
}

}  // namespace dynatape::interceptors
