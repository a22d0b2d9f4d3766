#include "cassettes/match_rules_text.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "cassettes/match_parts.h"

namespace dynatape::cassettes {
namespace {

using json = nlohmann::ordered_json;

/// One alone, or a list.
json one_or_more(json list) { return list.size() == 1 ? list.front() : list; }

json json_of(const MatchRule& rule) {
  json object = json::object();
  json operations = json::array();
  for (const auto* operation : rule.operations) operations.push_back(operation->name);
  if (!operations.empty()) object["operation"] = one_or_more(std::move(operations));
  if (!rule.tables.empty()) object["table"] = one_or_more(rule.tables);
  json ignored = rule.parts;
  for (const PathPattern& path : rule.ignored) ignored.push_back(path.text());
  if (!ignored.empty()) object["ignore"] = one_or_more(std::move(ignored));
  json loosened = json::array();
  for (const auto& [path, as] : rule.loosened) {
    const auto* const row = std::ranges::find(kLoosenings, as, &LooseningRow::loosening);
    loosened.push_back({{"path", path.text()}, {"as", row->name}});
  }
  if (!loosened.empty()) object["loosen"] = one_or_more(std::move(loosened));
  json bound = json::array();
  for (const PathPattern& path : rule.bound) bound.push_back(path.text());
  if (!bound.empty()) object["bind"] = one_or_more(std::move(bound));
  return object;
}

/// The elements of a list, the value itself where it is none, and nothing where there is none.
std::vector<json> each_of(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end()) return {};
  return found->is_array() ? found->get<std::vector<json>>() : std::vector<json>{*found};
}

void read_ignored(const std::string& text, MatchRule& rule) {
  const auto* const part = std::ranges::find(kMatchParts, text, &MatchPart::name);
  if (part == std::end(kMatchParts)) return rule.ignored.emplace_back(text), void();
  rule.parts.push_back(text);
  rule.parameters.insert(rule.parameters.end(), part->parameters.begin(), part->parameters.end());
}

/// Throws what nlohmann does where the text is none that to_text() writes.
MatchRule rule_from(const json& object) {
  constexpr std::string_view kMembers[] = {"operation", "table", "ignore", "loosen", "bind"};
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(kMembers, name) == std::end(kMembers)) {
      throw std::invalid_argument("\"" + name + "\" is not known");
    }
  }
  MatchRule rule;
  for (const json& one : each_of(object, "operation")) {
    rule.operations.push_back(core::find_operation(one.get<std::string>()));
    if (!rule.operations.back()) throw std::invalid_argument(one.dump() + " is not known");
  }
  for (const json& one : each_of(object, "table")) rule.tables.push_back(one.get<std::string>());
  for (const json& one : each_of(object, "ignore")) read_ignored(one.get<std::string>(), rule);
  for (const json& one : each_of(object, "loosen")) {
    const auto as = one.at("as").get<std::string>();
    const auto* const row = std::ranges::find(kLoosenings, as, &LooseningRow::name);
    if (row == std::end(kLoosenings)) throw std::invalid_argument("\"" + as + "\" is not known");
    rule.loosened.push_back({PathPattern(one.at("path").get<std::string>()), row->loosening});
  }
  for (const json& one : each_of(object, "bind")) rule.bound.emplace_back(one.get<std::string>());
  return rule;
}

}  // namespace

std::string to_text(const MatchRules& rules) {
  json list = json::array();
  for (const MatchRule& rule : rules.rules()) list.push_back(json_of(rule));
  return json{{"match", std::move(list)}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

core::Result<MatchRules> match_rules_from(std::string_view text) {
  try {
    std::vector<MatchRule> rules;
    for (const json& object : json::parse(text).at("match")) rules.push_back(rule_from(object));
    return MatchRules(std::move(rules));
  } catch (const std::exception& mistake) {
    return core::failure(mistake.what());
  }
}

}  // namespace dynatape::cassettes
