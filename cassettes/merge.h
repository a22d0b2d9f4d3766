#pragma once

// Two cassettes that grew out of one, made one again, as version control does with text: what only
// one side changed is taken from it, and what both added stands one behind the other.

#include <string>
#include <vector>

#include "core/result.h"

namespace dynatape::cassettes {

struct MergeFiles {
  std::string base;  ///< what both come from; empty, or an empty file, where there is none
  std::string ours;
  std::string theirs;
};

struct Merged {
  std::size_t calls = 0;
  std::size_t from_theirs = 0;         ///< calls that ours did not have
  std::vector<std::string> conflicts;  ///< a line each; empty: the cassette was written
};

/// Makes the cassette at `path`, which may be one of the files, unless there is a conflict: both
/// sides changed one call in different ways, or both added one request with different answers, so
/// that nobody could tell which of them a replay should give.
[[nodiscard]] core::Result<Merged> merge(const MergeFiles& files, const std::string& path);

}  // namespace dynatape::cassettes
