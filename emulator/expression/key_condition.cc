#include "emulator/expression/key_condition.h"

#include <algorithm>
#include <array>

#include "emulator/expression/parameter.h"

namespace dynatape::expression {

namespace {

using model::AttributeValue;
using model::Outcome;

std::unexpected<model::ServiceError> invalid_operator(std::string_view name) {
  std::string message = "Invalid operator used in KeyConditionExpression: ";
  return model::invalid(message.append(name));
}

std::unexpected<model::ServiceError> invalid_clause(std::string_view why) {
  std::string message = "Invalid condition in KeyConditionExpression: ";
  return model::invalid(message.append(why));
}

const KeyClause* find(const KeyCondition& condition, std::string_view attribute) {
  const auto found = std::ranges::find(condition.clauses, attribute, &KeyClause::attribute);
  return found == condition.clauses.end() ? nullptr : &*found;
}

/// Walks the conditions in the order written.
class ClauseReader {
 public:
  KeyCondition read;

  Outcome<void> operator()(const Logical& logical) {
    if (logical.connective == Connective::or_) return invalid_operator("OR");
    if (logical.connective == Connective::not_) return invalid_operator("NOT");
    for (const Condition& operand : logical.operands) {
      if (auto outcome = std::visit(*this, operand.node); !outcome) return outcome;
    }
    return {};
  }

  Outcome<void> operator()(const Comparison& comparison) {
    if (comparison.comparator == Comparator::ne) return invalid_operator("<>");
    const bool flipped = !std::holds_alternative<Path>(comparison.left.node);
    return add(key_comparator(comparison.comparator, flipped),
               std::array{&comparison.left, &comparison.right});
  }

  Outcome<void> operator()(const Between& between) {
    return add(KeyComparator::between, std::array{&between.operand, &between.low, &between.high});
  }

  Outcome<void> operator()(const In&) { return invalid_operator("IN"); }

  Outcome<void> operator()(const Call& call) {
    if (call.function != Function::begins_with) {
      return invalid_operator(function_name(call.function));
    }
    if (!std::holds_alternative<Path>(call.arguments[0].node)) {
      return invalid_clause(
          "begins_with operator must have the key attribute as its first operand");
    }
    return add(KeyComparator::begins_with, std::array{&call.arguments[0], &call.arguments[1]});
  }

 private:
  Outcome<void> add(KeyComparator comparator, const auto& operands) {
    KeyClause clause{{}, comparator, {}};
    const Path* attribute = nullptr;
    for (const Operand* operand : operands) {
      if (std::holds_alternative<Call>(operand->node)) {
        return model::invalid("KeyConditionExpressions cannot contain nested operations");
      }
      if (const auto* value = std::get_if<AttributeValue>(&operand->node)) {
        clause.values.push_back(*value);
        continue;
      }
      if (attribute != nullptr) {
        return invalid_clause("Multiple attribute names used in one condition");
      }
      attribute = &std::get<Path>(operand->node);
      if (attribute->elements.size() > 1) {
        return model::invalid(
            "KeyConditionExpressions cannot have conditions on nested attributes");
      }
    }
    if (attribute == nullptr) return invalid_clause("No key attribute specified");
    const bool bound =
        comparator == KeyComparator::between && !std::holds_alternative<Path>(operands[0]->node);
    if (bound) return model::invalid("Query key condition not supported");
    clause.attribute = attribute->elements.front().name;
    if (find(read, clause.attribute) != nullptr) {
      return std::unexpected(
          invalid_expression(Parameter::key_condition,
                             "KeyConditionExpressions must only contain one condition per key"));
    }
    read.clauses.push_back(std::move(clause));
    return {};
  }
};

Outcome<void> check_clauses(const KeyCondition& condition, const model::KeySchema& schema) {
  for (const KeyClause& clause : condition.clauses) {
    const model::AttributeDefinition* attribute = schema.find(clause.attribute);
    if (attribute == nullptr) continue;
    if (clause.comparator == KeyComparator::not_indexable) {
      return model::invalid("Attempted conditional constraint is not an indexable operation");
    }
    const bool right = std::ranges::all_of(clause.values, [&](const AttributeValue& value) {
      return value.type() == attribute->type;
    });
    if (!right) {
      return model::invalid(
          "One or more parameter values were invalid: Condition parameter type does not match "
          "schema type");
    }
  }
  return {};
}

/// The range attributes before `last` without a condition with =.
std::string unequal_before(const KeyCondition& condition, const model::KeySchema& schema,
                           std::size_t last) {
  std::string names;
  for (std::size_t i = 0; i < last; ++i) {
    const KeyClause* clause = find(condition, schema.range[i].name);
    if (clause != nullptr && clause->comparator == KeyComparator::eq) continue;
    if (!names.empty()) names += ", ";
    names += schema.range[i].name;
  }
  return names;
}

Outcome<void> bind_range(const KeyCondition& condition, const model::KeySchema& schema,
                         KeyBounds& bounds) {
  std::size_t bound = 0;  // one past the last range attribute that has a condition
  for (std::size_t i = 0; i < schema.range.size(); ++i) {
    if (find(condition, schema.range[i].name) != nullptr) bound = i + 1;
  }
  const std::size_t known =
      bounds.hash.size() +
      static_cast<std::size_t>(std::ranges::count_if(schema.range, [&](const auto& attribute) {
        return find(condition, attribute.name) != nullptr;
      }));
  if (known < condition.clauses.size()) {
    // A condition on something that is no key: the service names the key it should have been on.
    const auto unbound = std::ranges::find_if(schema.range, [&](const auto& attribute) {
      return find(condition, attribute.name) == nullptr;
    });
    return model::invalid(unbound == schema.range.end()
                              ? "Query key condition not supported"
                              : "Query condition missed key schema element: " + unbound->name);
  }
  if (bound == 0) return {};
  const std::string gaps = unequal_before(condition, schema, bound - 1);
  if (!gaps.empty()) {
    return model::invalid("RANGE key attributes " + gaps +
                          " must have equality conditions specified in the query because a "
                          "condition is present on key attribute " +
                          schema.range[bound - 1].name);
  }
  for (std::size_t i = 0; i < bound; ++i) {
    const KeyClause& clause = *find(condition, schema.range[i].name);
    if (clause.comparator == KeyComparator::eq) {
      bounds.equals.push_back(clause.values.front());
    } else {
      bounds.last = clause;
    }
  }
  return {};
}

}  // namespace

KeyComparator key_comparator(Comparator comparator, bool flipped) {
  switch (comparator) {
    case Comparator::eq:
      return KeyComparator::eq;
    case Comparator::lt:
      return flipped ? KeyComparator::gt : KeyComparator::lt;
    case Comparator::le:
      return flipped ? KeyComparator::ge : KeyComparator::le;
    case Comparator::gt:
      return flipped ? KeyComparator::lt : KeyComparator::gt;
    case Comparator::ge:
      return flipped ? KeyComparator::le : KeyComparator::ge;
    case Comparator::ne:
      break;
  }
  return KeyComparator::not_indexable;
}

Outcome<KeyCondition> key_condition(const Condition& condition) {
  ClauseReader reader;
  if (auto outcome = std::visit(reader, condition.node); !outcome) {
    return std::unexpected(std::move(outcome.error()));
  }
  return std::move(reader.read);
}

Outcome<KeyBounds> bind(const KeyCondition& condition, const model::KeySchema& schema) {
  for (const model::AttributeDefinition& attribute : schema.hash) {
    if (find(condition, attribute.name) == nullptr) {
      return model::invalid("Query condition missed key schema element: " + attribute.name);
    }
  }
  const std::size_t keys = schema.hash.size() + schema.range.size();
  if (condition.clauses.size() > keys) {
    return model::invalid("The number of query conditions (" +
                          std::to_string(condition.clauses.size()) +
                          ") exceeds the number of key attributes defined in the schema (" +
                          std::to_string(keys) + ")");
  }
  KeyBounds bounds;
  if (auto typed = check_clauses(condition, schema); !typed) {
    return std::unexpected(std::move(typed.error()));
  }
  for (const model::AttributeDefinition& attribute : schema.hash) {
    const KeyClause& clause = *find(condition, attribute.name);
    if (clause.comparator != KeyComparator::eq) {
      return model::invalid("Query key condition not supported");
    }
    bounds.hash.push_back(clause.values.front());
  }
  if (auto bound = bind_range(condition, schema, bounds); !bound) {
    return std::unexpected(std::move(bound.error()));
  }
  return bounds;
}

}  // namespace dynatape::expression
