#pragma once

// What SQLite's write-ahead log holds of a recording, read from its bytes: SQLite itself takes what
// is whole up to the first damage, and says nothing of what lies behind.

#include <cstddef>
#include <optional>
#include <string>

namespace dynatape::cassettes {

struct LogState {
  std::size_t commits = 0;  ///< transactions that are whole; each holds the calls of one moment
  /// The byte at which the log stops making sense although more was written behind it. A log that
  /// just ends, as a killed process leaves it, is not damaged: what ends within a transaction was
  /// not acknowledged.
  std::optional<std::size_t> damaged_at = {};
  std::size_t lost_commits = 0;  ///< transactions that end behind the damage, as far as one can see

  bool operator==(const LogState&) const = default;
};

/// Of the log at `path`, which nobody writes meanwhile; as of an empty one where there is none.
[[nodiscard]] LogState log_state(const std::string& path);

}  // namespace dynatape::cassettes
