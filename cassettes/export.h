#pragma once

// A tape for people and for version control: a list, one recording in full, or everything as JSON,
// one line per recording. Reads only; what is printed is what is stored, secrets already replaced.

#include <cstdint>
#include <iosfwd>
#include <string>

#include "cassettes/recording.h"
#include "core/result.h"

namespace dynatape::cassettes {

/// One line per recording: "#12  retry of #11  GetItem  orders  200  1.204 ms".
[[nodiscard]] core::Result<void> list(const std::string& path, std::ostream& out);

/// Recording `id` with all its parts, JSON bodies indented.
[[nodiscard]] core::Result<void> show(const std::string& path, std::int64_t id, std::ostream& out);

/// export_line() of every recording, in order.
[[nodiscard]] core::Result<void> export_lines(const std::string& path, std::ostream& out);

/// A recording as one line of JSON, its members always in the same order; without the line's end.
/// JSON bodies stand in their canonical form as `body`, others as `body_text`, or as `body_base64`
/// where they are not UTF-8.
[[nodiscard]] std::string export_line(const Recording& recording);

}  // namespace dynatape::cassettes
