#pragma once

// Reads that lag behind writes, as eventually consistent reads may: `stale`, of tables and indexes,
// and `index_lag`, of global indexes alone. Only the upstream knows its past; a consistent read, a
// transaction and a condition never see it.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kStaleOptions[] = {
    {"lag", R"(duration or {"writes": 1 to 1000})", "",
     "how far a read may be behind: by time, or by so many writes to its tables"},
    {"mode", "adversarial or bounded", "adversarial",
     "always as stale as allowed, or by chance between that and fresh"},
};

[[nodiscard]] std::unique_ptr<const Fault> make_stale(const JsonField& options);
[[nodiscard]] std::unique_ptr<const Fault> make_index_lag(const JsonField& options);

}  // namespace dynatape::interceptors
