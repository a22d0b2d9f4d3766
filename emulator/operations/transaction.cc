#include "emulator/operations/transaction.h"

namespace dynatape::operations {

model::ServiceError repeated_item() {
  return {model::ErrorType::validation,
          "Transaction request cannot include multiple operations on one item"};
}

model::ServiceError transaction_too_large() {
  return {model::ErrorType::validation,
          "The aggregate size of the items in the transaction cannot exceed 4 MB"};
}

}  // namespace dynatape::operations
