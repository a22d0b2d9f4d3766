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

/// One entry of AttributeUpdates.
struct AttributeValueUpdate {
  std::optional<wire::OneValue> value;
  std::optional<std::string> action;
};

inline constexpr wire::EnumSet kAttributeAction = {"[ADD, PUT, DELETE]"};

struct Presence {
  std::string_view name;
  bool present;
};

/// `Can not use both expression and non-expression parameters in the same request: …`
[[nodiscard]] model::Outcome<void> check_no_mix(std::initializer_list<Presence> legacy,
                                                std::initializer_list<Presence> expressions);

/// The first thing wrong with a value of Expected, of a map of conditions or of updates, in
/// `layer`.
[[nodiscard]] model::Outcome<void> check_values(const wire::Named<ExpectedAttributeValue>& expected,
                                                Layer layer);
[[nodiscard]] model::Outcome<void> check_values(const wire::Named<Condition>& conditions,
                                                Layer layer);

[[nodiscard]] model::Outcome<void> check_values(const wire::Named<AttributeValueUpdate>& updates,
                                                Layer layer);

[[nodiscard]] std::vector<expression::ExpectedAttribute> expected_of(
    wire::Named<ExpectedAttributeValue> expected);
[[nodiscard]] std::vector<expression::LegacyCondition> conditions_of(
    wire::Named<Condition> conditions);
[[nodiscard]] std::vector<expression::AttributeUpdate> updates_of(
    wire::Named<AttributeValueUpdate> updates);

/// ConditionalOperator as sent.
[[nodiscard]] std::optional<expression::Connective> connective_of(
    const std::optional<std::string>& conditional_operator);

}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::AttributeValueUpdate> {
  using T = operations::AttributeValueUpdate;
  static constexpr std::string_view kName = "AttributeValueUpdate";
  static constexpr auto kMembers =
      std::tuple{member("Value", &T::value),
                 member("Action", &T::action, {.one_of = operations::kAttributeAction})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};
