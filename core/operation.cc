#include "core/operation.h"

#include <algorithm>
#include <iterator>

namespace dynatape::core {

static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

const Operation* find_operation(std::string_view name) {
  const auto* found = std::ranges::lower_bound(kOperations, name, {}, &Operation::name);
  return found != std::end(kOperations) && found->name == name ? found : nullptr;
}

const Operation* operation_of_target(std::string_view target) {
  const auto dot = target.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto* operation = find_operation(target.substr(dot + 1));
  return operation && target.substr(0, dot) == target_prefix(operation->service) ? operation
                                                                                 : nullptr;
}

std::string_view target_prefix(Service service) {
  return service == Service::dynamodb ? "DynamoDB_20120810" : "DynamoDBStreams_20120810";
}

}  // namespace dynatape::core
