#include "emulator/expression/set_arithmetic.h"

#include <algorithm>
#include <iterator>

namespace dynatape::expression {

namespace {

using model::AttributeValue;

/// Calls `combine(left members, right members, out)` on two sets of one type.
template <class Set>
std::optional<AttributeValue> combine_as(const AttributeValue& left, const AttributeValue& right,
                                         auto combine) {
  const auto* one = left.get<Set>();
  const auto* two = right.get<Set>();
  if (one == nullptr || two == nullptr) return std::nullopt;
  Set result;
  combine(one->members, two->members, std::back_inserter(result.members));
  return result;
}

std::optional<AttributeValue> combine_sets(const AttributeValue& left, const AttributeValue& right,
                                           auto combine) {
  if (auto result = combine_as<model::StringSet>(left, right, combine)) return result;
  if (auto result = combine_as<model::NumberSet>(left, right, combine)) return result;
  return combine_as<model::BinarySet>(left, right, combine);
}

}  // namespace

std::optional<AttributeValue> set_union(const AttributeValue& left, const AttributeValue& right) {
  return combine_sets(left, right, std::ranges::set_union);
}

std::optional<AttributeValue> set_difference(const AttributeValue& left,
                                             const AttributeValue& right) {
  return combine_sets(left, right, std::ranges::set_difference);
}

bool is_empty_set(const AttributeValue& value) {
  const auto* strings = value.get<model::StringSet>();
  const auto* numbers = value.get<model::NumberSet>();
  const auto* binaries = value.get<model::BinarySet>();
  return (strings != nullptr && strings->members.empty()) ||
         (numbers != nullptr && numbers->members.empty()) ||
         (binaries != nullptr && binaries->members.empty());
}

model::Outcome<AttributeValue> sum(const AttributeValue& left, const AttributeValue& right,
                                   bool negate_right) {
  const auto* one = left.get<model::Number>();
  const auto* two = right.get<model::Number>();
  if (one == nullptr || two == nullptr) return std::unexpected(wrong_data_type());
  const auto result = negate_right ? one->minus(*two) : one->plus(*two);
  if (result) return *result;
  if (result.error() == model::NumberError::underflow) {
    return model::invalid(
        "Number underflow. Attempting to store a number with magnitude smaller than supported "
        "range");
  }
  // Too many digits is called an overflow, too: 1e50 + 1.
  return model::invalid(
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

model::ServiceError wrong_data_type() {
  return {model::ErrorType::validation,
          "An operand in the update expression has an incorrect data type"};
}

}  // namespace dynatape::expression
