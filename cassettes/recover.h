#pragma once

// Puts a cassette in order whose recorder was killed or whose log is damaged: what is whole stays,
// in one file. It says what is lost, and keeps a damaged log beside the cassette.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

struct Recovered {
  std::int64_t recordings = 0;   ///< that are whole
  std::size_t lost_commits = 0;  ///< that could be seen behind the damage
  std::string damaged_log = {};  ///< where a copy of it is; "" where it was not damaged
};

[[nodiscard]] core::Result<Recovered> recover(const std::string& path);

/// As a clean end of its recorder would have left it; fails where the log is damaged.
[[nodiscard]] core::Result<void> put_in_order(const std::string& path);

}  // namespace dynatape::cassettes
