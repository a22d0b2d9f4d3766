#pragma once

// `dynatape db …`: states of the emulator as files. One row per command that only looks at files;
// build and fork run a command and stand with those that do.

#include <span>
#include <string>

namespace CLI {
class App;
}

namespace dynatape::proxy {

/// Of every row together; a row fills what it declares.
struct DatabaseArguments {
  std::string file;
  std::string other;   ///< the second one of a comparison
  std::string output;  ///< -o FILE
  bool replace = false;

  bool operator==(const DatabaseArguments&) const = default;
};

struct DatabaseCommand {
  const char* name;
  const char* summary;
  void (*declare)(CLI::App& app, DatabaseArguments& arguments);
  /// The exit status. Results go to standard output, all else to standard error.
  int (*run)(const DatabaseArguments& arguments);
};

[[nodiscard]] std::span<const DatabaseCommand> database_commands();

}  // namespace dynatape::proxy
