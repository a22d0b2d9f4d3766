#pragma once

// Faults of the way in: `slow_upload`, `cut_upload`, `no_continue`. They act before a call's body
// has been read, and only describe how to read it: the network layer carries that out.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kSlowUploadOptions[] = {
    {"bytes_per_second", "1 to 1073741824", "", "how fast the request's body is read"},
};

inline constexpr Option kCutUploadOptions[] = {
    {"at", R"(a number of bytes, or "50%" of them)", "50%", "how much of the body is read first"},
    {"ending", "reset or close", "reset", "what ends the connection"},
};

[[nodiscard]] std::unique_ptr<const Fault> make_slow_upload(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_cut_upload(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_no_continue(const JsonField& options);

}  // namespace dynatape::interceptors
