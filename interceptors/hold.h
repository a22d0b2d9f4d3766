#pragma once

// The `hold` interceptor: a write stops between its checks and its effect, and holds its items,
// until it is released: whoever writes them meanwhile meets a real conflict.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kHoldOptions[] = {
    {"for", "duration", "30s", "how long, unless it is released before over the admin API"},
};

/// Reads the value of `"hold":`.
[[nodiscard]] std::unique_ptr<const Fault> make_hold(const JsonField& options);

}  // namespace dynatape::interceptors
