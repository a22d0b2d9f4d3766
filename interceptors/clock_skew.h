#pragma once

// The `clock_skew` interceptor: the service's clock goes wrong. It dates the answer so, or refuses
// the call's signature for its time.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kClockSkewOptions[] = {
    {"behind", "duration", "", "how far the service's clock is behind ..."},
    {"ahead", "duration", "", "... or ahead of the client's"},
    {"refuses", "true or false", "false",
     "refuses the signature for its time, instead of only dating the answer so"},
};

[[nodiscard]] std::unique_ptr<const Fault> make_clock_skew(const JsonField& options);

}  // namespace dynatape::interceptors
