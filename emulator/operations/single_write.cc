#include "emulator/operations/single_write.h"

#include "emulator/expression/condition.h"
#include "emulator/expression/resolve.h"
#include "emulator/operations/collection_metrics.h"
#include "emulator/operations/item_key.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

}  // namespace

Outcome<expression::Placeholders> placeholders_of(const Context& context, SingleWrite& input,
                                                  Presence legacy, Presence expression) {
  const Layer layer = single_write_layer(context, input);
  const auto enveloped = [&](model::ServiceError error) {
    return std::unexpected(in_layer(std::move(error), layer));
  };
  const auto no_mix =
      check_no_mix({legacy,
                    {"ConditionalOperator", input.conditional_operator.has_value()},
                    {"Expected", input.expected.has_value()}},
                   {expression, {"ConditionExpression", input.condition_expression.has_value()}});
  if (!no_mix) return enveloped(no_mix.error());

  std::optional<model::Map> values;
  if (input.values) values = std::move(input.values->item);
  expression::Placeholders placeholders(std::move(input.names), std::move(values));
  const bool has_expressions = expression.present || input.condition_expression.has_value();
  std::string why;  // said until 2026
  if (layer == Layer::older && expression.name.empty()) why = ": ConditionExpression is null";
  if (layer == Layer::older && !expression.name.empty()) {
    why.append(": ").append(expression.name).append(" and ConditionExpression are null");
  }
  if (auto good = placeholders.check_allowed(has_expressions, has_expressions, why); !good) {
    return enveloped(good.error());
  }
  return placeholders;
}

Outcome<void> check_placeholders(const Context& context, const SingleWrite& input,
                                 const expression::Placeholders& placeholders) {
  const Layer layer = single_write_layer(context, input);
  if (auto good = placeholders.check_keys(); !good) {
    return std::unexpected(in_layer(good.error(), layer));
  }
  if (!input.values) return {};
  return check_expression_values(input.values->problem, layer);
}

Outcome<std::optional<expression::Condition>> condition_of(const Context& context,
                                                           SingleWrite& input,
                                                           expression::Placeholders& placeholders) {
  const Layer layer = single_write_layer(context, input);
  const auto enveloped = [&](model::ServiceError error) {
    return std::unexpected(in_layer(std::move(error), layer));
  };
  if (input.condition_expression) {
    auto condition = expression::compile_condition(*input.condition_expression,
                                                   expression::Parameter::condition, placeholders);
    if (!condition) return enveloped(condition.error());
    return std::move(*condition);
  }
  std::optional<std::size_t> count;
  if (input.expected) {
    count = input.expected->size();
    if (auto good = check_values(*input.expected, layer); !good) {
      return std::unexpected(good.error());
    }
  }
  const auto connective =
      expression::conditional_operator(connective_of(input.conditional_operator), count);
  if (!connective) return enveloped(connective.error());
  if (count.value_or(0) == 0) return std::nullopt;
  auto condition =
      expression::legacy_condition(expected_of(std::move(*input.expected)), *connective);
  if (!condition) return enveloped(condition.error());
  return std::move(*condition);
}

model::Outcome<void> check_returns_old(const Context& context, const SingleWrite& input) {
  const bool possible =
      !input.return_values || *input.return_values == "NONE" || *input.return_values == "ALL_OLD";
  if (possible) return {};
  return std::unexpected(
      in_layer({model::ErrorType::validation, "ReturnValues can only be ALL_OLD or NONE"},
               single_write_layer(context, input)));
}

Outcome<void> meets(const std::optional<expression::Condition>& condition,
                    const storage::Record* record, const SingleWrite& input) {
  if (!condition) return {};
  const bool met = record != nullptr ? expression::evaluate(*condition, record->item())
                                     : expression::evaluate(*condition, model::Item{});
  if (met) return {};
  std::string extra;
  if (record != nullptr && input.return_values_on_failure == "ALL_OLD") {
    extra = "\"Item\":";
    wire::append(extra, record->item());
  }
  return model::fail(model::ErrorType::conditional_check_failed, "The conditional request failed",
                     std::move(extra));
}

std::string write_answer(const SingleWrite& input, const model::Table& table,
                         const storage::Change& change, std::string_view attributes) {
  std::string body;
  {
    wire::ObjectWriter writer(body);
    if (!attributes.empty()) writer.name("Attributes") += attributes;
    const Detail asked = detail(input.return_consumed_capacity);
    if (asked != Detail::none) {
      append_consumed(writer, consumed_by(change, table), table.name, asked);
    }
    const bool metrics = input.return_item_collection_metrics == "SIZE" && table.has_local_index();
    if (metrics && (change.after || change.before)) {
      append_collection_metrics(writer.name("ItemCollectionMetrics"), table, change);
    }
  }
  return body;
}

}  // namespace dynatape::operations
