#pragma once

// The table's name of operations on tables themselves, as the service checks it.

#include <optional>
#include <string>

#include "interceptors/parameters.h"
#include "interceptors/upstream_call.h"

namespace dynatape::interceptors {

/// The plain name of what was given as TableName, where nothing is wrong with any of `parameters`.
/// A missing or short one is told before all constraints.
[[nodiscard]] Attempt<std::string> control_name(const std::optional<std::string>& given,
                                                const Parameters& parameters,
                                                const core::Exchange& exchange);

}  // namespace dynatape::interceptors
