#pragma once

// A BatchExecuteStatement taken apart: the request for some of its statements alone, and the answer
// to all of them, with an error of its own for each of the others. Functions from JSON to JSON.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/call.h"
#include "interceptors/batch.h"
#include "interceptors/meters.h"

namespace dynatape::interceptors {

/// The request's body without the statements left out.
[[nodiscard]] std::string without_statements(const core::Call& call, const LeftOut& left_out);

/// `answer`, to the statements of `parts` that have exceeded nothing, as one to all of them. Empty
/// where it does not answer as many.
[[nodiscard]] std::string with_statement_errors(std::string_view answer,
                                                std::span<const std::optional<Exceeded>> parts);

}  // namespace dynatape::interceptors
