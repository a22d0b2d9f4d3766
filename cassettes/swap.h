#pragma once

// Putting a new tape in the place of an old one: nobody else records to it meanwhile, and whenever
// the process is killed, one whole tape is there.

#include <string>

#include "cassettes/sqlite.h"
#include "core/result.h"

namespace dynatape::cassettes {

/// Keeps every other recorder from the tape at `path` while the connection lives; who replays it
/// may go on. What a killed recorder left in its log is folded into the file first.
[[nodiscard]] core::Result<Connection> hold(const std::string& path);

/// Renames the closed tape at `from` over the one at `to`, durably.
[[nodiscard]] core::Result<void> move_over(const std::string& from, const std::string& to);

}  // namespace dynatape::cassettes
