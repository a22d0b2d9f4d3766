#include "cassettes/match_rules_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

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
  return object;
}

}  // namespace

std::string to_text(const MatchRules& rules) {
  json list = json::array();
  for (const MatchRule& rule : rules.rules()) list.push_back(json_of(rule));
  return json{{"match", std::move(list)}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace dynatape::cassettes
