#pragma once

// Two cassettes compared by what their interactions mean: values that every run makes anew only
// have to correspond, and what no replay looks at is not compared.

#include <iosfwd>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

struct DiffCounts {
  std::size_t same = 0;
  std::size_t added = 0;
  std::size_t removed = 0;
  std::size_t changed = 0;

  [[nodiscard]] std::size_t differences() const { return added + removed + changed; }
  [[nodiscard]] bool differ() const { return differences() > 0; }
  bool operator==(const DiffCounts&) const = default;
};

/// Prints one line per interaction that is only in `a` ("-"), only in `b` ("+"), or in both with
/// other parts ("~", each part on a line behind it).
[[nodiscard]] core::Result<DiffCounts> diff(const std::string& a, const std::string& b,
                                            std::ostream& out);

}  // namespace dynatape::cassettes
