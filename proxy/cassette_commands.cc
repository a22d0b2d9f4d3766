#include "proxy/cassette_commands.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fstream>
#include <iostream>

#include "cassettes/compact.h"
#include "cassettes/diff.h"
#include "cassettes/export.h"
#include "cassettes/har.h"
#include "cassettes/import.h"
#include "cassettes/merge.h"
#include "cassettes/recover.h"
#include "cassettes/rekey.h"
#include "cassettes/review_tape.h"
#include "cassettes/stats.h"
#include "proxy/command_line.h"
#include "proxy/exit_status.h"
#include "proxy/git_setup.h"
#include "proxy/learn_command.h"
#include "proxy/redact_command.h"

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
  const auto add_form = [&](const char* name, Arguments::Export form, const char* help) {
    return app.add_flag_callback(name, [&arguments, form] { arguments.form = form; }, help);
  };
  auto* exact = add_form("--exact", Arguments::Export::exact,
                         "With every header, time and byte that is on the tape");
  auto* review = add_form("--review", Arguments::Export::review,
                          "To read: what every run makes anew is a placeholder such as <uuid:1>");
  auto* har = add_form("--har", Arguments::Export::har,
                       "An HTTP Archive (HAR 1.2), as developer tools read it");
  exact->excludes(review)->excludes(har);
  review->excludes(har);
}

int export_lines(const Arguments& arguments) {
  switch (arguments.form) {
    case Arguments::Export::readable:
      return printed(
          cassettes::export_lines(arguments.file, cassettes::LineForm::readable, std::cout));
    case Arguments::Export::exact:
      return printed(
          cassettes::export_lines(arguments.file, cassettes::LineForm::exact, std::cout));
    case Arguments::Export::review:
      return printed(cassettes::review(arguments.file, std::cout));
    case Arguments::Export::har:
      return printed(cassettes::export_har(arguments.file, version(), std::cout));
  }
  return kBadInput;
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

void declare_diff(CLI::App& app, Arguments& arguments) {
  app.add_option("A", arguments.file, "A cassette, or its lines")->required();
  app.add_option("B", arguments.other, "Another")->required();
}

int diff(const Arguments& arguments) {
  const auto counts = cassettes::diff(arguments.file, arguments.other, std::cout);
  if (!counts) return refuse(counts.error());
  if (const int status = printed({}); status != kDone) return status;
  say("interactions: " + std::to_string(counts->same) + " same, " +
      std::to_string(counts->changed) + " changed, " + std::to_string(counts->removed) +
      " removed, " + std::to_string(counts->added) + " added");
  return counts->differ() ? kDiffers : kDone;
}

void declare_merge(CLI::App& app, Arguments& arguments) {
  app.add_option("--base", arguments.base, "What both come from, if anything")->type_name("FILE");
  app.add_option("--ours", arguments.ours, "One cassette")->required()->type_name("FILE");
  app.add_option("--theirs", arguments.theirs, "The other")->required()->type_name("FILE");
  app.add_option("-o,--output", arguments.output, "The cassette to make; else ours is replaced")
      ->type_name("FILE");
}

int merge(const Arguments& arguments) {
  const std::string& output = arguments.output.empty() ? arguments.ours : arguments.output;
  const auto merged = cassettes::merge({arguments.base, arguments.ours, arguments.theirs}, output);
  if (!merged) return refuse(merged.error());
  for (const std::string& conflict : merged->conflicts) say("conflict: " + conflict);
  if (!merged->conflicts.empty()) return kDiffers;
  say(output + ": calls: " + std::to_string(merged->calls) +
      ", of which only theirs had: " + std::to_string(merged->from_theirs));
  return kDone;
}

void declare_compact(CLI::App& app, Arguments& arguments) {
  take_file(app, arguments);
  app.add_option("-o,--output", arguments.output, "The cassette to make; else FILE is replaced")
      ->type_name("FILE");
  app.add_option("--drop", arguments.drop, "Leave out this recording; may be given again")
      ->type_name("NUMBER")
      ->allow_extra_args(false);
  app.add_flag("--keep-retries", arguments.keep_retries,
               "Keep the attempts that a later one of the same call replaced");
}

int compact(const Arguments& arguments) {
  const std::string& output = arguments.output.empty() ? arguments.file : arguments.output;
  const auto done = cassettes::compact(
      arguments.file, {{arguments.drop.begin(), arguments.drop.end()}, arguments.keep_retries},
      output);
  if (!done) return refuse(done.error());
  say(output + ": recordings: " + std::to_string(done->kept) + " kept, " +
      std::to_string(done->attempts_dropped) + " dropped because a retry replaced them, " +
      std::to_string(done->recordings_dropped) +
      " as asked; bytes: " + std::to_string(done->bytes_before) + " before, " +
      std::to_string(done->bytes_after) + " now");
  return kDone;
}

int stats(const Arguments& arguments) {
  return printed(cassettes::stats(arguments.file, std::cout));
}

void declare_git_setup(CLI::App& app, Arguments& arguments) {
  app.add_option("PATTERN", arguments.file,
                 "Which files are cassettes, as .gitattributes has it; *.tape where none is given");
}

int git_setup(const Arguments& arguments) {
  return set_up_git(arguments.file.empty() ? "*.tape" : arguments.file);
}

int rekey(const Arguments& arguments) {
  const auto rekeyed = cassettes::rekey(arguments.file);
  if (!rekeyed) return refuse(rekeyed.error());
  const std::string newest = std::to_string(cassettes::kKeyVersion);
  say(arguments.file +
      (rekeyed->from == cassettes::kKeyVersion
           ? ": its keys are of version " + newest + " already"
           : ": keys of version " + std::to_string(rekeyed->from) + " made anew as version " +
                 newest + ": " + std::to_string(rekeyed->changed)));
  return kDone;
}

int recover(const Arguments& arguments) {
  const auto recovered = cassettes::recover(arguments.file);
  if (!recovered) return refuse(recovered.error());
  std::string text =
      arguments.file + ": " + std::to_string(recovered->recordings) + " recordings, all whole";
  if (!recovered->damaged_log.empty()) {
    text += "; lost behind the damage in its log: at least " +
            std::to_string(recovered->lost_commits) + " commits; that log is kept as " +
            recovered->damaged_log;
  }
  say(text);
  return kDone;
}

constexpr CassetteCommand kCommands[] = {
    {"list", "One line per recording", take_file, list},
    {"show", "One recording in full", declare_show, show},
    {"export", "One line of JSON per recording", declare_export, export_lines},
    {"import", "Make a cassette of the lines that export prints", declare_import, import_lines},
    {"diff", "Compare two cassettes by meaning; status 1 if they differ", declare_diff, diff},
    {"merge", "Merge two cassettes that grew out of one; status 1 on a conflict", declare_merge,
     merge},
    {"compact", "Leave out what no replay needs", declare_compact, compact},
    {"stats", "Calls, bytes, errors and times, by operation and table", take_file, stats},
    {"git-setup", "Have git, in this repository, show and merge cassettes", declare_git_setup,
     git_setup},
    {"rekey", "Make the keys anew by the newest rules, so that it opens faster", take_file, rekey},
    {"recover", "Put one in order whose recorder was killed, or whose log is damaged", take_file,
     recover},
    {"learn", "Propose rules for what differs between two recordings of one test", declare_learn,
     learn},
    {"redact", "Replace secrets, and what a rule file says, in a cassette", declare_redact, redact},
};

}  // namespace

std::span<const CassetteCommand> cassette_commands() { return kCommands; }

}  // namespace dynatape::proxy
