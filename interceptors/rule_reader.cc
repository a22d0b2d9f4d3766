#include "interceptors/rule_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "interceptors/interceptor_table.h"
#include "interceptors/json_document.h"
#include "interceptors/json_field.h"
#include "interceptors/match_reader.h"
#include "interceptors/redaction_reader.h"
#include "interceptors/suggestion.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

constexpr std::string_view kFileMembers[] = {"rules", "seed", "keys", "match", "redact"};
constexpr std::string_view kRuleMembers[] = {"name", "when", "then", "times"};
constexpr std::string_view kWhenMembers[] = {"operation", "table", "nth",     "first",      "every",
                                             "after",     "per",   "attempt", "probability"};
constexpr std::string_view kCounting[] = {"nth", "first", "every", "after"};
constexpr std::string_view kPer[] = {"key"};

constexpr std::size_t kLongestName = 100;

constexpr auto kOperationNames = [] {
  std::array<std::string_view, std::size(core::kOperations)> names{};
  std::ranges::transform(core::kOperations, names.begin(), &core::Operation::name);
  return names;
}();

std::optional<std::uint64_t> read_count(const JsonField& when, std::string_view name) {
  const auto field = when.member(name);
  return field ? std::optional(field->count(1)) : std::nullopt;
}

When read_when(const JsonField& field) {
  When when;
  field.only(kWhenMembers);
  if (const auto operations = field.member("operation")) {
    for (const JsonField& name : operations->one_or_more()) {
      when.operations.push_back(
          core::find_operation(name.choice(kOperationNames, "an operation of DynamoDB")));
    }
  }
  if (const auto tables = field.member("table")) {
    for (const JsonField& name : tables->one_or_more()) {
      when.tables.push_back(parse_table_name(name.text()));
    }
  }
  when.nth = read_count(field, "nth");
  when.first = read_count(field, "first");
  when.every = read_count(field, "every");
  when.after = read_count(field, "after");
  if (const auto per = field.member("per")) {
    when.per_key = per->choice(kPer, "what calls are counted by") == "key";
    if (!when.counts()) per->mistake("it needs one of " + joined(kCounting) + " beside it");
  }
  if (const auto attempts = field.member("attempt")) {
    for (const JsonField& n : attempts->one_or_more()) when.attempts.push_back(n.count(1));
  }
  if (const auto probability = field.member("probability")) {
    when.probability = probability->probability();
  }
  if (!when.picks_any()) {
    field.mistake("nth, first, every and after together pick no call");
  }
  return when;
}

std::shared_ptr<const Fault> read_then(const JsonField& field) {
  static const auto names = [] {
    std::vector<std::string_view> ruled;
    for (const InterceptorRow& row : interceptor_table()) {
      if (row.make) ruled.push_back(row.name);
    }
    return ruled;
  }();
  const auto members = field.member_names();
  if (members.size() != 1) {
    field.must_be("an object with exactly one member, the interceptor: " + joined(names));
    return nullptr;
  }
  const InterceptorRow* row = find_interceptor(members.front());
  if (row && !row->make) {
    field.mistake(std::string(row->name) + " is set up on the command line, not by a rule");
    return nullptr;
  }
  field.only(names);
  if (!row) return nullptr;
  const JsonField options = *field.member(row->name);
  if (options.is_object()) {
    std::vector<std::string_view> known;
    for (const Option& option : row->options) known.push_back(option.name);
    options.only(known);
  }
  return row->make(options);
}

std::string read_name(const JsonField& rule, std::set<std::string, std::less<>>& taken) {
  const JsonField field = rule.required("name", R"("name", a string of its own)");
  std::string name = field.text();
  const bool printable = std::ranges::all_of(name, [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && static_cast<unsigned char>(c) != 0x7f;
  });
  if (name.size() > kLongestName || !printable) {
    field.must_be("at most " + std::to_string(kLongestName) + " bytes without control characters");
  }
  if (!taken.insert(name).second) field.mistake("another rule has the name \"" + name + "\"");
  return name;
}

Rule read_rule(const JsonField& field, std::set<std::string, std::less<>>& taken) {
  Rule rule;
  field.only(kRuleMembers);
  rule.name = read_name(field, taken);
  if (const auto when = field.member("when")) rule.when = read_when(*when);
  rule.then = read_then(field.required("then", R"("then", such as {"latency": "20ms"})"));
  if (const auto times = field.member("times")) rule.times = times->count(1);
  return rule;
}

/// {"orders": ["user_id", "id"], "users": "id"}
TableKeys read_keys(const JsonField& field) {
  TableKeys keys;
  if (!field.is_object()) field.must_be("an object, from a table to its key attributes");
  for (const std::string& table : field.member_names()) {
    const JsonField attributes = *field.member(table);
    std::vector<std::string>& names = keys[table];
    for (const JsonField& name : attributes.one_or_more()) names.push_back(name.text());
    std::ranges::sort(names);
    if (names.size() > 2 || std::ranges::adjacent_find(names) != names.end()) {
      attributes.must_be("one attribute, or two that differ");
    }
  }
  return keys;
}

}  // namespace

core::Result<std::shared_ptr<const RuleSet>> read_rules(std::string_view text,
                                                        std::string_view file_name) {
  const auto document = parse_json_with_comments(text, file_name);
  if (!document) return std::unexpected(document.error());
  std::string mistake;
  const JsonField root(*document, "", mistake);
  root.only(kFileMembers);
  std::optional<std::uint64_t> seed;
  if (const auto field = root.member("seed")) seed = field->count(0);
  TableKeys keys;
  if (const auto field = root.member("keys")) keys = read_keys(*field);
  std::optional<cassettes::RedactionRules> redaction;
  if (const auto field = root.member("redact")) redaction = read_redaction(*field);
  std::vector<Rule> rules;
  std::set<std::string, std::less<>> names;
  cassettes::MatchRules match;
  const auto match_field = root.member("match");
  if (match_field) match = read_match_rules(*match_field);
  auto rules_field = root.member("rules");
  // A file may be about the cassette alone.
  if (!rules_field && !match_field && !redaction) {
    rules_field = root.required("rules", R"("rules", a list)");
  }
  for (const JsonField& field : rules_field ? rules_field->elements() : std::vector<JsonField>()) {
    rules.push_back(read_rule(field, names));
    if (!mistake.empty()) break;
  }
  if (!mistake.empty()) return core::failure(std::string(file_name) + ": " + mistake);
  return std::make_shared<const RuleSet>(std::move(rules), seed, std::move(keys),
                                         ForCassettes{std::move(match), std::move(redaction)});
}

std::string describe(const RuleSet& rules) {
  std::string text = std::to_string(rules.rules().size());
  text += rules.rules().size() == 1 ? " rule" : " rules";
  if (rules.seed()) text += ", seed " + std::to_string(*rules.seed());
  text += "\n";
  for (const Rule& rule : rules.rules()) {
    text += "  " + rule.name + ": " + describe(rule.when) + ": " + rule.then->describe();
    if (rule.times == 1) {
      text += ", at most once";
    } else if (rule.times) {
      text += ", at most " + std::to_string(*rule.times) + " times";
    }
    text += "\n";
  }
  for (const cassettes::MatchRule& rule : rules.match().rules()) {
    text += "  match: " + cassettes::describe(rule) + "\n";
  }
  if (rules.redaction()) text += describe(*rules.redaction());
  return text;
}

}  // namespace dynatape::interceptors
