#include "emulator/expression/resolve.h"
#include "emulator/expression/update.h"
#include "emulator/operations/claim.h"
#include "emulator/operations/collection_metrics.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/item_update.h"
#include "emulator/operations/legacy_parameters.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/single_write.h"

namespace dynatape::operations {
namespace {

struct UpdateItemInput : SingleWrite {
  std::optional<wire::Values> key;
  std::optional<std::string> update_expression;
  std::optional<wire::Named<AttributeValueUpdate>> attribute_updates;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::UpdateItemInput> {
  using T = operations::UpdateItemInput;
  static constexpr std::string_view kName = "UpdateItemInput";
  /// Its own order of violations: the table's name before ReturnValues.
  static constexpr auto kMembers =
      std::tuple{member("ReturnConsumedCapacity", &T::return_consumed_capacity,
                        {.one_of = operations::kReturnConsumedCapacity}),
                 member("TableName", &T::table_name, operations::kTableName),
                 member("ReturnItemCollectionMetrics", &T::return_item_collection_metrics,
                        {.one_of = operations::kReturnItemCollectionMetrics}),
                 member("ReturnValues", &T::return_values, {.one_of = operations::kReturnValues}),
                 member("ConditionalOperator", &T::conditional_operator,
                        {.one_of = operations::kConditionalOperator}),
                 member("Expected", &T::expected),
                 member("ConditionExpression", &T::condition_expression),
                 member("ExpressionAttributeNames", &T::names),
                 member("ExpressionAttributeValues", &T::values),
                 member("ReturnValuesOnConditionCheckFailure", &T::return_values_on_failure,
                        {.one_of = operations::kReturnValuesOnFailure}),
                 member("AttributeUpdates", &T::attribute_updates),
                 member("UpdateExpression", &T::update_expression),
                 member("Key", &T::key, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {
namespace {

using model::Outcome;

/// What a call is to do, compiled.
struct Plan {
  std::optional<ItemUpdate> update;
  std::optional<expression::Condition> condition;
};

/// The newer framework stops at an unknown ReturnValues; without a Key the older one answers.
Outcome<void> check_constraints(const Context& context, const UpdateItemInput& input) {
  if (single_write_layer(context, input) == Layer::older || !input.key) return check(input);
  if (input.return_values && !kReturnValues.contains(*input.return_values)) {
    wire::Violations violations(wire::Wording::newer);
    violations.check(*input.return_values, wire::Constraint{.one_of = kReturnValues},
                     wire::Path{}.member("ReturnValues"));
    return std::unexpected(violations.error());
  }
  return check_single_write(context, input);
}

Outcome<std::optional<ItemUpdate>> update_of(UpdateItemInput& input,
                                             expression::Placeholders& placeholders, Layer layer) {
  if (input.update_expression) {
    auto update = expression::compile_update(*input.update_expression, placeholders);
    if (!update) return std::unexpected(in_layer(update.error(), layer));
    return ItemUpdate{std::move(*update), true};
  }
  if (!input.attribute_updates) return std::nullopt;
  if (auto good = check_values(*input.attribute_updates, layer); !good) {
    return std::unexpected(good.error());
  }
  auto update = expression::legacy_update(updates_of(std::move(*input.attribute_updates)));
  if (!update) return std::unexpected(in_layer(update.error(), layer));
  return ItemUpdate{std::move(*update), false};
}

/// Everything that can be said without the table, in the service's order.
Outcome<Plan> plan(const Context& context, UpdateItemInput& input) {
  if (auto good = check_constraints(context, input); !good) return std::unexpected(good.error());
  const Layer layer = single_write_layer(context, input);
  auto placeholders =
      placeholders_of(context, input, {"AttributeUpdates", input.attribute_updates.has_value()},
                      {"UpdateExpression", input.update_expression.has_value()});
  if (!placeholders) return std::unexpected(placeholders.error());
  if (auto good = check_values(input.key->problem, layer); !good) {
    return std::unexpected(good.error());
  }
  if (auto good = check_placeholders(context, input, *placeholders); !good) {
    return std::unexpected(good.error());
  }
  auto update = update_of(input, *placeholders, layer);
  if (!update) return std::unexpected(update.error());
  auto condition = condition_of(context, input, *placeholders);
  if (!condition) return std::unexpected(condition.error());
  if (auto good = placeholders->check_all_used(); !good) {
    return std::unexpected(in_layer(good.error(), layer));
  }
  return Plan{std::move(*update), std::move(*condition)};
}

/// ReturnValues, as JSON; empty where there is nothing to return.
std::string returned(const UpdateItemInput& input, const Plan& plan, const model::Item& before,
                     const storage::Change& change) {
  const std::string wanted = input.return_values.value_or("NONE");
  std::string json;
  if (wanted == "ALL_OLD" && change.before) wire::append(json, change.before->item());
  if (wanted == "ALL_NEW") wire::append(json, change.after->item());
  if (!plan.update || (wanted != "UPDATED_OLD" && wanted != "UPDATED_NEW")) return json;
  model::Item fragments;
  if (wanted == "UPDATED_NEW") {
    fragments = expression::updated_new(plan.update->update, change.after->item().decode());
  } else if (change.before) {
    fragments = expression::updated_old(plan.update->update, before);
  }
  if (!fragments.empty()) wire::append(json, fragments);
  return json;
}

Answer run(const Context& context, const UpdateItemInput& input, const Plan& plan,
           storage::Transaction& transaction) {
  const auto table = find_table(context, transaction, input.table_name->name());
  if (!table) return std::unexpected(table.error());
  const model::Table& definition = (*table)->definition();
  const auto key = row_key_of_key(definition, input.key->item);
  if (!key) return std::unexpected(key.error());
  if (plan.update) {
    if (auto good = check_keeps_key(*plan.update, definition); !good) {
      return std::unexpected(good.error());
    }
  }
  if (auto free = claim(context, definition.name, *key); !free) {
    return std::unexpected(free.error());
  }

  const storage::Record* record = (*table)->find(*key);
  const model::Item before = record != nullptr ? record->item().decode() : input.key->item;
  // The statement is weighed before the condition is looked at.
  const bool weighed = plan.update && plan.update->by_expression && context.is_new();
  if (weighed && expression::statement_size(plan.update->update, before) > kMaxItemBytes) {
    return model::invalid(std::string(kUpdateTooLarge));
  }
  if (auto met = meets(plan.condition, record, input); !met) return std::unexpected(met.error());
  const auto after = plan.update ? updated(*plan.update, definition, before) : before;
  if (!after) return std::unexpected(after.error());
  const storage::Change change = (*table)->put(*key, *after);
  if (auto good = check_collection(context, change); !good) return std::unexpected(good.error());
  return write_answer(input, definition, change, returned(input, plan, before, change));
}

}  // namespace

Answer update_item(const Context& context, const wire::Json& body) {
  auto input = read<UpdateItemInput>(body);
  if (!input) return std::unexpected(input.error());
  const auto compiled = plan(context, *input);
  if (!compiled) return std::unexpected(compiled.error());
  return context.database.transact([&](storage::Transaction& transaction) {
    return run(context, *input, *compiled, transaction);
  });
}

}  // namespace dynatape::operations
