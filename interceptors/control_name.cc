#include "interceptors/control_name.h"

#include "interceptors/table_name.h"

namespace dynatape::interceptors {

Attempt<std::string> control_name(const std::optional<std::string>& given,
                                  const Parameters& parameters, const core::Exchange& exchange) {
  const auto problem = parameters.problem();
  if (problem && problem->exception == "SerializationException") {
    return refusal(exchange, problem->exception, problem->message);
  }
  if (!given) {
    return refusal(exchange, "ValidationException",
                   "The parameter 'TableName' is required but was not present in the request");
  }
  const std::string name = parse_table_name(*given).name;
  if (name.size() < 3 || name.size() > 255) {
    return refusal(exchange, "ValidationException",
                   "TableName must be at least 3 characters long and at most 255 characters long");
  }
  if (problem) return refusal(exchange, problem->exception, problem->message);
  return name;
}

}  // namespace dynatape::interceptors
