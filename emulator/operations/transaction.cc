#include "emulator/operations/transaction.h"

#include "emulator/wire/writer.h"

namespace dynatape::operations {

CancellationReason validation_reason(const model::ServiceError& error) {
  return {"ValidationError", error.message, {}};
}

model::ServiceError cancelled(std::span<const CancellationReason> reasons) {
  std::string message =
      "Transaction cancelled, please refer cancellation reasons for specific reasons [";
  std::string extra = "\"CancellationReasons\":[";
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i > 0) {
      message += ", ";
      extra += ',';
    }
    message += reasons[i].code;
    wire::ObjectWriter writer(extra);
    writer.string("Code", reasons[i].code);
    if (!reasons[i].item.empty()) writer.name("Item") += reasons[i].item;
    if (!reasons[i].message.empty()) writer.string("Message", reasons[i].message);
  }
  return {model::ErrorType::transaction_canceled, message + ']', extra + ']'};
}

model::ServiceError repeated_item() {
  return {model::ErrorType::validation,
          "Transaction request cannot include multiple operations on one item"};
}

model::ServiceError transaction_too_large() {
  return {model::ErrorType::validation,
          "The aggregate size of the items in the transaction cannot exceed 4 MB"};
}

}  // namespace dynatape::operations
