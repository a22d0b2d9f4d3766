#pragma once

// The request parameters that hold expressions; their errors name them.

#include <string>
#include <string_view>

#include "emulator/model/service_error.h"

namespace dynatape::expression {

enum class Parameter { condition, filter, key_condition, projection, update };

/// "ConditionExpression", as the request and the error texts spell it.
[[nodiscard]] constexpr std::string_view parameter_name(Parameter parameter) {
  switch (parameter) {
    case Parameter::condition:
      return "ConditionExpression";
    case Parameter::filter:
      return "FilterExpression";
    case Parameter::key_condition:
      return "KeyConditionExpression";
    case Parameter::projection:
      return "ProjectionExpression";
    case Parameter::update:
      return "UpdateExpression";
  }
  return "";
}

/// `Invalid ConditionExpression: <detail>`, without the envelope that some operations put around
/// it.
[[nodiscard]] inline model::ServiceError invalid_expression(Parameter parameter,
                                                            std::string_view detail) {
  std::string message = "Invalid ";
  message.append(parameter_name(parameter)).append(": ").append(detail);
  return {model::ErrorType::validation, std::move(message)};
}

}  // namespace dynatape::expression
