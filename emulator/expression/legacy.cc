#include "emulator/expression/legacy.h"

#include <algorithm>
#include <array>

#include "emulator/expression/set_arithmetic.h"
#include "emulator/expression/update.h"

namespace dynatape::expression {

namespace {

using model::AttributeValue;
using model::Outcome;
using model::Type;

constexpr std::array<std::string_view, 13> kNames = {
    "EQ",      "NE",       "IN",   "LE",       "LT",           "GE",         "GT",
    "BETWEEN", "NOT_NULL", "NULL", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"};

std::unexpected<model::ServiceError> invalid_values(std::string_view why) {
  std::string message = "One or more parameter values were invalid: ";
  return model::invalid(message.append(why));
}

bool right_count(LegacyOperator op, std::size_t count) {
  switch (op) {
    case LegacyOperator::null:
    case LegacyOperator::not_null:
      return count == 0;
    case LegacyOperator::between:
      return count == 2;
    case LegacyOperator::in:
      return count >= 1;
    default:
      return count == 1;
  }
}

bool takes(LegacyOperator op, Type type) {
  switch (op) {
    case LegacyOperator::eq:
    case LegacyOperator::ne:
      return true;
    case LegacyOperator::begins_with:
      return type == Type::s || type == Type::b;
    case LegacyOperator::contains:
    case LegacyOperator::not_contains:
      return type == Type::s || type == Type::n || type == Type::b || type == Type::boolean ||
             type == Type::null;
    default:
      return type == Type::s || type == Type::n || type == Type::b;
  }
}

bool reversed(const AttributeValue& low, const AttributeValue& high) {
  switch (low.type()) {
    case Type::s:
      return *high.get<std::string>() < *low.get<std::string>();
    case Type::n:
      return *high.get<model::Number>() < *low.get<model::Number>();
    default:
      return *high.get<model::Binary>() < *low.get<model::Binary>();
  }
}

Outcome<void> check_values(LegacyOperator op, const std::vector<AttributeValue>& values) {
  const std::string name(legacy_operator_name(op));
  if (!right_count(op, values.size())) {
    return invalid_values("Invalid number of argument(s) for the " + name + " ComparisonOperator");
  }
  for (const AttributeValue& value : values) {
    if (value.type() != values.front().type()) {
      return invalid_values("AttributeValues inside AttributeValueList must be of same type");
    }
    if (!takes(op, value.type())) {
      return invalid_values("ComparisonOperator " + name + " is not valid for " +
                            std::string(model::type_name(value.type())) + " AttributeValue type");
    }
  }
  if (op == LegacyOperator::between && reversed(values[0], values[1])) {
    return model::invalid(
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper bound");
  }
  return {};
}

Operand attribute(const std::string& name) { return {Path{{PathElement::of(name)}}}; }

Condition call(Function function, const std::string& name,
               const std::vector<AttributeValue>& values) {
  Call made{function, {attribute(name)}};
  for (const AttributeValue& value : values) made.arguments.push_back({value});
  return {std::move(made)};
}

Condition join(Connective connective, std::vector<Condition> conditions) {
  if (conditions.size() == 1 && connective != Connective::not_)
    return std::move(conditions.front());
  return {Logical{connective, std::move(conditions)}};
}

std::optional<Comparator> comparator(LegacyOperator op) {
  switch (op) {
    case LegacyOperator::eq:
      return Comparator::eq;
    case LegacyOperator::ne:
      return Comparator::ne;
    case LegacyOperator::le:
      return Comparator::le;
    case LegacyOperator::lt:
      return Comparator::lt;
    case LegacyOperator::ge:
      return Comparator::ge;
    case LegacyOperator::gt:
      return Comparator::gt;
    default:
      return std::nullopt;
  }
}

Condition translate(const std::string& name, LegacyOperator op,
                    const std::vector<AttributeValue>& values) {
  if (const auto compared = comparator(op)) {
    return {Comparison{*compared, attribute(name), {values.front()}}};
  }
  switch (op) {
    case LegacyOperator::in: {
      In in{attribute(name), {}};
      for (const AttributeValue& value : values) in.candidates.push_back({value});
      return {std::move(in)};
    }
    case LegacyOperator::between:
      return {Between{attribute(name), {values[0]}, {values[1]}}};
    case LegacyOperator::not_null:
      return call(Function::attribute_exists, name, {});
    case LegacyOperator::null:
      return call(Function::attribute_not_exists, name, {});
    case LegacyOperator::begins_with:
      return call(Function::begins_with, name, values);
    case LegacyOperator::not_contains:
      // What is not there contains nothing, but does not meet this either.
      return join(Connective::and_,
                  {call(Function::attribute_exists, name, {}),
                   join(Connective::not_, {call(Function::contains, name, values)})});
    default:
      return call(Function::contains, name, values);
  }
}

/// The members of one entry of Expected that do not go together.
std::string contradiction(const ExpectedAttribute& expected) {
  if (expected.exists && expected.op)
    return "Exists and ComparisonOperator cannot be used together";
  if (expected.value && expected.values) {
    return "Value and AttributeValueList cannot be used together";
  }
  if (expected.values && !expected.op) {
    return "AttributeValueList can only be used with a ComparisonOperator";
  }
  if (expected.op) {
    const bool unary =
        *expected.op == LegacyOperator::null || *expected.op == LegacyOperator::not_null;
    if (unary || expected.value || expected.values) return {};
    return "Value or AttributeValueList must be used with ComparisonOperator: " +
           std::string(legacy_operator_name(*expected.op));
  }
  if (expected.exists == false) {
    return expected.value ? "Value cannot be used when Exists is false" : "";
  }
  if (expected.value) return {};
  return std::string("Value must be provided when Exists is ") +
         (expected.exists ? "true" : "null");
}

/// An entry of Expected as an operator and its values.
LegacyCondition as_condition(const ExpectedAttribute& expected) {
  if (expected.exists == false) return {expected.attribute, LegacyOperator::null, {}};
  LegacyCondition condition{expected.attribute, expected.op.value_or(LegacyOperator::eq), {}};
  if (expected.values) condition.values = *expected.values;
  if (expected.value) condition.values = {*expected.value};
  return condition;
}

KeyComparator key_comparator(LegacyOperator op) {
  switch (op) {
    case LegacyOperator::eq:
      return KeyComparator::eq;
    case LegacyOperator::le:
      return KeyComparator::le;
    case LegacyOperator::lt:
      return KeyComparator::lt;
    case LegacyOperator::ge:
      return KeyComparator::ge;
    case LegacyOperator::gt:
      return KeyComparator::gt;
    case LegacyOperator::between:
      return KeyComparator::between;
    case LegacyOperator::begins_with:
      return KeyComparator::begins_with;
    default:
      return KeyComparator::not_indexable;
  }
}

bool is_set(Type type) { return type == Type::ss || type == Type::ns || type == Type::bs; }

Outcome<Action> translate(const AttributeUpdate& update) {
  Path target{{PathElement::of(update.attribute)}};
  if (!update.value) {
    if (update.action == UpdateAction::erase) return Remove{std::move(target)};
    return invalid_values("Only DELETE action is allowed when no attribute value is specified");
  }
  const Type type = update.value->type();
  const std::string type_name(model::type_name(type));
  switch (update.action) {
    case UpdateAction::put:
      return Set{std::move(target), {*update.value}, std::nullopt};
    case UpdateAction::erase:
      if (is_set(type)) return Delete{std::move(target), {*update.value}};
      return invalid_values("DELETE action with value is not supported for the type " + type_name);
    case UpdateAction::add:
      break;
  }
  if (is_set(type) || type == Type::n) return Add{std::move(target), {*update.value}};
  if (type != Type::l)
    return invalid_values("ADD action is not supported for the type " + type_name);
  const Call present{Function::if_not_exists, {{target}, {AttributeValue(model::List{})}}};
  Call appended{Function::list_append, {{present}, {*update.value}}};
  return Set{std::move(target), {std::move(appended)}, std::nullopt};
}

}  // namespace

std::string_view legacy_operator_name(LegacyOperator op) {
  return kNames.at(static_cast<std::size_t>(op));
}

std::optional<LegacyOperator> legacy_operator_named(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<LegacyOperator>(found - kNames.begin());
}

Outcome<Connective> conditional_operator(std::optional<Connective> given,
                                         std::optional<std::size_t> conditions) {
  if (!given) return Connective::and_;
  if (!conditions) {
    return model::invalid("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (*conditions < 2) {
    return model::invalid(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
  }
  return *given;
}

Outcome<void> check(const std::vector<LegacyCondition>& conditions) {
  for (const LegacyCondition& condition : conditions) {
    if (auto checked = check_values(condition.op, condition.values); !checked) return checked;
  }
  return {};
}

Condition legacy_filter(const std::vector<LegacyCondition>& conditions, Connective connective) {
  std::vector<Condition> translated;
  translated.reserve(conditions.size());
  for (const LegacyCondition& condition : conditions) {
    translated.push_back(translate(condition.attribute, condition.op, condition.values));
  }
  return join(connective, std::move(translated));
}

Outcome<Condition> legacy_condition(const std::vector<ExpectedAttribute>& expected,
                                    Connective connective) {
  std::vector<LegacyCondition> conditions;
  conditions.reserve(expected.size());
  for (const ExpectedAttribute& entry : expected) {
    const std::string wrong = contradiction(entry);
    if (!wrong.empty()) return invalid_values(wrong + " for Attribute: " + entry.attribute);
    conditions.push_back(as_condition(entry));
  }
  if (auto checked = check(conditions); !checked)
    return std::unexpected(std::move(checked.error()));
  return legacy_filter(conditions, connective);
}

KeyCondition legacy_key_condition(const std::vector<LegacyCondition>& conditions) {
  KeyCondition key;
  for (const LegacyCondition& condition : conditions) {
    key.clauses.push_back({condition.attribute, key_comparator(condition.op), condition.values});
  }
  return key;
}

Outcome<Update> legacy_update(const std::vector<AttributeUpdate>& updates) {
  Update update;
  for (const AttributeUpdate& entry : updates) {
    auto action = translate(entry);
    if (!action) return std::unexpected(std::move(action.error()));
    update.actions.push_back(std::move(*action));
  }
  return update;
}

Outcome<model::Item> apply_legacy(const Update& update, model::Item item) {
  auto applied = apply(update, std::move(item));
  if (!applied && applied.error() == wrong_data_type()) {
    return model::invalid("Type mismatch for attribute to update");
  }
  return applied;
}

Outcome<Projection> legacy_projection(const std::vector<std::string>& attributes) {
  Projection projection;
  for (const std::string& name : attributes) {
    Path path{{PathElement::of(name)}};
    if (std::ranges::find(projection.paths, path) != projection.paths.end()) {
      return invalid_values("Duplicate value in attribute name: " + name);
    }
    projection.paths.push_back(std::move(path));
  }
  return projection;
}

}  // namespace dynatape::expression
