#pragma once

// ResourceArn as the operations on tags take it: who may name what, and which table it is.

#include <optional>
#include <string>
#include <string_view>

#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"

namespace dynatape::operations {

/// What the service asks before it looks at the other members: that the ARN is there, and names
/// something that `operation` may be about.
[[nodiscard]] model::Outcome<void> check_may_name(const Context& context,
                                                  std::string_view operation,
                                                  const std::optional<std::string>& arn);

/// The table's name in `arn`; what it asks after the other members.
[[nodiscard]] model::Outcome<std::string> table_of_arn(const Context& context,
                                                       const std::string& arn);

/// `Requested resource not found: ResourcArn: …`, misspelt as the service has it.
[[nodiscard]] model::ServiceError arn_not_found(std::string_view arn);

/// AccessDeniedException: the caller may not do this to that resource.
[[nodiscard]] model::ServiceError access_denied(const Context& context, std::string_view operation,
                                                std::string_view resource);

}  // namespace dynatape::operations
