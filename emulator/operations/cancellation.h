#pragma once

// Why a transaction was cancelled: one reason for each of its actions, most of them none.

#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/service_error.h"

namespace dynatape::operations {

/// The short code of an error inside a transaction or batch: "ConditionalCheckFailed".
[[nodiscard]] std::string_view short_code(model::ErrorType type);

struct CancellationReason {
  std::string code = "None";
  std::string message = {};  ///< none has none
  std::string extra = {};    ///< further members as JSON text: `"Item":{…}`

  [[nodiscard]] bool is_none() const { return code == "None"; }
};
[[nodiscard]] CancellationReason reason_of(const model::ServiceError& error);

/// TransactionCanceledException with its CancellationReasons.
[[nodiscard]] model::ServiceError canceled(const std::vector<CancellationReason>& reasons);

}  // namespace dynatape::operations
