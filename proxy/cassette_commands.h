#pragma once

// `dynatape cassette …`: one row per command says what it is called, what it takes and what it
// does. The rows feed the grammar, --help and the error messages.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace dynatape::proxy {

/// Of every row together; a row fills what it declares.
struct CassetteArguments {
  std::string file;
  std::string other;        ///< the second one of a comparison
  std::string output;       ///< -o FILE
  std::string rules;        ///< --rules FILE
  std::int64_t number = 0;  ///< of a recording
  enum class Export { readable, exact, review, har } form = Export::readable;
  std::string base, ours, theirs;  ///< of a merge
  std::vector<std::int64_t> drop;  ///< numbers of recordings
  bool keep_retries = false;
  bool accept = false;  ///< what was learned

  bool operator==(const CassetteArguments&) const = default;
};

struct CassetteCommand {
  const char* name;
  const char* summary;
  /// Adds arguments and options to `app`; parsing fills `arguments`.
  void (*declare)(CLI::App& app, CassetteArguments& arguments);
  /// The exit status. Results go to standard output, all else to standard error.
  int (*run)(const CassetteArguments& arguments);
};

[[nodiscard]] std::span<const CassetteCommand> cassette_commands();

}  // namespace dynatape::proxy
