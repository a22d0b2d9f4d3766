#pragma once

// The options that say how a cassette is replayed, as rows of a table: their words, and what is
// wrong with others.

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "cassettes/replay_options.h"

namespace dynatape::proxy {

struct ReplayArgument {
  const char* name;  ///< "--repeats"
  const char* help;
  const char* type;
  const char* right;  ///< "one of …", of a value that is wrong
  /// False where `text` is no value of it.
  bool (*set)(cassettes::ReplayOptions& options, std::string_view text);
};

[[nodiscard]] std::span<const ReplayArgument> replay_arguments();

}  // namespace dynatape::proxy
