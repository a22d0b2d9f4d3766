#include "proxy/cassette_commands.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fstream>
#include <iostream>

#include "cassettes/export.h"
#include "cassettes/import.h"
#include "proxy/exit_status.h"

namespace dynatape::proxy {
namespace {

using Arguments = CassetteArguments;

void take_file(CLI::App& app, Arguments& arguments) {
  app.add_option("FILE", arguments.file, "The cassette, or its lines")->required();
}

void take_output(CLI::App& app, Arguments& arguments) {
  app.add_option("-o,--output", arguments.output, "The cassette to make")
      ->required()
      ->type_name("FILE");
}

int list(const Arguments& arguments) { return printed(cassettes::list(arguments.file, std::cout)); }

void declare_show(CLI::App& app, Arguments& arguments) {
  take_file(app, arguments);
  app.add_option_function<std::string>(
         "NUMBER",
         [&arguments](const std::string& text) {
           const auto [end, error] =
               std::from_chars(text.data(), text.data() + text.size(), arguments.number);
           if (error == std::errc() && *end == 0 && arguments.number > 0) return;
           throw CLI::ValidationError("NUMBER", "'" + text +
                                                    "' is not the number of a recording, as "
                                                    "`cassette list` prints it");
         },
         "Which, as `cassette list` numbers them")
      ->required();
}

int show(const Arguments& arguments) {
  return printed(cassettes::show(arguments.file, arguments.number, std::cout));
}

void declare_export(CLI::App& app, Arguments& arguments) {
  take_file(app, arguments);
  app.add_flag_callback(
      "--exact", [&arguments] { arguments.form = cassettes::LineForm::exact; },
      "With every header, time and byte that is on the tape");
}

int export_lines(const Arguments& arguments) {
  return printed(cassettes::export_lines(arguments.file, arguments.form, std::cout));
}

void declare_import(CLI::App& app, Arguments& arguments) {
  app.add_option("LINES", arguments.file, "What `cassette export` printed; - is standard input")
      ->required();
  take_output(app, arguments);
}

int import_lines(const Arguments& arguments) {
  const std::string& name = arguments.file;
  core::Result<std::int64_t> count;
  if (name == "-") {
    count = cassettes::import_lines(std::cin, "standard input", arguments.output);
  } else {
    std::ifstream file(name, std::ios::binary);
    if (!file) return refuse({"cannot read '" + name + "'"});
    count = cassettes::import_lines(file, name, arguments.output);
  }
  if (!count) return refuse(count.error());
  say(arguments.output + ": recordings imported: " + std::to_string(*count));
  return kDone;
}

constexpr CassetteCommand kCommands[] = {
    {"list", "One line per recording", take_file, list},
    {"show", "One recording in full", declare_show, show},
    {"export", "One line of JSON per recording", declare_export, export_lines},
    {"import", "Make a cassette of the lines that export prints", declare_import, import_lines},
};

}  // namespace

std::span<const CassetteCommand> cassette_commands() { return kCommands; }

}  // namespace dynatape::proxy
