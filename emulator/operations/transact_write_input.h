#pragma once

// The input of TransactWriteItems: four kinds of action that differ in what they must have.

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "emulator/operations/parameters.h"
#include "emulator/operations/transaction.h"

namespace dynatape::operations {

/// What the actions have in common; each kind uses its part.
struct TransactAction {
  std::optional<TableName> table_name;
  std::optional<wire::Values> item;  ///< Put
  std::optional<wire::Values> key;   ///< the others
  std::optional<std::string> update_expression;
  std::optional<std::string> condition_expression;
  std::optional<wire::Named<std::string>> names;
  std::optional<wire::Values> values;
  std::optional<std::string> return_values_on_failure;
};

struct ConditionCheck : TransactAction {};
struct Put : TransactAction {};
struct Delete : TransactAction {};
struct Update : TransactAction {};

struct TransactWriteItem {
  std::optional<ConditionCheck> condition_check;
  std::optional<Put> put;
  std::optional<Delete> erase;
  std::optional<Update> update;
};

struct TransactWriteItemsInput {
  std::optional<std::string> client_request_token;
  std::optional<std::vector<TransactWriteItem>> transact_items;
  std::optional<std::string> return_consumed_capacity;
  std::optional<std::string> return_item_collection_metrics;
};

inline constexpr auto kTransactActionMembers = std::tuple{
    wire::member("TableName", &TransactAction::table_name, kTableName),
    wire::member("ExpressionAttributeNames", &TransactAction::names),
    wire::member("ExpressionAttributeValues", &TransactAction::values),
    wire::member("ReturnValuesOnConditionCheckFailure", &TransactAction::return_values_on_failure,
                 {.one_of = kReturnValuesOnFailure}),
};

}  // namespace dynatape::operations

namespace dynatape::wire {

template <>
struct Shape<operations::ConditionCheck> {
  using T = operations::TransactAction;
  static constexpr std::string_view kName = "ConditionCheck";
  static constexpr auto kMembers = std::tuple_cat(
      operations::kTransactActionMembers,
      std::tuple{member("Key", &T::key, {.required = true}),
                 member("ConditionExpression", &T::condition_expression, {.required = true})});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::Put> {
  using T = operations::TransactAction;
  static constexpr std::string_view kName = "Put";
  static constexpr auto kMembers =
      std::tuple_cat(operations::kTransactActionMembers,
                     std::tuple{member("Item", &T::item, {.required = true}),
                                member("ConditionExpression", &T::condition_expression)});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::Delete> {
  using T = operations::TransactAction;
  static constexpr std::string_view kName = "Delete";
  static constexpr auto kMembers =
      std::tuple_cat(operations::kTransactActionMembers,
                     std::tuple{member("Key", &T::key, {.required = true}),
                                member("ConditionExpression", &T::condition_expression)});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::Update> {
  using T = operations::TransactAction;
  static constexpr std::string_view kName = "Update";
  static constexpr auto kMembers = std::tuple_cat(
      operations::kTransactActionMembers,
      std::tuple{member("Key", &T::key, {.required = true}),
                 member("UpdateExpression", &T::update_expression, {.required = true}),
                 member("ConditionExpression", &T::condition_expression)});
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::TransactWriteItem> {
  using T = operations::TransactWriteItem;
  static constexpr std::string_view kName = "TransactWriteItem";
  static constexpr auto kMembers =
      std::tuple{member("ConditionCheck", &T::condition_check), member("Put", &T::put),
                 member("Delete", &T::erase), member("Update", &T::update)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::TransactWriteItemsInput> {
  using T = operations::TransactWriteItemsInput;
  static constexpr std::string_view kName = "TransactWriteItemsInput";
  static constexpr auto kMembers = std::tuple{
      member("ClientRequestToken", &T::client_request_token, {.min = 1, .max = 36}),
      member("TransactItems", &T::transact_items,
             {.required = true, .min = 1, .max = std::int64_t{operations::kMaxTransactionActions}}),
      member("ReturnConsumedCapacity", &T::return_consumed_capacity,
             {.one_of = operations::kReturnConsumedCapacity}),
      member("ReturnItemCollectionMetrics", &T::return_item_collection_metrics,
             {.one_of = operations::kReturnItemCollectionMetrics})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

}  // namespace dynatape::wire
