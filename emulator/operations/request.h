#pragma once

// From the parsed body to a checked input: what all operations do first, in the service's order:
// types, then constraints, then values.

#include <string>
#include <string_view>

#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"
#include "emulator/wire/shape.h"

namespace dynatape::operations {

/// What the service says of a JSON body it cannot read into the operation's input.
[[nodiscard]] model::ServiceError decoding_error(const wire::Decoding& decoding);

/// Reads `body`; a wrong type is a SerializationException, a member that the shape does not have
/// a ValidationException that names it.
template <class Input>
[[nodiscard]] model::Outcome<Input> read(const wire::Json& body) {
  wire::Decoding decoding;
  Input input;
  if (!wire::decode(decoding, body, input) || !decoding.refused.empty()) {
    return std::unexpected(decoding_error(decoding));
  }
  if constexpr (requires { input.deepest; }) input.deepest = decoding.deepest;
  return input;
}

/// All constraint violations of `input`, in the order of its shape.
template <class Input>
[[nodiscard]] model::Outcome<void> check(const Input& input,
                                         wire::Wording wording = wire::Wording::older) {
  wire::Violations violations(wording);
  wire::check(violations, input, wire::Path{});
  if (violations.any()) return std::unexpected(violations.error());
  return {};
}

/// The validation layer that an operation's values pass, with its own words and envelope.
enum class Layer {
  enveloped,  ///< the newer texts behind "1 validation error detected: "
  bare,       ///< the newer texts
  older,      ///< the older texts
};

/// GetItem, BatchGetItem and Query.
[[nodiscard]] inline Layer read_layer(const Context& context) {
  return context.is_new() ? Layer::bare : Layer::older;
}

/// Puts the envelope of `layer` around a ValidationException.
[[nodiscard]] model::ServiceError in_layer(model::ServiceError error, Layer layer);

/// The first thing wrong with the values of an item or a key.
[[nodiscard]] model::Outcome<void> check_values(const wire::ValueProblem& problem, Layer layer);
/// The same for ExpressionAttributeValues, which the older layer names around the text.
[[nodiscard]] model::Outcome<void> check_expression_values(const wire::ValueProblem& problem,
                                                           Layer layer);

}  // namespace dynatape::operations
