#pragma once

// Whether the log of a recording is all there, before SQLite opens it: SQLite takes a missing log
// for an empty one, and a torn log for one that ended earlier.

#include <string>

#include "cassettes/sqlite.h"
#include "core/result.h"

namespace dynatape::cassettes {

/// Switches to a write-ahead log, and has the file itself say that the log counts. `is_new`: there
/// was none.
[[nodiscard]] core::Result<void> begin_log(Connection& connection, bool is_new);
/// From here on the file needs no log, once that is folded.
[[nodiscard]] core::Result<void> end_log(Connection& connection);

/// Of a file whose recorder did not end it, and that is not open yet: fails where its log is gone.
[[nodiscard]] core::Result<void> check_log_is_there(const std::string& path);
/// Of one that is open, alone: fails where its log is damaged, and leaves it alone then.
[[nodiscard]] core::Result<void> check_log_is_whole(Connection& connection,
                                                    const std::string& path);

}  // namespace dynatape::cassettes
