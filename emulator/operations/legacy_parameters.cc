#include "emulator/operations/legacy_parameters.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

std::string present_names(std::initializer_list<Presence> parameters) {
  std::string names;
  for (const Presence& parameter : parameters) {
    if (!parameter.present) continue;
    if (!names.empty()) names += ", ";
    names += parameter.name;
  }
  return names;
}

Outcome<void> check_list(const std::optional<std::vector<wire::OneValue>>& values, Layer layer) {
  if (!values) return {};
  for (const wire::OneValue& value : *values) {
    if (auto good = check_values(value.problem, layer); !good) return good;
  }
  return {};
}

std::vector<model::AttributeValue> values_of(std::vector<wire::OneValue> sent) {
  std::vector<model::AttributeValue> values;
  values.reserve(sent.size());
  for (wire::OneValue& value : sent) values.push_back(std::move(value.value));
  return values;
}

}  // namespace

Outcome<void> check_no_mix(std::initializer_list<Presence> legacy,
                           std::initializer_list<Presence> expressions) {
  const std::string old_names = present_names(legacy);
  const std::string new_names = present_names(expressions);
  if (old_names.empty() || new_names.empty()) return {};
  return model::invalid(
      "Can not use both expression and non-expression parameters in the same request: "
      "Non-expression parameters: {" +
      old_names + "} Expression parameters: {" + new_names + "}");
}

Outcome<void> check_values(const wire::Named<ExpectedAttributeValue>& expected, Layer layer) {
  for (const auto& [name, entry] : expected) {
    if (entry.value) {
      if (auto good = check_values(entry.value->problem, layer); !good) return good;
    }
    if (auto good = check_list(entry.attribute_value_list, layer); !good) return good;
  }
  return {};
}

Outcome<void> check_values(const wire::Named<Condition>& conditions, Layer layer) {
  for (const auto& [name, condition] : conditions) {
    if (auto good = check_list(condition.attribute_value_list, layer); !good) return good;
  }
  return {};
}

Outcome<void> check_values(const wire::Named<AttributeValueUpdate>& updates, Layer layer) {
  for (const auto& [name, update] : updates) {
    if (!update.value) continue;
    if (auto good = check_values(update.value->problem, layer); !good) return good;
  }
  return {};
}

std::vector<expression::ExpectedAttribute> expected_of(
    wire::Named<ExpectedAttributeValue> expected) {
  std::vector<expression::ExpectedAttribute> entries;
  for (auto& [name, sent] : expected) {
    expression::ExpectedAttribute& entry = entries.emplace_back();
    entry.attribute = std::move(name);
    entry.exists = sent.exists;
    if (sent.value) entry.value = std::move(sent.value->value);
    if (sent.comparison_operator) {
      entry.op = expression::legacy_operator_named(*sent.comparison_operator);
    }
    if (sent.attribute_value_list) entry.values = values_of(std::move(*sent.attribute_value_list));
  }
  return entries;
}

std::vector<expression::LegacyCondition> conditions_of(wire::Named<Condition> conditions) {
  std::vector<expression::LegacyCondition> entries;
  for (auto& [name, sent] : conditions) {
    entries.push_back(
        {std::move(name), *expression::legacy_operator_named(*sent.comparison_operator),
         values_of(std::move(sent.attribute_value_list).value_or(std::vector<wire::OneValue>{}))});
  }
  return entries;
}

std::vector<expression::AttributeUpdate> updates_of(wire::Named<AttributeValueUpdate> updates) {
  std::vector<expression::AttributeUpdate> entries;
  for (auto& [name, sent] : updates) {
    expression::AttributeUpdate& entry = entries.emplace_back();
    entry.attribute = std::move(name);
    if (sent.action == "ADD") entry.action = expression::UpdateAction::add;
    if (sent.action == "DELETE") entry.action = expression::UpdateAction::erase;
    if (sent.value) entry.value = std::move(sent.value->value);
  }
  return entries;
}

std::optional<expression::Connective> connective_of(
    const std::optional<std::string>& conditional_operator) {
  if (!conditional_operator) return std::nullopt;
  return *conditional_operator == "OR" ? expression::Connective::or_ : expression::Connective::and_;
}

}  // namespace dynatape::operations
