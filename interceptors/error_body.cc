#include "interceptors/error_body.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

constexpr std::string_view kLimits[] = {"ProvisionedThroughputExceeded", "AccountLimitExceeded",
                                        "KeyRangeThroughputExceeded",
                                        "MaxOnDemandThroughputExceeded"};

struct Code {
  std::string_view name;
  std::string_view message;
};

constexpr Code kCodes[] = {
    {"None", ""},
    {"ConditionalCheckFailed", "The conditional request failed"},
    {"ItemCollectionSizeLimitExceeded", "Collection size exceeded."},
    {"TransactionConflict", "Transaction is ongoing for the item"},
    {"ProvisionedThroughputExceeded",
     "The level of configured provisioned throughput for the table was exceeded. Consider "
     "increasing your provisioning level with the UpdateTable API."},
    {"ThrottlingError",
     "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically "
     "scaling your table or index so please try again shortly. If exceptions persist, check if "
     "you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
     "bp-partition-key-design.html"},
    {"ValidationError", "One or more parameter values were invalid"},
    {"AccessDenied", "User is not authorized to perform this operation on the resource"},
    {"DuplicateItem", "Duplicate primary key exists in table"},
};

constexpr auto kCodeNames = [] {
  std::array<std::string_view, std::size(kCodes)> names{};
  std::ranges::transform(kCodes, names.begin(), &Code::name);
  return names;
}();

std::string in_quotes(std::string_view text) { return core::dumped(json(text)); }

/// `"name":"value"`.
std::string member(std::string_view name, std::string_view value) {
  return in_quotes(name) + ":" + in_quotes(value);
}

std::string table_arn(const std::string& table, const core::Identity& identity) {
  const TableName name = parse_table_name(table);
  if (!name.arn.empty()) return name.arn;
  const std::string region = identity.region.empty() ? "us-east-1" : identity.region;
  return "arn:aws:dynamodb:" + region + ":000000000000:table/" + name.name;
}

/// The limit that the service's own message for the exception is about.
std::string_view usual_limit(const ExceptionRow& exception) {
  if (exception.name == "RequestLimitExceeded") return "AccountLimitExceeded";
  if (exception.name == "ThrottlingException") return "KeyRangeThroughputExceeded";
  return "ProvisionedThroughputExceeded";
}

/// `{"reason":"TableReadKeyRangeThroughputExceeded","resource":"arn:…"}`
std::string reason_object(std::string_view limit, const std::string& access,
                          const std::string& table, const std::string& index,
                          const core::Identity& identity) {
  std::string resource = table_arn(table, identity);
  if (!index.empty()) resource += "/index/" + index;
  const std::string reason = (index.empty() ? "Table" : "Index") + access + std::string(limit);
  return "{" + member("reason", reason) + "," + member("resource", resource) + "}";
}

/// One reason for each table the call names; "" for calls that touch no items, or name no table.
std::string usual_reasons(const ErrorShape& shape, const core::Call& call) {
  const core::Operation* operation = call.operation();
  const bool items = operation &&
                     (operation->kind == core::OperationKind::read ||
                      operation->kind == core::OperationKind::write) &&
                     operation->service == core::Service::dynamodb;
  if (!items || call.tables().empty()) return {};

  const ThrottlingReason& wanted = shape.reason;
  std::string access = wanted.access;
  if (access.empty()) access = operation->kind == core::OperationKind::read ? "Read" : "Write";
  std::string index = wanted.index;
  if (index.empty() && !wanted.table_only) index = core::text_of(call.params(), "IndexName");
  const std::string_view limit =
      wanted.limit.empty() ? usual_limit(*shape.exception) : std::string_view(wanted.limit);

  std::string list;
  for (const std::string& table : call.tables()) {
    if (!list.empty()) list += ",";
    list += reason_object(limit, access, table, index, call.identity());
  }
  return list;
}

std::string throttling_reasons(const ErrorShape& shape, const core::Call& call) {
  std::string list;
  for (const ThrottlingReason& one : shape.reasons) {
    if (!list.empty()) list += ",";
    list += reason_object(one.limit, one.access, one.table, one.index, call.identity());
  }
  if (list.empty()) list = usual_reasons(shape, call);
  if (list.empty()) return {};
  const bool lower = shape.exception->detail == Detail::throttling_reasons_lower;
  return (lower ? R"("throttlingReasons":[)" : R"("ThrottlingReasons":[)") + list + "]";
}

std::size_t transaction_size(const core::Call& call) {
  for (const char* name : {"TransactItems", "TransactStatements"}) {
    if (const json* items = core::member(call.params(), name); items && items->is_array()) {
      return items->size();
    }
  }
  return 0;
}

/// Whether the action at `place` asked for the item where its condition fails.
bool asks_for_item(const core::Call& call, std::size_t place) {
  const json* const actions = core::member(call.params(), "TransactItems");
  if (!actions || !actions->at(place).is_object()) return false;
  return std::ranges::any_of(actions->at(place), [](const json& action) {
    return core::text_of(action, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  });
}

/// As the service writes it: type, reasons, message.
std::expected<std::string, std::string_view> canceled_body(const ErrorShape& shape,
                                                           const core::Call& call) {
  const std::size_t size = transaction_size(call);
  if (size == 0) return std::unexpected("the call is no transaction");
  if (shape.cancellations.size() > size) {
    return std::unexpected("the rule gives more cancellation reasons than the call has items");
  }
  std::vector<CancellationReason> reasons = shape.cancellations;
  if (reasons.empty()) {
    reasons.push_back(
        {"TransactionConflict", std::string(cancellation_message("TransactionConflict"))});
  }
  reasons.resize(size);
  std::string list;
  std::string codes;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const CancellationReason& reason = reasons[i];
    if (!list.empty()) {
      list += ",";
      codes += ", ";
    }
    list += "{" + member("Code", reason.code);
    if (!reason.item.empty() && asks_for_item(call, i)) list += ",\"Item\":" + reason.item;
    if (!reason.message.empty()) list += "," + member("Message", reason.message);
    list += "}";
    codes += reason.code;
  }
  const std::string message = shape.message.value_or(
      "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes +
      "]");
  return "{" + member("__type", shape.exception->wire_type()) + R"(,"CancellationReasons":[)" +
         list + "]," + member(shape.exception->message_member, message) + "}";
}

}  // namespace

std::span<const std::string_view> throttling_limits() { return kLimits; }
std::span<const std::string_view> cancellation_codes() { return kCodeNames; }

std::string_view cancellation_message(std::string_view code) {
  const auto found = std::ranges::find(kCodes, code, &Code::name);
  return found == std::end(kCodes) ? "" : found->message;
}

std::expected<std::string, std::string_view> error_body(const ErrorShape& shape,
                                                        const core::Call& call) {
  const ExceptionRow& exception = *shape.exception;
  if (exception.detail == Detail::cancellation_reasons) return canceled_body(shape, call);
  std::string body = "{" + member("__type", exception.wire_type());
  const std::string message = shape.message.value_or(std::string(exception.message));
  if (!message.empty()) body += "," + member(exception.message_member, message);
  if (exception.detail != Detail::none) {
    if (const std::string reasons = throttling_reasons(shape, call); !reasons.empty()) {
      body += "," + reasons;
    }
  }
  return body + "}";
}

std::expected<core::Reply, std::string_view> error_reply(const ErrorShape& shape,
                                                         const core::Call& call) {
  auto body = error_body(shape, call);
  if (!body) return std::unexpected(body.error());
  core::Response response{
      shape.exception->status, {{"Content-Type", "application/x-amz-json-1.0"}}, *std::move(body)};
  return core::Reply{std::move(response), core::Source::fault, {}};
}

core::Reply error_reply(const ExceptionRow& exception, const core::Call& call,
                        std::optional<std::string> message) {
  ErrorShape shape;
  shape.exception = &exception;
  shape.message = std::move(message);
  return error_reply(shape, call).value_or(core::Reply{});
}

}  // namespace dynatape::interceptors
