#pragma once

// The command that exec, record and replay start: with an environment that points its SDK at the
// proxy, and an exit status to pass on.

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "core/result.h"

namespace dynatape::proxy {

using Environment = std::map<std::string, std::string>;

/// The variables a child needs to reach the proxy at `url`. Endpoints are always set; credentials,
/// region and the metadata switch only where `inherited` lacks them.
[[nodiscard]] Environment child_environment(const Environment& inherited, const std::string& url);

/// This process's environment.
[[nodiscard]] Environment inherited_environment();

/// Starts `command` (looked up in PATH) with exactly `environment`, every signal unblocked. The
/// error names the command.
[[nodiscard]] core::Result<pid_t> start_child(const std::vector<std::string>& command,
                                              const Environment& environment);

/// A shell's view of a wait status: the exit code, or 128 + the signal.
[[nodiscard]] int exit_status(int wait_status);

}  // namespace dynatape::proxy
