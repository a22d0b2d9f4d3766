#pragma once

// The `short_page` interceptor: a Query or Scan gets fewer items on a page than it could have, or
// none, and a LastEvaluatedKey to go on from. Whoever follows these keys still meets every item
// once. It works over any upstream, by rewriting Limit.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kShortPageOptions[] = {
    {"items", "0 to 1000000", "", "how many items a page looks at; 0: an empty page"},
};

/// Reads the value of `"short_page":`.
[[nodiscard]] std::unique_ptr<const Fault> make_short_page(const JsonField& options);

}  // namespace dynatape::interceptors
