#pragma once

// For programs that call but do not serve: one loop, on this thread, for as long as one task takes.

#include <functional>

#include "core/loop.h"
#include "core/task.h"

namespace dynatape::net {

/// Runs `work` to its end on a loop that client pools accept. `work` must not let an exception
/// escape.
void run_on_loop(const std::function<core::Task<void>(core::Loop&)>& work);

}  // namespace dynatape::net
