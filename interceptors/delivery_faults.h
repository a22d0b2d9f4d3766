#pragma once

// Faults of the way back: `hang`, `reset`, `close`, `truncate`, `dribble`, `bandwidth`. The call
// goes on and is applied; its answer is right, and arrives late, in part or not at all. They only
// describe a delivery: the network layer carries it out.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kHangOptions[] = {
    {"for", "duration", "2m", "how long nothing comes"},
    {"applied", "true or false", "true", "whether the call is passed on before"},
    {"ending", "reset, close or answer", "reset", "what ends the silence"},
};

inline constexpr Option kResetOptions[] = {
    {"at", R"(before, after, a number of bytes, or "50%" of them)", "before",
     "how much of the answer leaves first"},
};

inline constexpr Option kCloseOptions[] = {
    {"at", R"(before, after, a number of bytes, or "50%" of them)", "before",
     "how much of the answer leaves first"},
};

inline constexpr Option kTruncateOptions[] = {
    {"at", R"(a number of bytes, or "50%" of them)", "50%", "how much of the answer leaves"},
    {"ending", "reset, close or hang", "close", "what follows it"},
};

inline constexpr Option kDribbleOptions[] = {
    {"bytes", "1 to 1048576", "1", "how many leave at a time"},
    {"every", "duration", "20ms", "the pause between them"},
};

inline constexpr Option kBandwidthOptions[] = {
    {"bytes_per_second", "1 to 1073741824", "", "how fast the answer leaves"},
};

[[nodiscard]] std::unique_ptr<const Fault> make_hang(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_reset(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_close(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_truncate(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_dribble(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_bandwidth(const JsonField& options);

}  // namespace dynatape::interceptors
