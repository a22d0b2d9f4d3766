#include "emulator/operations/claim.h"

namespace dynatape::operations {
namespace {

using model::ErrorType;
using model::Outcome;

constexpr const char* kOngoing = "Transaction is ongoing for the item";

}  // namespace

Outcome<void> claim(const Context& context, std::string_view table, std::string_view row_key) {
  if (is_held(context, table, row_key)) {
    return model::fail(ErrorType::transaction_conflict, kOngoing);
  }
  if (context.claims != nullptr) context.claims->items.emplace_back(table, row_key);
  return {};
}

bool is_held(const Context& context, std::string_view table, std::string_view row_key) {
  return context.database.locks().conflict(context.holder, table, row_key, /*transaction=*/false);
}

CancellationReason conflict_in_transaction(const Context& context, std::string_view table,
                                           std::string_view row_key) {
  if (context.database.locks().conflict(context.holder, table, row_key, /*transaction=*/true)) {
    return {"TransactionConflict", kOngoing, {}};
  }
  return {};
}

CancellationReason claim_in_transaction(const Context& context, std::string_view table,
                                        std::string_view row_key) {
  CancellationReason reason = conflict_in_transaction(context, table, row_key);
  if (reason.is_none() && context.claims != nullptr) {
    context.claims->transaction = true;
    context.claims->items.emplace_back(table, row_key);
  }
  return reason;
}

Outcome<void> claim_token(const Context& context, std::string_view token) {
  if (context.database.locks().token_conflict(context.holder, token)) {
    return model::fail(ErrorType::transaction_in_progress,
                       "The transaction with the given request token is already in progress.");
  }
  if (context.claims != nullptr) context.claims->token = token;
  return {};
}

}  // namespace dynatape::operations
