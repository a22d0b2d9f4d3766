#include "emulator/expression/key_condition.h"

#include <catch2/catch.hpp>

#include "tests/emulator/expression/support.h"

namespace dynatape::expression {

namespace {

using model::Type;

const model::KeySchema kHashOnly = {{{"pk", Type::s}}, {}};
const model::KeySchema kComposite = {{{"pk", Type::s}}, {{"sk", Type::n}}};
const model::KeySchema kMulti = {{{"h", Type::s}, {"g", Type::s}},
                                 {{"a", Type::s}, {"b", Type::s}, {"c", Type::s}}};

/// The refusal, or "" for a key condition that suits the schema.
std::string error(std::string_view text, Values values,
                  const model::KeySchema& schema = kComposite) {
  Placeholders placeholders({}, std::move(values));
  const auto condition = compile_condition(text, Parameter::key_condition, placeholders);
  if (!condition) return condition.error().message;
  const auto clauses = key_condition(*condition);
  if (!clauses) return clauses.error().message;
  const auto bounds = bind(*clauses, schema);
  return bounds ? "" : bounds.error().message;
}

KeyBounds bounds(std::string_view text, Values values,
                 const model::KeySchema& schema = kComposite) {
  Placeholders placeholders({}, std::move(values));
  const auto condition = compile_condition(text, Parameter::key_condition, placeholders);
  REQUIRE(condition);
  const auto clauses = key_condition(*condition);
  REQUIRE(clauses);
  auto bound = bind(*clauses, schema);
  INFO(text << ": " << (bound ? "" : bound.error().message));
  REQUIRE(bound);
  return *bound;
}

}  // namespace

TEST_CASE("key condition: the hash alone, with equality, or with one comparison on the range") {
  const Values values{{":p", s("x")}, {":a", n("1")}, {":b", n("5")}};
  CHECK(bounds("pk = :p", values) == KeyBounds{{s("x")}, {}, {}});
  CHECK(bounds("(sk = :a) AND (:p = pk)", values) == KeyBounds{{s("x")}, {n("1")}, {}});
  CHECK(bounds("pk = :p AND :a < sk", values) ==
        KeyBounds{{s("x")}, {}, KeyClause{"sk", KeyComparator::gt, {n("1")}}});
  CHECK(bounds("pk = :p AND sk BETWEEN :a AND :b", values) ==
        KeyBounds{{s("x")}, {}, KeyClause{"sk", KeyComparator::between, {n("1"), n("5")}}});
  CHECK(bounds("pk = :p AND begins_with(sk, :p)", values, {{{"pk", Type::s}}, {{"sk", Type::s}}}) ==
        KeyBounds{{s("x")}, {}, KeyClause{"sk", KeyComparator::begins_with, {s("x")}}});
}

TEST_CASE("key condition: what is no key condition is refused, clause by clause as written") {
  const Values values{{":a", s("1")}, {":b", s("1")}};
  const std::string op = "Invalid operator used in KeyConditionExpression: ";
  const std::string clause = "Invalid condition in KeyConditionExpression: ";
  CHECK(error("a > b and size(b) > c or a > c", values) == op + "OR");
  CHECK(error("contains(a.d, b)", values) == op + "contains");
  CHECK(error("not a > b", values) == op + "NOT");
  CHECK(error("a <> b", values) == op + "<>");
  CHECK(error("a IN (:a)", values) == op + "IN");
  CHECK(error("begins_with(:a, b) and a > :b", values) ==
        clause + "begins_with operator must have the key attribute as its first operand");
  CHECK(error("a > size(b.d)", values) ==
        "KeyConditionExpressions cannot contain nested operations");
  CHECK(error("a between size(b) and size(a)", values) ==
        "KeyConditionExpressions cannot contain nested operations");
  CHECK(error("b > a.b", values) == clause + "Multiple attribute names used in one condition");
  CHECK(error("begins_with(a, b)", values) ==
        clause + "Multiple attribute names used in one condition");
  CHECK(error("b.d > a AND c.d > e.f", values) ==
        "KeyConditionExpressions cannot have conditions on nested attributes");
  CHECK(error(":b > :a AND a < :b", values) == clause + "No key attribute specified");
  CHECK(error("b > :a AND b < :a and c = :a and d = :a", values) ==
        "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition "
        "per key");
}

TEST_CASE("key condition: operand types that no key has, then those that this key has not") {
  const std::string type =
      "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator "
      "or function: ";
  const std::string schema =
      "One or more parameter values were invalid: Condition parameter type does not match schema "
      "type";
  const auto with = [](std::string_view text, model::AttributeValue value) {
    return error(text, Values{{":p", s("q")}, {":v", std::move(value)}});
  };
  CHECK(with("pk = :p AND begins_with(sk, :v)", n("1")) == type + "begins_with, operand type: N");
  CHECK(with("pk = :p AND begins_with(sk, :v)", s("a")) == schema);
  CHECK(with("pk = :p AND sk < :v", true) == type + "<, operand type: BOOL");
  CHECK(with("pk = :p AND :v >= sk", true) == type + ">=, operand type: BOOL");
  CHECK(with("pk = :p AND sk = :v", true) == schema);
  CHECK(with("pk = :v", n("1")) == schema);
}

TEST_CASE("key condition: what the schema cannot serve") {
  const Values values{{":p", s("x")}, {":a", n("1")}, {":b", n("5")}};
  CHECK(error("pk = :p AND sk > :a AND extra = :b", values) ==
        "The number of query conditions (3) exceeds the number of key attributes defined in the "
        "schema (2)");
  CHECK(error("pk = :p AND sk > :a", values, kHashOnly) ==
        "The number of query conditions (2) exceeds the number of key attributes defined in the "
        "schema (1)");
  CHECK(error("sk = :a", values) == "Query condition missed key schema element: pk");
  CHECK(error("another = :a", values) == "Query condition missed key schema element: pk");
  CHECK(error("pk = :p AND another = :a", values) ==
        "Query condition missed key schema element: sk");
  for (const char* text : {"pk > :p", ":p <= pk", "begins_with(pk, :p)", "pk between :p and :p"}) {
    INFO(text);
    CHECK(error(text, values) == "Query key condition not supported");
  }
}

TEST_CASE("key condition: several hash and range attributes, range from the left without gaps") {
  const Values values{{":v", s("v")}};
  CHECK(bounds("b > :v AND g = :v AND a = :v AND h = :v", values, kMulti) ==
        KeyBounds{{s("v"), s("v")}, {s("v")}, KeyClause{"b", KeyComparator::gt, {s("v")}}});
  CHECK(error("h = :v", values, kMulti) == "Query condition missed key schema element: g");
  const std::string gap =
      " must have equality conditions specified in the query because a condition "
      "is present on key attribute ";
  CHECK(error("h = :v AND g = :v AND a = :v AND c = :v", values, kMulti) ==
        "RANGE key attributes b" + gap + "c");
  CHECK(error("h = :v AND g = :v AND a = :v AND b > :v AND c = :v", values, kMulti) ==
        "RANGE key attributes b" + gap + "c");
  CHECK(error("h = :v AND g = :v AND b = :v", values, kMulti) ==
        "RANGE key attributes a" + gap + "b");
}

}  // namespace dynatape::expression
