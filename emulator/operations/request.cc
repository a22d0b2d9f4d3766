#include "emulator/operations/request.h"

namespace dynatape::operations {

using model::ErrorType;
using model::Outcome;
using model::ServiceError;

ServiceError decoding_error(const wire::Decoding& decoding) {
  if (!decoding.error.empty()) return {ErrorType::serialization, decoding.error};
  return {ErrorType::validation, decoding.refused};
}

ServiceError in_layer(ServiceError error, Layer layer) {
  if (layer == Layer::enveloped && error.type == ErrorType::validation) {
    error.message.insert(0, "1 validation error detected: ");
  }
  return error;
}

Outcome<void> check_values(const wire::ValueProblem& problem, Layer layer) {
  if (!problem.any()) return {};
  if (layer == Layer::older) return model::invalid(problem.older);
  return std::unexpected(in_layer({ErrorType::validation, problem.newer}, layer));
}

Outcome<void> check_expression_values(const wire::ValueProblem& problem, Layer layer) {
  if (layer != Layer::older) return check_values(problem, layer);
  if (problem.older_in_expression.empty()) return {};
  return model::invalid("ExpressionAttributeValues contains invalid value: " +
                        problem.older_in_expression + " for key " + problem.under);
}

}  // namespace dynatape::operations
