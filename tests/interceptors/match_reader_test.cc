#include "interceptors/match_reader.h"

#include <catch2/catch.hpp>

#include "cassettes/match_parts.h"
#include "interceptors/rule_reader.h"

namespace dynatape::interceptors {
namespace {

using cassettes::Loosening;
using Catch::Contains;

/// What a file with this list says, or what is wrong with it.
core::Result<cassettes::MatchRules> read(const std::string& list) {
  const auto rules = read_rules(R"({"match":)" + list + "}", "f");
  if (!rules) return std::unexpected(rules.error());
  return (*rules)->match();
}

}  // namespace

TEST_CASE("match reader: operations, tables, parts, paths and what may stand there") {
  const auto rules = read(R"([
    { "operation": "PutItem", "table": ["orders", "old"], "ignore": ["Item.createdAt", "returns"] },
    { "loosen": [ { "path": "UpdateExpression.version", "as": "any-number" },
                  { "path": "Key[*].id", "as": "ignore-case" } ] } ])");
  REQUIRE(rules.has_value());
  REQUIRE(rules->rules().size() == 2);
  const auto& ignoring = rules->rules()[0];
  CHECK(ignoring.operations == std::vector{core::find_operation("PutItem")});
  CHECK(ignoring.tables == std::vector<std::string>{"orders", "old"});
  CHECK(ignoring.ignored == std::vector{cassettes::PathPattern("Item.createdAt")});
  CHECK(ignoring.parts == std::vector<std::string>{"returns"});
  CHECK(ignoring.parameters.size() == 4);
  const auto& loosening = rules->rules()[1];
  CHECK(loosening.operations.empty());
  REQUIRE(loosening.loosened.size() == 2);
  CHECK(loosening.loosened[0].as == Loosening::any_number);
  CHECK(loosening.loosened[0].path.text() == "UpdateExpression.version");
  CHECK(loosening.loosened[1].as == Loosening::ignore_case);
}

TEST_CASE("match reader: every part and every loosening can be named") {
  for (const auto& part : cassettes::kMatchParts) {
    INFO(part.name);
    const auto rules = read(R"([{"ignore":")" + std::string(part.name) + "\"}]");
    REQUIRE(rules.has_value());
    CHECK(rules->rules()[0].parameters.size() == part.parameters.size());
  }
  for (const auto& row : cassettes::kLoosenings) {
    INFO(row.name);
    const auto rules =
        read(R"([{"loosen":{"path":"Item.a","as":")" + std::string(row.name) + "\"}}]");
    REQUIRE(rules.has_value());
    CHECK(rules->rules()[0].loosened[0].as == row.loosening);
  }
}

TEST_CASE("match reader: each mistake names its path, its value and what would be right") {
  const std::pair<std::string, std::string> mistakes[] = {
      {R"({})", "match is an object; it must be a list"},
      {R"([{"ignore":"itm"}])", R"(match[0].ignore is "itm")"},
      {R"([{"ignore":"itm"}])", R"(it must be a part (table, index, key, item, )"},
      {R"([{"ignore":"Itm.a"}])", R"(did you mean "Item")"},
      {R"([{"operation":"PutItm","ignore":"item"}])", R"(did you mean "PutItem")"},
      {R"([{"operation":"PutItem"}])", R"(it needs "ignore", "loosen" or "bind")"},
      {R"([{"ignore":"item","tables":"t"}])",
       R"(match[0]: unknown member "tables"; did you mean "table")"},
      {R"([{"loosen":{"path":"Item.a"}}])", R"(match[0].loosen: it needs "as")"},
      {R"([{"loosen":{"path":"Item.a","as":"any-strng"}}])", R"(did you mean "any-string")"},
      {R"([{"loosen":{"path":"item","as":"any"}}])", "a path that begins with a parameter"},
      {R"([{"loosen":{"path":"Item.a","as":"any","is":1}}])",
       R"(match[0].loosen: unknown member "is")"}};
  for (const auto& [text, complaint] : mistakes) {
    INFO(text);
    const auto rules = read(text);
    REQUIRE_FALSE(rules.has_value());
    CHECK_THAT(rules.error().message, Catch::StartsWith("f: ") && Contains(complaint));
    CHECK_FALSE(rules.error().message.contains('\n'));
  }
}

TEST_CASE("rules check: what a file says to cassettes, beside its faults") {
  const auto rules = read_rules(
      R"({"match":[{"operation":"PutItem","table":"orders","ignore":["Item.createdAt","returns"]}],
          "redact":{"remove":["jwt"],"rules":[{"attribute":"email","action":"drop"},
            {"attribute":"score","action":"pseudonym","order":true}]}})",
      "f");
  REQUIRE(rules.has_value());
  CHECK(describe(**rules) ==
        "0 rules\n"
        "  match: PutItem on orders: ignores returns, Item.createdAt\n"
        "redaction:\n"
        "  without the default rule jwt\n"
        "  drop attribute email\n"
        "  pseudonyms in the order of their values for attribute score\n");
}

TEST_CASE(
    "rules list: every part of a request that a match rule can name, and what may stand there") {
  const std::string text = list_match_parts();
  for (const auto& part : cassettes::kMatchParts) {
    CHECK_THAT(text, Contains("  " + std::string(part.name) + ": " + std::string(part.help)));
  }
  for (const auto& row : cassettes::kLoosenings) {
    CHECK_THAT(text, Contains("  " + std::string(row.name) + ": " + std::string(row.help)));
  }
}

}  // namespace dynatape::interceptors
