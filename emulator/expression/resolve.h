#pragma once

// Puts names and values in the place of placeholders, and reports what can be told without an item:
// undefined placeholders, operand counts and types, overlapping paths.

#include "emulator/expression/ast.h"
#include "emulator/expression/parameter.h"
#include "emulator/expression/placeholders.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

/// Substitutes in place and stops at the first error in the order written; a tree whose resolving
/// failed is of no further use.
[[nodiscard]] model::Outcome<void> resolve(Condition& condition, Parameter parameter,
                                           Placeholders& placeholders);
[[nodiscard]] model::Outcome<void> resolve(Projection& projection, Placeholders& placeholders);
[[nodiscard]] model::Outcome<void> resolve(Update& update, Placeholders& placeholders);

/// Parse and resolve in one.
[[nodiscard]] model::Outcome<Condition> compile_condition(std::string_view text,
                                                          Parameter parameter,
                                                          Placeholders& placeholders);
[[nodiscard]] model::Outcome<Projection> compile_projection(std::string_view text,
                                                            Placeholders& placeholders);
[[nodiscard]] model::Outcome<Update> compile_update(std::string_view text,
                                                    Placeholders& placeholders);

}  // namespace dynatape::expression
