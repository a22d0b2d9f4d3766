#pragma once

// The `unprocessed` interceptor: some entries of a batch are not carried out and come back as
// unprocessed, all others are. It works over any upstream, by sending a smaller batch.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kUnprocessedOptions[] = {
    {"count", "1 to 100", "one of the three", "so many entries, chosen by chance"},
    {"fraction", "0 to 1", "one of the three", "each entry with this chance"},
    {"key", R"(an object such as {"id": {"S": "a"}}, or a list of them)", "one of the three",
     "the entries whose key or item has these attributes"},
};

/// Reads the value of `"unprocessed":`.
[[nodiscard]] std::unique_ptr<const Fault> make_unprocessed(const JsonField& options);

}  // namespace dynatape::interceptors
