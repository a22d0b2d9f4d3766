#pragma once

// Members that many operations share, and the sets of values they take as the service prints them.

#include <optional>
#include <string>
#include <tuple>

#include "emulator/operations/target_table.h"
#include "emulator/wire/shape.h"

namespace dynatape::operations {

inline constexpr wire::EnumSet kReturnConsumedCapacity = {"[INDEXES, TOTAL, NONE]"};
inline constexpr wire::EnumSet kReturnItemCollectionMetrics = {"[SIZE, NONE]"};
inline constexpr wire::EnumSet kReturnValues = {
    "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
    "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"};
inline constexpr wire::EnumSet kReturnValuesOnFailure = {"[ALL_OLD, NONE]"};
inline constexpr wire::EnumSet kConditionalOperator = {"[OR, AND]", "[ALL, OR]"};
inline constexpr wire::EnumSet kComparisonOperator = {
    "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"};

/// A table's name on the data plane; how short it may be is said by each operation.
inline constexpr wire::Constraint kTableName = {
    .required = true, .min = 1, .max = 255, .pattern = wire::Pattern::name};

/// One entry of Expected.
struct ExpectedAttributeValue {
  std::optional<wire::OneValue> value;
  std::optional<bool> exists;
  std::optional<std::string> comparison_operator;
  std::optional<std::vector<wire::OneValue>> attribute_value_list;
};

/// One entry of KeyConditions, QueryFilter or ScanFilter.
struct Condition {
  std::optional<std::vector<wire::OneValue>> attribute_value_list;
  std::optional<std::string> comparison_operator;
};

/// What PutItem, DeleteItem and UpdateItem have in common.
struct SingleWrite {
  std::optional<TableName> table_name;
  std::optional<wire::Named<ExpectedAttributeValue>> expected;
  std::optional<std::string> return_values;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> return_item_collection_metrics;
  std::optional<std::string> conditional_operator;
  std::optional<std::string> condition_expression;
  std::optional<wire::Named<std::string>> names;
  std::optional<wire::Values> values;
  std::optional<std::string> return_values_on_failure;
  int deepest = 0;  ///< no member: how deep the request's values are nested
};

/// In the order in which the service lists violations.
inline constexpr auto kSingleWriteMembers = std::tuple{
    wire::member("ReturnConsumedCapacity", &SingleWrite::return_consumed_capacity,
                 {.one_of = kReturnConsumedCapacity}),
    wire::member("ReturnValues", &SingleWrite::return_values, {.one_of = kReturnValues}),
    wire::member("ReturnItemCollectionMetrics", &SingleWrite::return_item_collection_metrics,
                 {.one_of = kReturnItemCollectionMetrics}),
    wire::member("TableName", &SingleWrite::table_name, kTableName),
    wire::member("ConditionalOperator", &SingleWrite::conditional_operator,
                 {.one_of = kConditionalOperator}),
    wire::member("Expected", &SingleWrite::expected),
    wire::member("ConditionExpression", &SingleWrite::condition_expression),
    wire::member("ExpressionAttributeNames", &SingleWrite::names),
    wire::member("ExpressionAttributeValues", &SingleWrite::values),
    wire::member("ReturnValuesOnConditionCheckFailure", &SingleWrite::return_values_on_failure,
                 {.one_of = kReturnValuesOnFailure}),
};

inline constexpr std::array<std::string_view, 0> kAllSupported{};

}  // namespace dynatape::operations

namespace dynatape::wire {

template <>
struct Shape<operations::ExpectedAttributeValue> {
  using T = operations::ExpectedAttributeValue;
  static constexpr std::string_view kName = "ExpectedAttributeValue";
  static constexpr auto kMembers =
      std::tuple{member("Value", &T::value), member("Exists", &T::exists),
                 member("ComparisonOperator", &T::comparison_operator,
                        {.one_of = operations::kComparisonOperator}),
                 member("AttributeValueList", &T::attribute_value_list)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::Condition> {
  using T = operations::Condition;
  static constexpr std::string_view kName = "Condition";
  static constexpr auto kMembers =
      std::tuple{member("AttributeValueList", &T::attribute_value_list),
                 member("ComparisonOperator", &T::comparison_operator,
                        {.required = true, .one_of = operations::kComparisonOperator})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

}  // namespace dynatape::wire
