#include "emulator/operations/resource_arn.h"

#include <algorithm>

#include "emulator/operations/target_table.h"

namespace dynatape::operations {
namespace {

/// arn:partition:service:region:account:resource
constexpr std::ptrdiff_t kColonsOfArn = 5;

bool is_table_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '.' || c == '-';
         });
}

std::unexpected<model::ServiceError> invalid_arn(std::string_view arn) {
  return model::invalid("Invalid TableArn: Invalid ResourceArn provided as input " +
                        std::string(arn));
}

}  // namespace

model::Outcome<void> check_may_name(const Context& context, std::string_view operation,
                                    const std::optional<std::string>& arn) {
  if (!arn) return model::invalid("Invalid TableArn");
  if (arn->empty()) return std::unexpected(access_denied(context, operation, "*"));
  // Until 2019 what is no ARN at all was denied too; in 2026 it is invalid (Parity Suite).
  if (std::ranges::count(*arn, ':') < kColonsOfArn) return invalid_arn(*arn);
  if (arn->find('/') == std::string::npos) {
    return std::unexpected(access_denied(context, operation, *arn));
  }
  return {};
}

model::Outcome<std::string> table_of_arn(const Context& context, const std::string& arn) {
  const std::string_view name = table_name(arn);
  if (!is_table_name(name) || arn != table_arn(context, name)) return invalid_arn(arn);
  return std::string(name);
}

model::ServiceError arn_not_found(std::string_view arn) {
  return {model::ErrorType::resource_not_found,
          "Requested resource not found: ResourcArn: " + std::string(arn) + " not found"};
}

model::ServiceError access_denied(const Context& context, std::string_view operation,
                                  std::string_view resource) {
  std::string message = "User: arn:aws:iam::000000000000:user/";
  message.append(context.account).append(" is not authorized to perform: dynamodb:");
  message.append(operation).append(" on resource: ").append(resource);
  return {model::ErrorType::access_denied, std::move(message)};
}

}  // namespace dynatape::operations
