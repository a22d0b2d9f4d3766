#pragma once

// What each command does once it is understood: effects and exit status. Results go to standard
// output, all else to standard error.

#include "proxy/options.h"

namespace dynatape::proxy {

/// Runs `command` to its end. 0: done; 2: bad input or nothing could be started; 3: a replay whose
/// command succeeded had misses; otherwise the status of the child.
[[nodiscard]] int run(const Command& command);

}  // namespace dynatape::proxy
