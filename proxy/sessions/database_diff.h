#pragma once

// What two databases differ in: their tables' definitions, and their items by key.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace dynatape::sessions {

struct DatabaseDifference {
  /// One line each: "us-east-1 orders: only in A", "us-east-1 orders {"id":{"S":"a"}}: differs".
  std::vector<std::string> lines;
  std::size_t same_tables = 0;
  std::size_t same_items = 0;
};

/// Of two texts as write_database() makes them; `a` and `b` are what the lines call them.
[[nodiscard]] DatabaseDifference diff_databases(std::string_view text_a, const std::string& a,
                                                std::string_view text_b, const std::string& b);

}  // namespace dynatape::sessions
