#include "emulator/expression/partiql_plan.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using namespace dynatape::expression;
using dynatape::model::AttributeValue;
using dynatape::model::Item;
using dynatape::model::KeySchema;
using dynatape::model::Outcome;
using dynatape::model::Type;

namespace {

const KeySchema kComposite = {{{"pk", Type::s}}, {{"sk", Type::s}}};
const KeySchema kHash = {{{"pk", Type::s}}, {}};

Outcome<partiql::ReadPlan> planned(std::string_view where, const KeySchema& schema = kComposite) {
  const auto parsed = partiql::parse("SELECT * FROM t WHERE " + std::string(where));
  REQUIRE(parsed.has_value());
  const auto statement = partiql::compile(*parsed, {});
  REQUIRE(statement.has_value());
  return partiql::plan(std::get<partiql::Select>(*statement), schema);
}

partiql::ReadPlan plan_of(std::string_view where, const KeySchema& schema = kComposite) {
  auto plan = planned(where, schema);
  INFO((plan ? "" : plan.error().message));
  REQUIRE(plan.has_value());
  return *plan;
}

std::optional<partiql::KeyedCondition> keyed(std::string_view where, const KeySchema& schema) {
  const auto parsed = partiql::parse("DELETE FROM t WHERE " + std::string(where));
  REQUIRE(parsed.has_value());
  const auto statement = partiql::compile(*parsed, {});
  REQUIRE(statement.has_value());
  return partiql::keyed_condition(std::get<partiql::DeleteStatement>(*statement).where, schema);
}

AttributeValue s(std::string_view text) { return std::string(text); }
KeyBounds partition(std::string_view hash) { return {{s(hash)}, {}, std::nullopt}; }
KeyBounds bounded(std::string_view hash, KeyComparator comparator,
                  std::vector<AttributeValue> values) {
  return {{s(hash)}, {}, KeyClause{"sk", comparator, std::move(values)}};
}

}  // namespace

TEST_CASE("partiql plan: equality on the partition key reads a partition") {
  CHECK(plan_of("pk = 'a'") == partiql::ReadPlan{{partition("a")}, false, true});
  CHECK(plan_of("x = 1 AND 'a' = pk").partitions == std::vector{partition("a")});
  CHECK(plan_of("(pk = 'a' AND x = 1) AND y = 2").keyed);
}

TEST_CASE("partiql plan: one condition on the sort key narrows it") {
  CHECK(plan_of("pk = 'a' AND sk = 'b'").partitions ==
        std::vector<KeyBounds>{{{s("a")}, {s("b")}, std::nullopt}});
  CHECK(plan_of("pk = 'a' AND sk >= 'b'").partitions ==
        std::vector{bounded("a", KeyComparator::ge, {s("b")})});
  CHECK(plan_of("pk = 'a' AND 'b' > sk AND sk > 'a'").partitions ==
        std::vector{bounded("a", KeyComparator::lt, {s("b")})});
  CHECK(plan_of("sk BETWEEN 'b' AND 'c' AND pk = 'a'").partitions ==
        std::vector{bounded("a", KeyComparator::between, {s("b"), s("c")})});
  CHECK(plan_of("pk = 'a' AND begins_with(sk, 'b')").partitions ==
        std::vector{bounded("a", KeyComparator::begins_with, {s("b")})});
  CHECK(plan_of("pk = 'a' AND sk <> 'b'").partitions == std::vector{partition("a")});
  CHECK(plan_of("pk = 'a' AND NOT sk = 'b'").partitions == std::vector{partition("a")});
}

TEST_CASE("partiql plan: IN and OR read several partitions, each once") {
  CHECK(plan_of("pk IN ['a', 'b', 'a'] AND x = 1") ==
        partiql::ReadPlan{{partition("a"), partition("b")}, false, true});
  CHECK(plan_of("pk = 'a' AND sk = 'x' OR pk = 'b'") ==
        partiql::ReadPlan{{{{s("a")}, {s("x")}, std::nullopt}, partition("b")}, false, false});
  CHECK(plan_of("pk = 'a' AND sk < 'b' OR pk = 'a' AND sk > 'c'").partitions ==
        std::vector{partition("a")});
}

TEST_CASE("partiql plan: everything else is a scan") {
  for (const std::string_view where :
       {"x = 1", "pk <> 'a'", "pk > 'a'", "NOT pk = 'a'", "pk = 'a' OR x = 1", "pk = x",
        "pk IN ['a', x]", "size(pk) = 1", "sk = 'a'", "pk.a = 'a'"}) {
    INFO(where);
    CHECK(plan_of(where) == partiql::ReadPlan{});
  }
}

TEST_CASE("partiql plan: branches of one partition may not meet on the sort key") {
  constexpr std::string_view kOverlap =
      "Overlapping conditions with range keys are not supported in where clause";
  // Captured: refused.
  for (const std::string_view where :
       {"pk = 'a' AND x = '1' OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND x <> '1' OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND sk < '3' OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND begins_with(sk, 'b') OR pk = 'a' AND sk BETWEEN 'bz' AND 'd'"}) {
    INFO(where);
    const auto plan = planned(where);
    REQUIRE_FALSE(plan.has_value());
    CHECK(plan.error().message == kOverlap);
  }
  // Captured: a branch that excludes sort keys runs beside any other.
  for (const std::string_view where :
       {"pk = 'a' AND NOT sk = '1' OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND sk <> '1' OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND NOT begins_with(sk, 'x') OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND NOT sk IN ['1', '3'] OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND NOT sk > '5' OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND NOT (sk = '1') OR pk = 'a' AND sk = '2'",
        "pk = 'a' OR pk = 'a' AND NOT sk = '1'", "pk = 'a' AND x = 1 OR pk = 'a' AND y = 1",
        "pk = 'a' AND sk = '1' OR pk = 'a' AND sk = '2'",
        "pk = 'a' AND begins_with(sk, 'b') OR pk = 'a' AND sk >= 'c'"}) {
    INFO(where);
    CHECK(planned(where).has_value());
  }
  CHECK(planned("pk = 'a' AND x = '1' OR pk = 'a' AND sk = '2'", kHash).has_value());
}

TEST_CASE("partiql plan: key values of the wrong type are refused") {
  const auto plan = planned("pk = 5");
  REQUIRE_FALSE(plan.has_value());
  CHECK(plan.error().message ==
        "One or more parameter values were invalid: Condition parameter type does not match "
        "schema type");
}

TEST_CASE("partiql plan: ORDER BY sorts by keys of bound partitions") {
  CHECK(plan_of("pk = 'a' ORDER BY sk DESC").descending);
  CHECK_FALSE(plan_of("pk = 'a' ORDER BY pk DESC, sk ASC").descending);
  CHECK(plan_of("pk IN ['a', 'c', 'b'] ORDER BY pk DESC").partitions ==
        std::vector{partition("c"), partition("b"), partition("a")});
  CHECK(planned("pk = 'a' ORDER BY x").error().message ==
        "Variable reference x in ORDER BY clause must be part of the primary key");
  CHECK(planned("x = 'a' ORDER BY sk").error().message ==
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER "
        "BY clause.");
}

TEST_CASE("partiql plan: a write names its whole key, the rest is its condition") {
  const auto found = keyed("sk = 'b' AND x = 1 AND pk = 'a' AND y = 2", kComposite);
  REQUIRE(found.has_value());
  CHECK(found->key == Item{{"pk", s("a")}, {"sk", s("b")}});
  REQUIRE(found->rest.has_value());
  CHECK(partiql::attributes_of(*found->rest) == std::vector<std::string>{"x", "y"});
  CHECK_FALSE(keyed("pk = 'a'", kHash)->rest.has_value());
  CHECK(keyed("pk = 'a' AND pk = 'b'", kHash)->rest.has_value());
  CHECK_FALSE(keyed("pk = 'a'", kComposite).has_value());
  CHECK_FALSE(keyed("pk = 'a' AND sk > 'b'", kComposite).has_value());
  CHECK_FALSE(keyed("pk = 'a' OR sk = 'b'", kComposite).has_value());
}
