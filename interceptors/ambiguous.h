#pragma once

// The ambiguous call, whose sender cannot know whether it was applied: `lost_request` (it was not),
// `lost_answer` (it was) and `applied_twice` (a copy of it came through as well). To its client the
// first two look alike.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kLostOptions[] = {
    {"ending", "reset, close, or an exception of status 500 and more", "reset",
     "what the client meets instead of its answer"},
    {"delay", "duration", "0ms", "how long the client waits for it"},
};

inline constexpr Option kAppliedTwiceOptions[] = {
    {"answer", "first or second", "first", "which of the two answers the client gets"},
};

[[nodiscard]] std::unique_ptr<const Fault> make_lost_request(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_lost_answer(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_applied_twice(const JsonField& options);

}  // namespace dynatape::interceptors
