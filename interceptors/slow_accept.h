#pragma once

// The `slow_accept` interceptor: a connection is there, and nobody reads it for a while. It acts on
// connections and knows nothing of the calls on them.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kSlowAcceptOptions[] = {
    {"for", "duration", "", R"(how long nothing is read; "slow_accept": "3s" says the same)"},
};

[[nodiscard]] std::unique_ptr<const Fault> make_slow_accept(const JsonField& options);

}  // namespace dynatape::interceptors
