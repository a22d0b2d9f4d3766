// docs/rules.md says what the tables say.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "interceptors/exception_table.h"
#include "interceptors/interceptor_table.h"
#include "interceptors/predicate_reader.h"
#include "interceptors/profiles.h"
#include "interceptors/rule_reader.h"
#include "interceptors/when_reader.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

std::string documentation() {
  std::ifstream file(DYNATAPE_SOURCE_DIR "/docs/rules.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("docs/rules.md: its example is a rule file without mistakes") {
  const std::string text = documentation();
  const std::string fence = "```jsonc\n";
  const auto begin = text.find(fence) + fence.size();
  const auto rules = rules_of(text.substr(begin, text.find("```", begin) - begin));
  CHECK(rules->rules().size() == 3);
}

TEST_CASE("docs/rules.md: every option of every interceptor for rules is there") {
  const std::string text = documentation();
  for (const InterceptorRow& row : interceptor_table()) {
    if (!row.make) continue;
    INFO(row.name);
    CHECK(text.find("## `" + std::string(row.name) + "`") != std::string::npos);
    for (const Option& option : row.options) {
      INFO(option.name);
      CHECK(text.find("| `" + std::string(option.name) + "` |") != std::string::npos);
    }
  }
}

TEST_CASE(
    "docs/rules.md: every member of files, rules, when and predicates, and every profile is "
    "there") {
  const std::string text = documentation();
  const auto documented = [&](const auto& rows) {
    for (const auto& row : rows) {
      INFO(row.name);
      CHECK(text.find("| `" + std::string(row.name) + "` |") != std::string::npos);
    }
  };
  documented(file_parts());
  documented(rule_parts());
  documented(when_parts());
  documented(kOperators);
  documented(profiles());
}

TEST_CASE("docs/rules.md: every exception is there, with its status unless that is 400") {
  const std::string text = documentation();
  for (const ExceptionRow& row : exception_table()) {
    INFO(row.name);
    std::string entry(row.name);
    if (row.status != 400) entry += " (" + std::to_string(row.status) + ")";
    CHECK(text.find(entry) != std::string::npos);
  }
}

}  // namespace dynatape::interceptors
