#pragma once

// Union and difference of values of one set type, and the sum of numbers. Private to updates.

#include <optional>

#include "emulator/model/attribute_value.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

/// All members of both; nullopt unless both are sets of one type.
[[nodiscard]] std::optional<model::AttributeValue> set_union(const model::AttributeValue& left,
                                                             const model::AttributeValue& right);
/// The members of `left` that are not in `right`, perhaps none; nullopt unless both are sets of one
/// type.
[[nodiscard]] std::optional<model::AttributeValue> set_difference(
    const model::AttributeValue& left, const model::AttributeValue& right);
[[nodiscard]] bool is_empty_set(const model::AttributeValue& value);

/// left + right or left - right, or the service's refusal.
[[nodiscard]] model::Outcome<model::AttributeValue> sum(const model::AttributeValue& left,
                                                        const model::AttributeValue& right,
                                                        bool negate_right);

/// "An operand in the update expression has an incorrect data type".
[[nodiscard]] model::ServiceError wrong_data_type();

}  // namespace dynatape::expression
