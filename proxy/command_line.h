#pragma once

// Arguments in, a Command or the text to end with out. Reads no file and prints nothing.

#include <expected>
#include <span>
#include <string>

#include "proxy/options.h"

namespace dynatape::proxy {

/// Why there is nothing to run: help and version (status 0, for standard output), bad input (status
/// 2, for standard error, one line that names the thing, the value and what would be right).
struct EarlyExit {
  int status;
  std::string text;

  bool operator==(const EarlyExit&) const = default;
};

/// `arguments` without the program's name.
[[nodiscard]] std::expected<Command, EarlyExit> parse_command_line(
    std::span<const std::string> arguments);

/// The program's version, "0.1.0".
[[nodiscard]] const char* version();

}  // namespace dynatape::proxy
