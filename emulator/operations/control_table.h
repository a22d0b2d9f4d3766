#pragma once

// What the operations on tables themselves share: how they check a table's name.

#include <string_view>

#include "emulator/operations/parameters.h"
#include "emulator/operations/request.h"

namespace dynatape::operations {

/// Missing and short names are told in words of their own, before everything else.
inline constexpr wire::Constraint kControlName = {.pattern = wire::Pattern::name};

[[nodiscard]] model::Outcome<void> check_control_name(const std::optional<TableName>& table_name);

template <class Input>
[[nodiscard]] model::Outcome<void> check_control(const Input& input) {
  if (auto good = check_control_name(input.table_name); !good) return good;
  return check(input);
}

}  // namespace dynatape::operations
