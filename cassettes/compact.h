#pragma once

// A smaller cassette that answers the same: without the attempts that a later one of the same call
// replaced, and without the recordings that the user names.

#include <cstdint>
#include <set>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

struct CompactOptions {
  std::set<std::int64_t> drop = {};  ///< recordings to leave out; a call goes with all its attempts
  bool keep_retries = false;
};

struct Compacted {
  std::size_t kept = 0;
  std::size_t attempts_dropped = 0;    ///< because a later one is what the program got to see
  std::size_t recordings_dropped = 0;  ///< because they were named
  std::uintmax_t bytes_before = 0;
  std::uintmax_t bytes_after = 0;
};

/// Writes to `path`, which may be `from`. Recordings are numbered anew.
[[nodiscard]] core::Result<Compacted> compact(const std::string& from,
                                              const CompactOptions& options,
                                              const std::string& path);

}  // namespace dynatape::cassettes
