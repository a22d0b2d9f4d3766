#pragma once

// How other programs learn that calls are answered, and where.

#include <string>

#include "core/result.h"

namespace dynatape::proxy {

/// Writes `url` and a newline so that no reader ever sees half of it: by rename, or straight into a
/// FIFO or device that is already there. False where a FIFO has no reader yet: try again.
[[nodiscard]] core::Result<bool> write_ready_file(const std::string& path, const std::string& url);

}  // namespace dynatape::proxy
