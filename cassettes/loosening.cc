#include "cassettes/loosening.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cassettes/match_parts.h"
#include "cassettes/scope.h"

namespace dynatape::cassettes {
namespace {

/// What is asked about: a rule that gives it up answers with something else.
constexpr std::string_view kIdentities[] = {"table", "index", "key", "paging", "statement"};

const MatchPart* part_of(std::string_view parameter) {
  const auto* const found = std::ranges::find_if(kMatchParts, [&](const MatchPart& part) {
    return std::ranges::find(part.parameters, parameter) != part.parameters.end();
  });
  return found == std::end(kMatchParts) ? nullptr : found;
}

/// The names of all tables in a request.
void gather_tables(const Node& node, std::vector<std::string>& tables) {
  if (const Node* table = member(node, kTableName)) tables.push_back(table->text);
  for (const Node& child : node.children) gather_tables(child, tables);
}

/// Whether a path within a scope is that of an attribute that tells items apart.
bool is_key(std::string_view path, const std::vector<std::string>& tables, const TableKeys& keys) {
  constexpr std::string_view kItem = "Item.";
  if (!path.starts_with(kItem)) return false;
  const std::string_view attribute = path.substr(kItem.size());
  return std::ranges::any_of(tables, [&](const std::string& table) {
    const auto* key = keys.find(table);
    return key && std::ranges::find(key->names, attribute) != key->names.end();
  });
}

/// Whether two meanings still differ at `path` under `rule`.
bool differ_at(std::string_view path, const Meaning& live, const Meaning& recorded,
               const MatchRule& rule) {
  const MatchRules rules({rule});
  const auto left = differences(rules.applied(live), rules.applied(recorded));
  return std::ranges::any_of(left, [&](const Difference& one) { return one.path == path; });
}

void ignore_part(MatchRule& rule, const MatchPart& part) {
  if (std::ranges::find(rule.parts, part.name) != rule.parts.end()) return;
  rule.parts.emplace_back(part.name);
  rule.parameters.insert(rule.parameters.end(), part.parameters.begin(), part.parameters.end());
}

/// Adds what makes the two agree at that place; whether anything does.
bool settle(const Difference& difference, const Meaning& live, const Meaning& recorded,
            MatchRule& rule) {
  const std::string_view path = within_scope(difference.path);
  const std::string_view parameter = parameter_of(path);
  const MatchPart* part = part_of(parameter);
  if (part && std::ranges::find(kIdentities, part->name) != std::end(kIdentities)) return false;
  if (part && parameter == path) {
    ignore_part(rule, *part);
    return true;
  }
  if (!difference.live.empty() && !difference.recorded.empty()) {
    for (const Loosening as :
         {Loosening::any_string, Loosening::any_number, Loosening::any_binary}) {
      MatchRule with = rule;
      with.loosened.push_back({PathPattern(path), as});
      if (differ_at(difference.path, live, recorded, with)) continue;
      rule = std::move(with);
      return true;
    }
  }
  MatchRule without = rule;
  without.ignored.emplace_back(path);
  if (differ_at(difference.path, live, recorded, without)) return false;
  rule = std::move(without);
  return true;
}

}  // namespace

std::optional<MatchRule> loosening_for(const Meaning& live, const Meaning& recorded,
                                       const std::vector<Difference>& differ,
                                       const TableKeys& keys) {
  const auto* operation = core::find_operation(live.operation);
  if (!operation || differ.empty()) return std::nullopt;
  std::vector<std::string> tables;
  gather_tables(live.body, tables);
  MatchRule rule;
  rule.operations.push_back(operation);
  if (tables.size() == 1) rule.tables = tables;
  for (const Difference& one : differ) {
    if (is_key(within_scope(one.path), tables, keys)) return std::nullopt;
    if (!settle(one, live, recorded, rule)) return std::nullopt;
  }
  return rule;
}

}  // namespace dynatape::cassettes
