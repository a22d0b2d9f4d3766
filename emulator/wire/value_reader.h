#pragma once

// Attribute values out of JSON. A wrong JSON type ends the reading at once
// (SerializationException); a value that DynamoDB would not store is read on past and remembered,
// because the service reports it only after the request's other constraints.

#include <optional>
#include <string>
#include <string_view>

#include "emulator/model/attribute_value.h"
#include "emulator/wire/json.h"

namespace dynatape::wire {

/// How deep a value may stand in a stored item, a scalar at the top being at 1: 31 maps around it.
inline constexpr int kMaxDepth = 32;
inline constexpr std::string_view kTooDeep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
    "beyond supported limit";

/// Where decoding stopped: the message of the SerializationException, empty while all is well.
struct Decoding {
  std::string error;
  /// What is said of the first member that was sent and that the shape does not have.
  std::string refused;

  /// How deep the deepest attribute value stood; a scalar at the top is 1.
  int deepest = 0;

  /// Always false, to be returned.
  bool fail(std::string_view message) {
    error = message;
    return false;
  }
};

/// What is wrong with a value, in the words of the service's two validation layers (see Layer).
/// Empty where nothing is.
struct ValueProblem {
  std::string newer;
  std::string older;
  /// As the older layer reads ExpressionAttributeValues, which may be a level deeper than an item:
  /// only a write of such a value is refused.
  std::string older_in_expression;
  /// The placeholder that older_in_expression was found under.
  std::string under;

  [[nodiscard]] bool any() const { return !newer.empty(); }
};

/// A map of attribute values as sent, and the first thing wrong in it.
struct Values {
  model::Item item;
  ValueProblem problem;
};

/// One attribute value as sent, and what is wrong with it.
struct OneValue {
  model::AttributeValue value = model::Null{};
  ValueProblem problem;
};

[[nodiscard]] bool decode(Decoding& decoding, const Json& json, Values& out);
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, OneValue& out);

}  // namespace dynatape::wire
