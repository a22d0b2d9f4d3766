#pragma once

// A tape for people and for version control: a list, one recording in full, or everything as JSON,
// one line per recording. Reads only; what is printed is what is stored, secrets already replaced.

#include <cstdint>
#include <iosfwd>
#include <string>

#include "cassettes/lines.h"
#include "core/result.h"

namespace dynatape::cassettes {

/// One line per recording: "#12  retry of #11  GetItem  orders  200  1.204 ms".
[[nodiscard]] core::Result<void> list(const std::string& path, std::ostream& out);

/// Recording `id` with all its parts, JSON bodies indented.
[[nodiscard]] core::Result<void> show(const std::string& path, std::int64_t id, std::ostream& out);

/// A line of every recording, in order.
[[nodiscard]] core::Result<void> export_lines(const std::string& path, LineForm form,
                                              std::ostream& out);

}  // namespace dynatape::cassettes
