#pragma once

// The work that time brings to a session's databases: expired items to delete, tables and indexes
// that are on their way to another state.

#include "proxy/sessions/session.h"

namespace dynatape::sessions {

/// Does what is due now, and waits on the session's clock for what is under way; ends when nothing
/// is left. Fails where that takes longer than `patience`, or where the clock stands still and only
/// time could finish it.
[[nodiscard]] core::Task<core::Result<void>> settle(Session& session, core::Loop& loop,
                                                    core::Duration patience);

}  // namespace dynatape::sessions
