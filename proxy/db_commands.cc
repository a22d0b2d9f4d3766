#include "proxy/db_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <sstream>

#include "core/clock.h"
#include "proxy/exit_status.h"
#include "proxy/sessions/database_diff.h"
#include "proxy/sessions/database_file.h"

namespace dynatape::proxy {
namespace {

using Arguments = DatabaseArguments;
using core::Result;

/// The file's content as the emulator has it: every call is carried out, and the state written
/// anew.
Result<std::string> settled(const std::string& file) {
  const core::TimePoint now = core::SystemClock().now();
  emulator::Emulator emulator({});
  Result<void> loaded;
  if (file == "-") {
    std::ostringstream text;
    text << std::cin.rdbuf();
    loaded = sessions::read_database(emulator, text.view(), "standard input", now);
  } else {
    loaded = sessions::load_database(emulator, file, now);
  }
  if (!loaded) return std::unexpected(loaded.error());
  return sessions::write_database(emulator, now);
}

void declare_export(CLI::App& app, Arguments& arguments) {
  app.add_option("FILE", arguments.file, "The database")->required();
}

int export_database(const Arguments& arguments) {
  const auto text = settled(arguments.file);
  if (!text) return refuse(text.error());
  std::cout << *text;
  return printed({});
}

void declare_import(CLI::App& app, Arguments& arguments) {
  app.add_option("LINES", arguments.file,
                 "Calls, one on each line, as export and the admin API print them; - is standard "
                 "input")
      ->required();
  app.add_option("-o,--output", arguments.output, "The database to make")
      ->required()
      ->type_name("FILE");
  app.add_flag("--replace", arguments.replace, "Also where FILE is there already");
}

int import_database(const Arguments& arguments) {
  if (auto may = sessions::may_store(arguments.output, arguments.replace); !may) {
    return refuse(may.error());
  }
  const auto text = settled(arguments.file);
  if (!text) return refuse(text.error());
  const auto stored = sessions::store_database(*text, arguments.output, arguments.replace);
  return stored ? kDone : refuse(stored.error());
}

void declare_diff(CLI::App& app, Arguments& arguments) {
  app.add_option("A", arguments.file, "A database")->required();
  app.add_option("B", arguments.other, "Another")->required();
}

int diff(const Arguments& arguments) {
  const auto a = settled(arguments.file);
  if (!a) return refuse(a.error());
  const auto b = settled(arguments.other);
  if (!b) return refuse(b.error());
  const auto difference = sessions::diff_databases(*a, arguments.file, *b, arguments.other);
  for (const std::string& line : difference.lines) std::cout << line << "\n";
  if (const int status = printed({}); status != kDone) return status;
  say("differences: " + std::to_string(difference.lines.size()) + "; the same: tables " +
      std::to_string(difference.same_tables) + ", items " + std::to_string(difference.same_items));
  return difference.lines.empty() ? kDone : kDiffers;
}

constexpr DatabaseCommand kCommands[] = {
    {"export", "Print a database as the calls that make it, one line of JSON each", declare_export,
     export_database},
    {"import", "Make a database of such lines", declare_import, import_database},
    {"diff", "Compare two databases; status 1 if they differ", declare_diff, diff},
};

}  // namespace

std::span<const DatabaseCommand> database_commands() { return kCommands; }

}  // namespace dynatape::proxy
