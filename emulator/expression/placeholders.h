#pragma once

// ExpressionAttributeNames and ExpressionAttributeValues of one request: the checks on them, and
// which of them its expressions used.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/model/attribute_value.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

/// "#n" to the attribute's name.
using Names = std::vector<std::pair<std::string, std::string>>;
/// ":v" to its value.
using Values = model::Map;

class Placeholders {
 public:
  Placeholders() = default;
  /// Absent where the request has no such parameter, which differs from empty.
  Placeholders(std::optional<Names> names, std::optional<Values> values);

  /// Refuses names or values that no expression of the request could use; `why` ends the text on
  /// values.
  [[nodiscard]] model::Outcome<void> check_allowed(bool names, bool values,
                                                   std::string_view why = {}) const;
  /// The check before any expression is read: that neither map is empty nor too large, and how
  /// keys are spelled.
  [[nodiscard]] model::Outcome<void> check_keys() const;
  /// Both, where any expression may use names and values.
  [[nodiscard]] model::Outcome<void> check(bool has_expressions) const;

  /// What a placeholder stands for, now counted as used; null where it is not defined.
  [[nodiscard]] const std::string* name(std::string_view placeholder);
  [[nodiscard]] const model::AttributeValue* value(std::string_view placeholder);

  /// The check that comes after all expressions are resolved.
  [[nodiscard]] model::Outcome<void> check_all_used() const;

 private:
  std::optional<Names> names_;  // sorted
  std::optional<Values> values_;
  std::vector<bool> names_used_;
  std::vector<bool> values_used_;
};

}  // namespace dynatape::expression
