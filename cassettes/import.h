#pragma once

// A tape made of lines, as lines.h describes them. It never writes over a file, and leaves none
// behind where a line is wrong.

#include <cstdint>
#include <iosfwd>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

/// Makes the cassette at `path`; how many recordings it has. `name` is what errors call the lines.
[[nodiscard]] core::Result<std::int64_t> import_lines(std::istream& lines, const std::string& name,
                                                      const std::string& path);

}  // namespace dynatape::cassettes
