#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/expression/ast.h"
#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"
#include "emulator/wire/shape.h"

namespace dynatape::operations {

/// The projection of a read that has no other expression, from its expression or from
/// AttributesToGet; nullopt where it has neither. `keys` is what the check of the read's keys said,
/// which comes in between.
[[nodiscard]] model::Outcome<std::optional<expression::Projection>> projection_of(
    const std::optional<std::string>& projection_expression,
    const std::optional<std::vector<std::string>>& attributes_to_get,
    std::optional<wire::Named<std::string>> names, const model::Outcome<void>& keys = {});

/// AttributesToGet as a projection; a name that stands twice is refused.
[[nodiscard]] model::Outcome<expression::Projection> projection_of_attributes(
    const std::vector<std::string>& attributes_to_get);

/// A path may not reach into an attribute that is part of a key, for keys are scalars.
[[nodiscard]] model::Outcome<void> check_key_paths(const expression::Projection& projection,
                                                   const model::Table& table);

}  // namespace dynatape::operations
