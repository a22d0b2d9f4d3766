#pragma once

// The road that PutItem, DeleteItem and UpdateItem share: their common checks, their condition, and
// how their answers are put together.

#include <optional>
#include <string>

#include "emulator/expression/ast.h"
#include "emulator/expression/placeholders.h"
#include "emulator/operations/capacity.h"
#include "emulator/operations/legacy_parameters.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"
#include "emulator/storage/table_writer.h"

namespace dynatape::operations {

/// The newer layer judges requests nested up to here; deeper ones still meet the older one
/// (captured 2026 in eu-west-2 and us-east-1: 63 levels do).
inline constexpr int kMaxNewerDepth = 62;

/// PutItem, UpdateItem and DeleteItem.
[[nodiscard]] inline Layer single_write_layer(const Context& context, const SingleWrite& input) {
  return context.is_new() && input.deepest <= kMaxNewerDepth ? Layer::enveloped : Layer::older;
}

/// Constraint violations; under the newer behaviour an empty table name is reported alone.
template <class Input>
[[nodiscard]] model::Outcome<void> check_single_write(const Context& context, const Input& input) {
  if (context.is_new() && input.table_name && input.table_name->sent.empty()) {
    return model::invalid(
        "1 validation error detected: Value at 'TableName' failed to satisfy constraint: Member "
        "must have length greater than or equal to 1");
  }
  return check(input, single_write_layer(context, input) == Layer::enveloped
                          ? wire::Wording::newer
                          : wire::Wording::older);
}

/// ExpressionAttributeNames and -Values of a write, taken out of `input` once it is clear that they
/// stand neither alone nor beside parameters that expressions replaced. `legacy` and `expression`
/// are the write's own parameters besides Expected and ConditionExpression.
[[nodiscard]] model::Outcome<expression::Placeholders> placeholders_of(
    const Context& context, SingleWrite& input, Presence legacy = {"", false},
    Presence expression = {"", false});

/// Their keys and values, which are looked at after the item or key.
[[nodiscard]] model::Outcome<void> check_placeholders(const Context& context,
                                                      const SingleWrite& input,
                                                      const expression::Placeholders& placeholders);

/// The condition of a write, compiled, from its expression or from Expected; nullopt where there is
/// none. Takes Expected out of `input`; the caller checks that all placeholders were used.
[[nodiscard]] model::Outcome<std::optional<expression::Condition>> condition_of(
    const Context& context, SingleWrite& input, expression::Placeholders& placeholders);

/// PutItem and DeleteItem: everything that can be said without the table, in the service's order.
/// `check_values` looks at the item or the key.
template <class Input, class CheckValues>
[[nodiscard]] model::Outcome<std::optional<expression::Condition>> checked_condition(
    const Context& context, Input& input, CheckValues check_values) {
  if (auto good = check_single_write(context, input); !good) return std::unexpected(good.error());
  auto placeholders = placeholders_of(context, input);
  if (!placeholders) return std::unexpected(placeholders.error());
  if (auto good = check_values(context, input); !good) return std::unexpected(good.error());
  if (auto good = check_placeholders(context, input, *placeholders); !good) {
    return std::unexpected(good.error());
  }
  auto condition = condition_of(context, input, *placeholders);
  if (!condition) return condition;
  if (auto good = placeholders->check_all_used(); !good) {
    return std::unexpected(in_layer(good.error(), single_write_layer(context, input)));
  }
  return condition;
}

/// PutItem and DeleteItem have no new image to return.
[[nodiscard]] model::Outcome<void> check_returns_old(const Context& context,
                                                     const SingleWrite& input);

/// ConditionalCheckFailedException unless `record`, which may be nullptr, meets the condition.
[[nodiscard]] model::Outcome<void> meets(const std::optional<expression::Condition>& condition,
                                         const storage::Record* record, const SingleWrite& input);

/// `"Attributes"`, `"ConsumedCapacity"` and `"ItemCollectionMetrics"`, each only if asked for.
/// `attributes` is a JSON object's text, or empty.
[[nodiscard]] std::string write_answer(const SingleWrite& input, const model::Table& table,
                                       const storage::Change& change, std::string_view attributes);

}  // namespace dynatape::operations
