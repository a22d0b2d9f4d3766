#pragma once

// Teaches the git repository of the working directory to show cassettes as lines and to merge them
// by their calls. It writes .gitattributes here, to be committed, and this clone's configuration.

#include <string>

namespace dynatape::proxy {

/// For files that match `pattern`. The exit status.
[[nodiscard]] int set_up_git(const std::string& pattern);

}  // namespace dynatape::proxy
