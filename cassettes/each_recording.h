#pragma once

// The recordings of a file, one after the other, whether it is a cassette or the lines of one.

#include <functional>
#include <string>
#include <vector>

#include "cassettes/recording.h"
#include "core/result.h"

namespace dynatape::cassettes {

using VisitRecording = std::function<core::Result<void>(const Recording&)>;

/// Ends at the first error, its own or that of `visit`. Only a few recordings are in memory.
[[nodiscard]] core::Result<void> each_recording(const std::string& path,
                                                const VisitRecording& visit);

/// All of them.
[[nodiscard]] core::Result<std::vector<Recording>> recordings_of(const std::string& path);

/// Whether the file begins as lines of JSON do; false for a cassette and for all else.
[[nodiscard]] bool holds_lines(const std::string& path);

}  // namespace dynatape::cassettes
