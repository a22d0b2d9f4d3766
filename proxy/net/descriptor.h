#pragma once

// What every file descriptor of this folder gets, because Asio does not give it.

#include <fcntl.h>

namespace dynatape::net {

/// Keeps `descriptor` from the programs that this process starts: a command that outlives us must
/// not hold our port.
inline void close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

}  // namespace dynatape::net
