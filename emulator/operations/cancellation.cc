#include "emulator/operations/cancellation.h"

#include "emulator/wire/writer.h"

namespace dynatape::operations {

std::string_view short_code(model::ErrorType type) {
  using model::ErrorType;
  switch (type) {
    case ErrorType::conditional_check_failed:
      return "ConditionalCheckFailed";
    case ErrorType::duplicate_item:
      return "DuplicateItem";
    case ErrorType::item_collection_size_limit_exceeded:
      return "ItemCollectionSizeLimitExceeded";
    case ErrorType::resource_not_found:
      return "ResourceNotFound";
    case ErrorType::transaction_conflict:
      return "TransactionConflict";
    case ErrorType::internal_server_error:
      return "InternalServerError";
    default:
      return "ValidationError";
  }
}

CancellationReason reason_of(const model::ServiceError& error) {
  return {std::string(short_code(error.type)), error.message, error.extra};
}

model::ServiceError canceled(const std::vector<CancellationReason>& reasons) {
  std::string codes;
  std::string extra = "\"CancellationReasons\":[";
  for (const CancellationReason& reason : reasons) {
    if (!codes.empty()) {
      codes += ", ";
      extra += ',';
    }
    codes += reason.code;
    extra += "{\"Code\":";
    wire::append_json_string(extra, reason.code);
    if (!reason.extra.empty()) extra.append(",").append(reason.extra);
    if (!reason.message.empty()) {
      extra += ",\"Message\":";
      wire::append_json_string(extra, reason.message);
    }
    extra += '}';
  }
  extra += ']';
  return {model::ErrorType::transaction_canceled,
          "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
              codes + "]",
          std::move(extra)};
}

}  // namespace dynatape::operations
