#include "cassettes/redaction_pass.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/table_keys.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kItems[] = {"Item",
                                       "Key",
                                       "Keys",
                                       "Attributes",
                                       "Items",
                                       "NewImage",
                                       "OldImage",
                                       "ExclusiveStartKey",
                                       "LastEvaluatedKey",
                                       "ItemCollectionKey"};
/// Of these, those that cannot do without an attribute.
constexpr std::string_view kKeys[] = {"Key", "Keys", "ExclusiveStartKey", "LastEvaluatedKey",
                                      "ItemCollectionKey"};
constexpr std::string_view kByTable[] = {"RequestItems", "Responses", "UnprocessedItems",
                                         "UnprocessedKeys", "ItemCollectionMetrics"};
constexpr std::string_view kByElement[] = {"TransactItems", "Responses", "CancellationReasons",
                                           "Statements", "TransactStatements"};

bool one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

RedactionPass::RedactionPass(const std::vector<CompiledRule>& rules, const Pseudonyms* pseudonyms,
                             std::string_view operation)
    : pseudonyms_(pseudonyms), operation_(operation) {
  for (const CompiledRule& rule : rules) {
    const auto& operations = rule.rule.operations;
    if (operations.empty() || std::ranges::find(operations, operation) != operations.end()) {
      rules_.push_back(&rule);
    }
  }
  for (const CompiledRule* rule : rules_) {
    if (rule->pattern && rule->attribute.empty() && rule->path.empty()) patterns_.push_back(rule);
  }
}

void RedactionPass::set_request(const RequestTrace& trace) {
  if (trace.by_element) {
    elements_ = trace.tables;
  } else if (!trace.tables.empty()) {
    table_ = trace.tables.front();
  }
  echoes_ = trace.replaced;
  answer_ = true;
}

int RedactionPass::run(json& body) {
  const bool attributes =
      std::ranges::any_of(rules_, [](const auto* rule) { return !rule->attribute.empty(); });
  if (attributes) walk(body, table_);
  PathSteps path;
  strings(body, path);
  return replaced_;
}

void RedactionPass::walk(json& node, const std::string& outer_table) {
  if (node.is_array()) {
    for (json& element : node) walk(element, outer_table);
    return;
  }
  if (!node.is_object()) return;
  std::string table = outer_table;
  if (const auto name = node.find("TableName"); name != node.end() && name->is_string()) {
    table = name->get<std::string>();
  }
  if (const auto text = node.find("Statement"); text != node.end() && text->is_string()) {
    table = statement(node);
  }
  expressions(node, table);
  legacy(node, table);
  members(node, table);
}

void RedactionPass::members(json& node, const std::string& table) {
  for (auto& [name, member] : node.items()) {
    if (name == "ExpressionAttributeValues" || name == "Parameters" ||
        one_of(kLegacyConditions, name)) {
      continue;
    }
    if (name == "NextToken" && member.is_string() && operation_ == "ExecuteStatement") {
      // It is opaque to programs, and holds a key.
      member = opaque(member.get<std::string>());
    } else if (one_of(kItems, name) && member.is_object()) {
      item(member, table, !one_of(kKeys, name));
    } else if (one_of(kItems, name) && member.is_array()) {
      for (json& one : member) item(one, table, !one_of(kKeys, name));
    } else if (one_of(kByElement, name) && member.is_array()) {
      element(member, table);
    } else if (one_of(kByTable, name) && member.is_object()) {
      for (auto& [inner_table, of_table] : member.items()) {
        const bool items = name == "Responses" && of_table.is_array();
        if (!items) walk(of_table, inner_table);
        if (!items) continue;
        for (json& one : of_table) item(one, inner_table, true);
      }
    } else if (member.is_structured()) {
      walk(member, table);
    }
  }
}

/// An answer's elements are those of its request, one for one.
void RedactionPass::element(json& list, const std::string& table) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool known = answer_ && i < elements_.size();
    if (!answer_ && list[i].is_object()) {
      std::string own = table;
      if (list[i].contains("Statement") && list[i]["Statement"].is_string()) {
        const auto read = values_of_statement(list[i]["Statement"].get<std::string>());
        own = read ? read->table : "";
      } else if (!list[i].empty() && list[i].front().is_object()) {
        const json& action = list[i].front();
        const auto name = action.find("TableName");
        if (name != action.end() && name->is_string()) own = name->get<std::string>();
      }
      elements_.push_back(std::move(own));
      by_element_ = true;
    }
    walk(list[i], known ? elements_[i] : table);
  }
}

void RedactionPass::item(json& map, const std::string& table, bool may_drop) {
  PathSteps path;
  if (map.is_object()) members_of(map, path, table, may_drop);
}

void RedactionPass::members_of(json& map, PathSteps& path, const std::string& table,
                               bool may_drop) {
  for (auto member = map.begin(); member != map.end();) {
    path.push_back(member.key());
    const bool drop = value(member.value(), path, table, may_drop);
    path.pop_back();
    if (drop) {
      member = map.erase(member);
    } else {
      ++member;
    }
  }
}

bool RedactionPass::value(json& typed, PathSteps& path, const std::string& table, bool may_drop) {
  if (!typed.is_object() || typed.size() != 1) return false;
  const CompiledRule* rule = rule_for(path, table);
  if (may_drop && rule && rule->rule.action == RedactionAction::drop) {
    ++replaced_;
    return true;
  }
  const std::string tag = typed.begin().key();
  json& inner = typed.front();
  if (tag == "M" && inner.is_object()) {
    members_of(inner, path, table, may_drop);
  } else if (tag == "L" && inner.is_array()) {
    json kept = json::array();
    for (std::size_t i = 0; i < inner.size(); ++i) {
      path.push_back("[" + std::to_string(i) + "]");
      if (!value(inner[i], path, table, may_drop)) kept.push_back(std::move(inner[i]));
      path.pop_back();
    }
    inner = std::move(kept);
  } else if (rule) {
    leaf(inner, tag, *rule);
  }
  return false;
}

void RedactionPass::leaf(json& inner, const std::string& tag, const CompiledRule& rule) {
  const bool mask = rule.rule.action != RedactionAction::pseudonym;
  if (inner.is_string()) {
    inner = replace(tag, inner.get<std::string>(), rule);
  } else if (inner.is_array()) {
    const std::string member_tag = tag.substr(0, 1);
    json members = json::array();
    for (const json& one : inner) {
      json replaced =
          one.is_string() ? json(replace(member_tag, one.get<std::string>(), rule)) : one;
      if (std::ranges::find(members, replaced) == members.end()) members.push_back(replaced);
    }
    inner = std::move(members);
  } else if (inner.is_boolean() && tag == "BOOL" && mask && inner.get<bool>()) {
    inner = false;
    ++replaced_;
  }
}

const CompiledRule* RedactionPass::rule_for(const PathSteps& path, const std::string& table) const {
  for (const CompiledRule* rule : rules_) {
    if (rule->attribute.empty() || !covers(rule->attribute, path)) continue;
    // Where the table is not known, the rule holds: too much is better than too little.
    const auto& tables = rule->rule.tables;
    const auto same = [&](const std::string& name) {
      return plain_table(name) == plain_table(table);
    };
    if (tables.empty() || table.empty() || std::ranges::any_of(tables, same)) return rule;
  }
  return nullptr;
}

}  // namespace dynatape::cassettes
