#pragma once

// The members that Query and Scan share.

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "emulator/operations/legacy_parameters.h"
#include "emulator/operations/parameters.h"

namespace dynatape::operations {

struct ReadRequest {
  std::optional<TableName> table_name;
  std::optional<std::string> index_name;
  std::optional<std::string> select;
  std::optional<std::vector<std::string>> attributes_to_get;
  std::optional<std::int32_t> limit;
  std::optional<bool> consistent_read;
  std::optional<std::string> conditional_operator;
  std::optional<wire::Values> exclusive_start_key;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> projection_expression;
  std::optional<std::string> filter_expression;
  std::optional<wire::Named<std::string>> names;
  std::optional<wire::Values> values;
};

inline constexpr wire::EnumSet kSelect = {
    "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"};
inline constexpr wire::Constraint kIndexName = {
    .min = 3, .max = 255, .pattern = wire::Pattern::name};

/// Limit is not among them: Query and Scan word its violation differently.
inline constexpr auto kReadMembers = std::tuple{
    wire::member("Select", &ReadRequest::select, {.one_of = kSelect}),
    wire::member("IndexName", &ReadRequest::index_name, kIndexName),
    wire::member("TableName", &ReadRequest::table_name, kTableName),
    wire::member("ReturnConsumedCapacity", &ReadRequest::return_consumed_capacity,
                 {.one_of = kReturnConsumedCapacity}),
    wire::member("ConditionalOperator", &ReadRequest::conditional_operator,
                 {.one_of = kConditionalOperator}),
    wire::member("ConsistentRead", &ReadRequest::consistent_read),
    wire::member("ExclusiveStartKey", &ReadRequest::exclusive_start_key),
    wire::member("ProjectionExpression", &ReadRequest::projection_expression),
    wire::member("FilterExpression", &ReadRequest::filter_expression),
    wire::member("ExpressionAttributeNames", &ReadRequest::names),
    wire::member("ExpressionAttributeValues", &ReadRequest::values),
    // The one left out where a Scan violates eleven constraints and ten are listed.
    wire::member("AttributesToGet", &ReadRequest::attributes_to_get, {.min = 1}),
};

}  // namespace dynatape::operations
