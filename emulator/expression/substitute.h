#pragma once

// Replacing placeholders in paths and operands, and the error texts that all expressions share.
// Private to resolve.

#include <optional>
#include <string>
#include <string_view>

#include "emulator/expression/ast.h"
#include "emulator/expression/placeholders.h"

namespace dynatape::expression {

/// The detail of an error, without "Invalid XExpression: "; empty where all is well.
using Detail = std::string;

[[nodiscard]] Detail substitute(Path& path, Placeholders& placeholders);
/// The operand itself; a call's arguments are its caller's to do.
[[nodiscard]] Detail substitute(Operand& operand, Placeholders& placeholders);

[[nodiscard]] Detail wrong_operand_type(std::string_view operator_or_function,
                                        std::string_view type);
[[nodiscard]] Detail wrong_operand_count(Function function, std::size_t count);
[[nodiscard]] Detail path_required(Function function);

/// The type an operand has whatever the item holds: a value's own, and of some calls' results.
[[nodiscard]] std::optional<model::Type> static_type(const Operand& operand);

}  // namespace dynatape::expression
