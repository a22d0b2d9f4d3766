#include "proxy/redact_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "cassettes/redact_file.h"
#include "interceptors/rule_reader.h"
#include "proxy/exit_status.h"
#include "proxy/secrets.h"
#include "proxy/sessions/rule_file.h"

namespace dynatape::proxy {

void declare_redact(CLI::App& app, CassetteArguments& arguments) {
  app.add_option("FILE", arguments.file, "The cassette")->required();
  app.add_option("--rules", arguments.rules, "Rule file whose \"redact\" to apply")
      ->type_name("FILE");
}

int redact(const CassetteArguments& arguments) {
  std::optional<cassettes::RedactionRules> rules;
  if (!arguments.rules.empty()) {
    const auto file = sessions::read_rule_file(arguments.rules);
    if (!file) return refuse(file.error());
    const auto read = interceptors::read_rules(file->text, file->name);
    if (!read) return refuse(read.error());
    rules = (*read)->redaction();
    if (!rules) return refuse({arguments.rules + R"(: it has no "redact" to apply)"});
  }
  const Environment environment = inherited_environment();
  const PseudonymKeys keys = pseudonym_keys(environment);
  const auto done = cassettes::redact_file(
      {arguments.file, std::move(rules), own_secrets(environment), keys.own, keys.fresh});
  if (!done) return refuse(done.error());
  std::printf("%s: %zu recordings, %zu changed, %zu values replaced\n", arguments.file.c_str(),
              done->recordings, done->changed, done->replaced);
  for (const std::string& suspicion : done->suspicions) say(suspicion);
  return done->suspicions.empty() ? kDone : kNotKept;
}

}  // namespace dynatape::proxy
