#pragma once

// The parameters that expressions replaced, from how they are sent to how the expression library
// takes them, and the rule that the two kinds do not mix.

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/expression/legacy.h"
#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"

namespace dynatape::operations {

struct Presence {
  std::string_view name;
  bool present;
};

/// `Can not use both expression and non-expression parameters in the same request: …`
[[nodiscard]] model::Outcome<void> check_no_mix(std::initializer_list<Presence> legacy,
                                                std::initializer_list<Presence> expressions);

/// The first thing wrong with a value of Expected or of a map of conditions, in `layer`.
[[nodiscard]] model::Outcome<void> check_values(const wire::Named<ExpectedAttributeValue>& expected,
                                                Layer layer);
[[nodiscard]] model::Outcome<void> check_values(const wire::Named<Condition>& conditions,
                                                Layer layer);

[[nodiscard]] std::vector<expression::ExpectedAttribute> expected_of(
    wire::Named<ExpectedAttributeValue> expected);
[[nodiscard]] std::vector<expression::LegacyCondition> conditions_of(
    wire::Named<Condition> conditions);

/// ConditionalOperator as sent.
[[nodiscard]] std::optional<expression::Connective> connective_of(
    const std::optional<std::string>& conditional_operator);

}  // namespace dynatape::operations
