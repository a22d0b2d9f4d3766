#include "proxy/learn_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cassettes/kept_match_rules.h"
#include "cassettes/learn.h"
#include "cassettes/match_rules_text.h"
#include "proxy/exit_status.h"

namespace dynatape::proxy {
namespace {

/// "orders Item.id: order-7f3a, then order-91bc: bind".
std::string line_of(const cassettes::LearnedPlace& place) {
  std::string line = place.table.empty() ? place.path : place.table + " " + place.path;
  line += ": " + place.first + ", then " + place.second;
  if (place.times > 1) line += ", and " + std::to_string(place.times - 1) + " more";
  return line + ": " + (place.verdict.empty() ? "no rule: " + place.problem : place.verdict);
}

}  // namespace

void declare_learn(CLI::App& app, CassetteArguments& arguments) {
  app.add_option("TAKE1", arguments.file, "A recording of a test")->required();
  app.add_option("TAKE2", arguments.other, "Another of the same")->required();
  app.add_flag("--accept", arguments.accept, "Keep the rules in TAKE1, for each of its replays");
}

int learn(const CassetteArguments& arguments) {
  const auto lesson = cassettes::learn(arguments.file, arguments.other);
  if (!lesson) return refuse(lesson.error());
  for (const auto& place : lesson->places) say(line_of(place));
  say("calls: " + std::to_string(lesson->calls) + ", alike: " + std::to_string(lesson->alike) +
      ", with these rules: " + std::to_string(lesson->alike_with_rules));
  if (!lesson->rules.empty()) std::printf("%s\n", to_text(lesson->rules).c_str());
  if (!arguments.accept || lesson->rules.empty()) return kDone;
  const auto kept = cassettes::keep_match_rules(arguments.file, lesson->rules);
  if (!kept) return refuse(kept.error());
  say(arguments.file + ": keeps these rules");
  return kDone;
}

}  // namespace dynatape::proxy
