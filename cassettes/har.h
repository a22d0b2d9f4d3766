#pragma once

// A tape as an HTTP Archive (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/), which
// browsers' developer tools and HTTP debuggers read.

#include <iosfwd>
#include <string>

#include "core/result.h"

namespace dynatape::cassettes {

/// One JSON document; `version` is this program's.
[[nodiscard]] core::Result<void> export_har(const std::string& path, const std::string& version,
                                            std::ostream& out);

}  // namespace dynatape::cassettes
