#include "interceptors/rule_reader.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "interceptors/interceptor_table.h"
#include "interceptors/json_document.h"
#include "interceptors/json_field.h"
#include "interceptors/match_reader.h"
#include "interceptors/predicate_reader.h"
#include "interceptors/profiles.h"
#include "interceptors/redaction_reader.h"
#include "interceptors/suggestion.h"
#include "interceptors/when_reader.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;
using Names = std::set<std::string, std::less<>>;

constexpr RulePart kFileParts[] = {
    {"rules", "list of rules", "in order, the first one outermost"},
    {"profile", "name or list of names", "ready-made rules, which come before the file's own"},
    {"seed", "number", "the same seed gives the same faults"},
    {"keys", "tables to key attributes", "what the key of a PutItem is"},
    {"halt", R"({"in_a_row": count, "ratio": 0 to 1, "window": duration, "at_least": count})",
     "stops all rules once so many answers in a row, or such a part of them, have failed"},
    {"match", "list", "what of a request need not be as it was recorded"},
    {"redact", "object", "what a cassette must not hold"},
};

constexpr RulePart kRuleParts[] = {
    {"name", "string", "its own; it enters the rule's decisions"},
    {"when", "object", "which calls; without it, every call"},
    {"then", "object of one member", "an interceptor with its options"},
    {"times", "1, 2, ...", "deliver it no more often, in all"},
    {"rate", "number", "no more often in a second of the session's clock"},
    {"max_active", "1, 2, ...", "to no more calls at once"},
    {"ttl", "duration", "for so long by the session's clock, since the rule came into force"},
};

constexpr std::size_t kLongestName = 100;
constexpr double kHighestRate = 1'000'000;

template <std::size_t N>
constexpr std::array<std::string_view, N> names_of(const RulePart (&parts)[N]) {
  std::array<std::string_view, N> names{};
  std::ranges::transform(parts, names.begin(), &RulePart::name);
  return names;
}
constexpr auto kFileMembers = names_of(kFileParts);
constexpr auto kRuleMembers = names_of(kRuleParts);

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

std::string read_name(const JsonField& rule, Names& taken) {
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

Rule read_rule(const JsonField& field, Names& taken) {
  Rule rule;
  field.only(kRuleMembers);
  rule.name = read_name(field, taken);
  if (const auto when = field.member("when")) rule.when = read_when(*when);
  rule.then = read_then(field.required("then", R"("then", such as {"latency": "20ms"})"));
  if (const auto when = field.member("when"); when && rule.then) {
    const InterceptorRow* row = find_interceptor(rule.then->name());
    if (row) must_be_known(*when, row->stage, row->name);
  }
  if (const auto times = field.member("times")) rule.limits.times = times->count(1);
  if (const auto rate = field.member("rate")) rule.limits.per_second = rate->rate(kHighestRate);
  if (const auto most = field.member("max_active")) rule.limits.max_active = most->count(1);
  if (const auto ttl = field.member("ttl")) rule.ttl = ttl->duration();
  rule.text = field.value().dump(-1, ' ', true, json::error_handler_t::replace);
  return rule;
}

HaltRule read_halt(const JsonField& field) {
  static constexpr std::string_view kMembers[] = {"in_a_row", "ratio", "window", "at_least"};
  field.only(kMembers);
  HaltRule halt;
  if (const auto count = field.member("in_a_row")) halt.in_a_row = count->count(1);
  if (const auto ratio = field.member("ratio")) halt.ratio = ratio->probability();
  if (const auto window = field.member("window")) halt.window = window->duration();
  if (const auto count = field.member("at_least")) halt.at_least = count->count(1);
  if (!halt.in_a_row && !halt.ratio) field.mistake("it needs one of in_a_row and ratio");
  for (const char* name : {"window", "at_least"}) {
    if (const auto member = field.member(name); member && !halt.ratio) {
      member->mistake("it needs ratio beside it");
    }
  }
  if (halt.window < std::chrono::milliseconds(1)) field.mistake("its window is below 1ms");
  return halt;
}

void read_rule_list(const JsonField& field, Names& names, std::vector<Rule>& rules) {
  for (const JsonField& rule : field.elements()) {
    rules.push_back(read_rule(rule, names));
    if (field.mistaken()) return;
  }
}

/// The rules of the profiles that the file names.
void read_profiles(const JsonField& field, Names& names, std::vector<Rule>& rules) {
  for (const JsonField& choice : field.one_or_more()) {
    const Profile* profile = find_profile(choice.choice(profile_names(), "a profile"));
    if (!profile) return;
    const auto document = parse_json_with_comments(profile->text, profile->name);
    if (!document) return choice.mistake(document.error().message);
    const std::string place = choice.path() + " " + std::string(profile->name);
    read_rule_list(choice.at(document->at("rules"), place), names, rules);
  }
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
  std::optional<HaltRule> halt;
  if (const auto field = root.member("halt")) halt = read_halt(*field);
  ForCassettes cassettes;
  if (const auto field = root.member("redact")) cassettes.redaction = read_redaction(*field);
  if (const auto field = root.member("match")) cassettes.match = read_match_rules(*field);
  std::vector<Rule> rules;
  Names names;
  if (const auto field = root.member("profile")) read_profiles(*field, names, rules);
  auto own = root.member("rules");
  // A file may be about the cassette alone, or name a profile and be content with it.
  const bool other = root.member("match") || root.member("redact") || root.member("profile");
  if (!own && !other) own = root.required("rules", R"("rules", a list)");
  if (own) read_rule_list(*own, names, rules);
  if (!mistake.empty()) return core::failure(std::string(file_name) + ": " + mistake);
  return std::make_shared<const RuleSet>(std::move(rules), seed, std::move(keys),
                                         std::move(cassettes), halt);
}

std::span<const RulePart> rule_parts() { return kRuleParts; }
std::span<const RulePart> file_parts() { return kFileParts; }

std::string describe(const RuleSet& rules) {
  std::string text = std::to_string(rules.rules().size());
  text += rules.rules().size() == 1 ? " rule" : " rules";
  if (rules.seed()) text += ", seed " + std::to_string(*rules.seed());
  text += "\n";
  for (const Rule& rule : rules.rules()) text += "  " + describe(rule) + "\n";
  if (rules.halt()) text += "  all stop " + describe(*rules.halt()) + "\n";
  for (const cassettes::MatchRule& rule : rules.match().rules()) {
    text += "  match: " + cassettes::describe(rule) + "\n";
  }
  if (rules.redaction()) text += describe(*rules.redaction());
  return text;
}

std::string list_rule_members() {
  std::string text;
  const auto say = [&](std::string_view title, const auto& parts) {
    text.append(title).append("\n");
    for (const auto& part : parts) {
      text.append("  ").append(part.name).append(" (").append(part.type).append("): ");
      text.append(part.help).append("\n");
    }
  };
  say("a rule file has", kFileParts);
  say("a rule has", kRuleParts);
  say("its \"when\": the rule applies to", when_parts());
  say("a predicate is a value, a list of values, or of an item's attribute, a path or a header",
      kOperators);
  return text;
}

}  // namespace dynatape::interceptors
