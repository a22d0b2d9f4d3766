#include "emulator/expression/key_condition.h"
#include "emulator/expression/resolve.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/query_range.h"
#include "emulator/operations/read_page.h"
#include "emulator/operations/read_plan.h"

namespace dynatape::operations {
namespace {

struct QueryInput : ReadRequest {
  std::optional<wire::Named<Condition>> key_conditions;
  std::optional<wire::Named<Condition>> query_filter;
  std::optional<std::string> key_condition_expression;
  std::optional<bool> scan_index_forward;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::QueryInput> {
  using T = operations::QueryInput;
  static constexpr std::string_view kName = "QueryInput";
  static constexpr auto kMembers =
      std::tuple_cat(operations::kReadMembers,
                     std::tuple{member("Limit", &T::limit), member("QueryFilter", &T::query_filter),
                                member("KeyConditions", &T::key_conditions),
                                member("KeyConditionExpression", &T::key_condition_expression),
                                member("ScanIndexForward", &T::scan_index_forward)});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using model::Outcome;

struct Plan {
  ReadPlan read;
  expression::KeyCondition key;
};

ReadWords words(const Context& context) {
  return {read_layer(context), context.is_new() ? Layer::enveloped : Layer::older};
}

Outcome<void> check_constraints(const Context& context, const QueryInput& input) {
  const auto& connective = input.conditional_operator;
  if (context.is_new() && connective && !kConditionalOperator.contains(*connective)) {
    return model::invalid("Failed to satisfy constraint: Member must satisfy enum value set: " +
                          std::string(kConditionalOperator.nameless));
  }
  wire::Violations violations(wire::Wording::older);
  wire::check(violations, input, wire::Path{});
  if (input.limit && *input.limit < 1) {
    violations.add(
        "Value at 'Limit' failed to satisfy constraint: Member must have value greater than or "
        "equal to 1");
  }
  if (violations.any()) return std::unexpected(violations.error());
  return {};
}

/// KeyConditions goes with the other expressions, just not with its successor.
Outcome<void> check_parameters(const Context& context, const QueryInput& input) {
  if (auto good = check_constraints(context, input); !good) return good;
  return check_no_mix({{"AttributesToGet", input.attributes_to_get.has_value()},
                       {"QueryFilter", input.query_filter.has_value()},
                       {"ConditionalOperator", input.conditional_operator.has_value()},
                       {"KeyConditions", input.key_conditions && input.key_condition_expression}},
                      {{"ProjectionExpression", input.projection_expression.has_value()},
                       {"FilterExpression", input.filter_expression.has_value()},
                       {"KeyConditionExpression", input.key_condition_expression.has_value()}});
}

/// KeyConditions before the table is known.
Outcome<expression::KeyCondition> legacy_key(const wire::Named<Condition>& conditions,
                                             Layer layer) {
  if (auto good = check_values(conditions, layer); !good) return std::unexpected(good.error());
  const auto converted = conditions_of(conditions);
  if (auto good = expression::check(converted); !good) return std::unexpected(good.error());
  constexpr std::size_t kMost = 2;
  if (converted.empty() || converted.size() > kMost) {
    return model::invalid("Conditions can be of length 1 or 2 only");
  }
  return expression::legacy_key_condition(converted);
}

constexpr std::string_view kNoExpressions =
    ": FilterExpression and KeyConditionExpression are null";

/// The checks on parameters by themselves, up to where expressions are read.
Outcome<void> check_apart(const QueryInput& input, const expression::Placeholders& placeholders,
                          ReadWords words) {
  const bool with_values = input.filter_expression || input.key_condition_expression;
  if (auto good =
          placeholders.check_allowed(with_values || input.projection_expression, with_values,
                                     words.values == Layer::older ? kNoExpressions : "");
      !good) {
    return good;
  }
  if (auto good = check_filter(input.query_filter, words.values); !good) return good;
  if (auto good = check_start_key_values(input, words.values); !good) return good;
  if (auto good = check_selection(input, words); !good) return good;
  if (!input.key_conditions && !input.key_condition_expression) {
    return model::invalid(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  if (auto good = placeholders.check_keys(); !good) return good;
  if (!input.values) return {};
  return check_expression_values(input.values->problem, words.values);
}

/// Everything that can be said without the table, in the service's order.
Outcome<Plan> plan(const Context& context, QueryInput& input) {
  if (auto good = check_parameters(context, input); !good) return std::unexpected(good.error());
  const ReadWords said = words(context);
  expression::Placeholders placeholders = take_placeholders(input);
  if (auto good = check_apart(input, placeholders, said); !good) {
    return std::unexpected(good.error());
  }
  std::optional<expression::Condition> condition;
  if (!input.key_conditions) {
    auto compiled = expression::compile_condition(
        *input.key_condition_expression, expression::Parameter::key_condition, placeholders);
    if (!compiled) return std::unexpected(compiled.error());
    condition = std::move(*compiled);
  }
  auto read = plan_read(input, std::move(input.query_filter), placeholders, said);
  if (!read) return std::unexpected(read.error());
  if (auto good = placeholders.check_all_used(); !good) return std::unexpected(good.error());
  auto key = condition ? expression::key_condition(*condition)
                       : legacy_key(*input.key_conditions, said.values);
  if (!key) return std::unexpected(key.error());
  return Plan{std::move(*read), std::move(*key)};
}

/// A filter comes after the key condition, so it may not be on what that is on.
Outcome<void> check_filter_keys(const ReadPlan& plan, const model::KeySchema& key) {
  if (!plan.filter) return {};
  for (const expression::Path* path : expression::paths(*plan.filter)) {
    const std::string& name = path->elements.front().name;
    if (key.find(name) == nullptr) continue;
    return model::invalid(
        std::string(plan.legacy_filter ? "QueryFilter" : "Filter Expression") +
        " can only contain non-primary key attributes: Primary key attribute: " + name);
  }
  return {};
}

}  // namespace

Answer query(const Context& context, const wire::Json& body) {
  auto input = read<QueryInput>(body);
  if (!input) return std::unexpected(input.error());
  const auto planned = plan(context, *input);
  if (!planned) return std::unexpected(planned.error());

  const storage::Snapshot snapshot = context.database.snapshot();
  const auto source = find_source(context, *input, snapshot);
  if (!source) return std::unexpected(source.error());
  const auto walk = query_walk(*input, *source, planned->read, planned->key,
                               input->scan_index_forward.value_or(true));
  if (!walk) return std::unexpected(walk.error());
  if (auto good = check_filter_keys(planned->read, source->key()); !good) {
    return std::unexpected(good.error());
  }
  if (auto good = check_scalar_keys(source->table(), planned->read); !good) {
    return std::unexpected(good.error());
  }
  return read_page(*input, planned->read, *source, *walk);
}

}  // namespace dynatape::operations
