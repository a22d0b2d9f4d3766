#include "interceptors/throttle_answer.h"

#include <algorithm>

#include "interceptors/error_body.h"

namespace dynatape::interceptors {
namespace {

// As the service's model and developer guide quote them.
constexpr std::string_view kIndex =
    "The level of configured provisioned throughput for one or more global secondary indexes of "
    "the table was exceeded. Consider increasing your provisioning level for the "
    "under-provisioned global secondary indexes with the UpdateTable API.";
constexpr std::string_view kIndexScaling =
    "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB "
    "is automatically scaling your index so please try again shortly.";
constexpr std::string_view kMaximum =
    "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
constexpr std::string_view kAccount =
    "Throughput exceeds the current throughput limit for your account. Please contact AWS Support "
    "at https://aws.amazon.com/support to request a limit increase";

std::string_view limit_name(Limit limit) {
  switch (limit) {
    case Limit::provisioned:
      return "ProvisionedThroughputExceeded";
    case Limit::maximum:
      return "MaxOnDemandThroughputExceeded";
    case Limit::growth:
    case Limit::partition:
      return "KeyRangeThroughputExceeded";
    case Limit::account:
      return "AccountLimitExceeded";
  }
  return "";
}

ThrottlingReason reason_of(const Exceeded& exceeded) {
  ThrottlingReason reason;
  reason.limit = limit_name(exceeded.limit);
  reason.access = exceeded.access == Access::read ? "Read" : "Write";
  reason.table = exceeded.resource.table;
  reason.index = exceeded.resource.index;
  return reason;
}

std::vector<CancellationReason> cancellations(std::span<const std::optional<Exceeded>> parts) {
  std::vector<CancellationReason> reasons;
  for (const auto& exceeded : parts) {
    reasons.emplace_back();
    if (!exceeded) continue;
    const ThrottleWords words = words_for(*exceeded);
    reasons.back() = {std::string(words.code), std::string(words.message)};
  }
  return reasons;
}

bool is_transaction(const core::Call& call) {
  return call.name().starts_with("Transact") || call.name() == "ExecuteTransaction";
}

}  // namespace

ThrottleWords words_for(const Exceeded& exceeded) {
  constexpr std::string_view kProvisioned = "ProvisionedThroughputExceededException";
  constexpr std::string_view kThrottling = "ThrottlingException";
  const bool index = !exceeded.resource.index.empty();
  if (exceeded.limit == Limit::account) {
    return {"RequestLimitExceeded", "RequestLimitExceeded", kAccount};
  }
  if (exceeded.limit == Limit::maximum) return {kThrottling, "ThrottlingError", kMaximum};
  if (exceeded.limit == Limit::growth || exceeded.on_demand) {
    return {kThrottling, "ThrottlingError",
            index ? kIndexScaling : cancellation_message("ThrottlingError")};
  }
  return {kProvisioned, "ProvisionedThroughputExceeded",
          index ? kIndex : cancellation_message("ProvisionedThroughputExceeded")};
}

core::Reply throttle_answer(const core::Call& call,
                            std::span<const std::optional<Exceeded>> parts) {
  const auto first = std::ranges::find_if(parts, [](const auto& one) { return one.has_value(); });
  const ThrottleWords words = words_for(**first);
  ErrorShape shape;
  // No reason of a transaction tells of the account.
  const bool cancels = is_transaction(call) && (*first)->limit != Limit::account;
  if (cancels) {
    shape.exception = find_exception("TransactionCanceledException");
    shape.cancellations = cancellations(parts);
  } else {
    shape.exception = find_exception(words.exception);
    shape.message = words.message;
  }
  for (const auto& exceeded : parts) {
    if (!exceeded || exceeded->resource.table.empty()) continue;
    ThrottlingReason reason = reason_of(*exceeded);
    if (std::ranges::find(shape.reasons, reason) == shape.reasons.end()) {
      shape.reasons.push_back(std::move(reason));
    }
  }
  // Where it is the account, each table that the call names has exceeded it.
  shape.reason.limit = limit_name((*first)->limit);
  shape.reason.table_only = true;
  return error_reply(shape, call).value_or(core::Reply{});
}

}  // namespace dynatape::interceptors
