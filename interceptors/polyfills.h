#pragma once

// Answers operations that the upstream lacks. It asks the upstream first: one that has the
// operation answers it itself. It stands right before the upstream, so that cassettes hold its
// answers.

#include <memory>
#include <string_view>

#include "interceptors/polyfill.h"

namespace dynatape::interceptors {

[[nodiscard]] std::shared_ptr<core::Interceptor> make_polyfills(PolyfillContext context);

/// Whether an upstream that says so does not know the operation it was asked for.
[[nodiscard]] bool lacks_operation(const core::Response& response);

}  // namespace dynatape::interceptors
