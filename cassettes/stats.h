#pragma once

// What a tape holds, counted: per operation and table, and as a whole.

#include <iosfwd>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

/// A table for people. Times are those of the recording; lines without them count as 0.
[[nodiscard]] core::Result<void> stats(const std::string& path, std::ostream& out);

}  // namespace dynatape::cassettes
