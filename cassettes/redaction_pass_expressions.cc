// The part of a redaction that follows expressions, PartiQL statements and legacy conditions to the
// attributes that their values belong to.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/redaction_pass.h"
#include "cassettes/search.h"

namespace dynatape::cassettes {
namespace {

using expression::Parameter;

constexpr Parameter kExpressions[] = {Parameter::condition, Parameter::filter,
                                      Parameter::key_condition, Parameter::update};

}  // namespace

/// {"email": {"Value": ..., "AttributeValueList": [...]}}
void RedactionPass::legacy(json& node, const std::string& table) {
  for (const std::string_view name : kLegacyConditions) {
    const auto conditions = node.find(name);
    if (conditions == node.end() || !conditions->is_object()) continue;
    for (auto& [attribute, condition] : conditions->items()) {
      if (!condition.is_object()) continue;
      PathSteps path{attribute};
      if (condition.contains("Value")) value(condition["Value"], path, table);
      const auto list = condition.find("AttributeValueList");
      if (list == condition.end() || !list->is_array()) continue;
      for (json& one : *list) value(one, path, table);
    }
  }
}

void RedactionPass::expressions(json& node, const std::string& table) {
  const auto values = node.find("ExpressionAttributeValues");
  if (values == node.end() || !values->is_object()) return;
  AttributeNames names;
  if (const auto given = node.find("ExpressionAttributeNames");
      given != node.end() && given->is_object()) {
    for (const auto& [placeholder, name] : given->items()) {
      if (name.is_string()) names[placeholder] = name.get<std::string>();
    }
  }
  for (const Parameter parameter : kExpressions) {
    const auto text = node.find(expression::parameter_name(parameter));
    if (text == node.end() || !text->is_string()) continue;
    auto placed = values_of_expression(text->get<std::string>(), parameter, names);
    if (!placed) {
      all_values(*values, text->get<std::string>(), names, table);
      continue;
    }
    for (PlacedValue& one : *placed) {
      const auto found = values->find(one.placeholder);
      if (found != values->end()) value(*found, one.attribute, table);
    }
  }
}

/// Of an expression that cannot be read, every value may belong to every attribute it names.
void RedactionPass::all_values(json& values, std::string_view text, const AttributeNames& names,
                               const std::string& table) {
  for (const CompiledRule* rule : rules_) {
    if (rule->attribute.empty()) continue;
    const std::string& first = rule->attribute.front();
    const bool wild = first.starts_with('*');
    const bool named =
        std::ranges::any_of(names, [&](const auto& one) { return one.second == first; });
    if (!wild && !named && !text.contains(first)) continue;
    PathSteps path;
    for (const std::string& step : rule->attribute) {
      if (step != "**") path.push_back(step == "[*]" ? "[0]" : step);
    }
    for (auto& [name, typed] : values.items()) value(typed, path, table);
  }
}

/// Replaces the literals and parameters of node's statement; its table.
std::string RedactionPass::statement(json& node) {
  std::string text = node["Statement"].get<std::string>();
  const auto read = values_of_statement(text);
  if (!read) {
    // Refused by the service, too. Between its quotes may stand anything.
    const bool attributes = std::ranges::any_of(
        rules_, [](const CompiledRule* rule) { return !rule->attribute.empty(); });
    if (attributes && text.contains('\'')) {
      text = text.substr(0, text.find('\'')) + std::string(kRedacted);
      ++replaced_;
      node["Statement"] = text;
    }
    return "";
  }
  const auto parameters = node.find("Parameters");
  std::size_t parameter = 0;
  std::string replaced;
  std::size_t copied = 0;
  for (const PlacedLiteral& literal : read->literals) {
    PathSteps path = literal.attribute;
    if (literal.kind == PlacedLiteral::Kind::parameter) {
      if (parameters == node.end() || !parameters->is_array()) continue;
      if (parameter < parameters->size()) value((*parameters)[parameter++], path, read->table);
      continue;
    }
    const CompiledRule* rule = path.empty() ? nullptr : rule_for(path, read->table);
    if (!rule) continue;
    const bool is_text = literal.kind == PlacedLiteral::Kind::text;
    std::string other = replace(is_text ? "S" : "N", literal.text, *rule);
    for (auto at = other.find('\''); is_text && at != std::string::npos;
         at = other.find('\'', at + 2)) {
      other.insert(at, 1, '\'');
    }
    replaced.append(text, copied, literal.begin - copied);
    replaced += is_text ? "'" + other + "'" : other;
    copied = literal.end;
  }
  if (copied > 0) node["Statement"] = replaced.append(text, copied);
  return read->table;
}

}  // namespace dynatape::cassettes
