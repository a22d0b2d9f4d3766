#pragma once

// Expression text to trees. Reports what needs only the text: size, syntax, redundant parentheses,
// functions, reserved words. Placeholders are left for resolve.h.

#include <string_view>

#include "emulator/expression/ast.h"
#include "emulator/expression/parameter.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

/// A ConditionExpression, FilterExpression or KeyConditionExpression; `parameter` says which, for
/// the error texts.
[[nodiscard]] model::Outcome<Condition> parse_condition(std::string_view text, Parameter parameter);
[[nodiscard]] model::Outcome<Projection> parse_projection(std::string_view text);
[[nodiscard]] model::Outcome<Update> parse_update(std::string_view text);

}  // namespace dynatape::expression
