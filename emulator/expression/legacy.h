#pragma once

// The parameters that expressions replaced: Expected, AttributeUpdates, KeyConditions, QueryFilter,
// ScanFilter, ConditionalOperator and AttributesToGet. Checked with their own texts and turned into
// the trees of expressions, so that there is one evaluation.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/expression/ast.h"
#include "emulator/expression/key_condition.h"
#include "emulator/model/attribute_value.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

enum class LegacyOperator {
  eq,
  ne,
  in,
  le,
  lt,
  ge,
  gt,
  between,
  not_null,
  null,
  contains,
  not_contains,
  begins_with,
};
/// "EQ", "NOT_CONTAINS", …
[[nodiscard]] std::string_view legacy_operator_name(LegacyOperator op);
[[nodiscard]] std::optional<LegacyOperator> legacy_operator_named(std::string_view name);

/// One entry of KeyConditions, QueryFilter or ScanFilter.
struct LegacyCondition {
  std::string attribute;
  LegacyOperator op;
  std::vector<model::AttributeValue> values;
};

/// One entry of Expected, with the members it was sent with.
struct ExpectedAttribute {
  std::string attribute;
  std::optional<bool> exists;
  std::optional<model::AttributeValue> value;
  std::optional<LegacyOperator> op;
  std::optional<std::vector<model::AttributeValue>> values;  ///< AttributeValueList
};

enum class UpdateAction { put, add, erase };

/// One entry of AttributeUpdates; PUT where no action is named.
struct AttributeUpdate {
  std::string attribute;
  UpdateAction action = UpdateAction::put;
  std::optional<model::AttributeValue> value;
};

/// AND where there is no ConditionalOperator. One that has fewer than two conditions to join is
/// refused; `conditions` counts Expected or the filter, absent where there is none.
[[nodiscard]] model::Outcome<Connective> conditional_operator(
    std::optional<Connective> given, std::optional<std::size_t> conditions);

/// The checks on one map of conditions, in the order sent.
[[nodiscard]] model::Outcome<void> check(const std::vector<LegacyCondition>& conditions);

/// Conditions joined; they passed check() and are at least one.
[[nodiscard]] Condition legacy_filter(const std::vector<LegacyCondition>& conditions,
                                      Connective connective);
/// Expected, checked and joined; at least one entry.
[[nodiscard]] model::Outcome<Condition> legacy_condition(
    const std::vector<ExpectedAttribute>& expected, Connective connective);
/// KeyConditions that passed check().
[[nodiscard]] KeyCondition legacy_key_condition(const std::vector<LegacyCondition>& conditions);
[[nodiscard]] model::Outcome<Update> legacy_update(const std::vector<AttributeUpdate>& updates);
/// apply() of such an update, whose type errors have a text of their own.
[[nodiscard]] model::Outcome<model::Item> apply_legacy(const Update& update, model::Item item);
[[nodiscard]] model::Outcome<Projection> legacy_projection(
    const std::vector<std::string>& attributes);

}  // namespace dynatape::expression
