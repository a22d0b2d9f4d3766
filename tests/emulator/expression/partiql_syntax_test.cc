#include "emulator/expression/partiql_syntax.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using namespace dynatape::expression::partiql;

namespace {

constexpr std::string_view kEnvelope = "Statement wasn't well formed, can't be processed: ";

/// The detail of the syntax error; "parses" where there is none.
std::string detail_of(std::string_view statement) {
  const auto parsed = parse(statement);
  if (parsed) return "parses";
  REQUIRE(parsed.error().message.starts_with(kEnvelope));
  return parsed.error().message.substr(kEnvelope.size());
}

struct Refusal {
  std::string_view statement;
  std::string_view detail;
};

constexpr std::string_view kLeftover = "Unexpected token after expression";
constexpr std::string_view kTerm = "Unexpected term";
constexpr std::string_view kNoRight = "Missing right-hand side expression of infix operator";
constexpr std::string_view kNoTable = "Expected identifier for simple path";

// Captured on AWS in 2026, but for those marked (grammar): the reference grammar's texts.
constexpr auto kRefusals = std::to_array<Refusal>({
    {R"(SELECT * FROM "t" WHERE pk = 1 foo)", kLeftover},
    {R"(SELECT * FROM "t" WHERE pk = 1 e5)", kLeftover},
    {R"(INSERT INTO "t" VALUE {'pk': 970001} foo)", kLeftover},
    {R"(UPDATE "t" SET a = 9 WHERE pk = 970002 foo)", kLeftover},
    {R"(DELETE FROM "t" WHERE pk = 970003 foo)", kLeftover},
    {R"(SELECT * FROM "t" WHERE pk = 1))", kLeftover},
    {R"(DELETE FROM "t" WHERE pk = 970004 ORDER BY pk)", kLeftover},
    {R"(SELECT * FROM "t" ORDER BY pk WHERE pk = 1)", kLeftover},
    {R"(INSERT INTO "t" t VALUE {'pk': 'x'})", kLeftover},
    {R"(FROM "t" SET c = 1 WHERE pk = 'x')", kLeftover},
    {R"(FROM "t" SET c = 1 WHERE pk = 'x' SET d = 2)", kLeftover},
    {R"(SELECT * FROM "t" WHERE pk = 1e2147483648)", ""},
    {R"(SELECT * FROM "t" WHERE pk = 1e99999999999)", ""},
    {R"(SELECT * FROM "t" WHERE pk = 1.5e-2147483647)", ""},
    {R"(SELECT * FROM "t" WHERE pk = 1 # note)", ""},
    {R"(SELECT * FROM "t" WHERE pk = 1 /* note)", ""},
    {R"(SELECT * FROM "t" WHERE)", kTerm},
    {R"(SELECT * FROM "t" WHERE;)", kTerm},
    {R"(SELECT * FROM "t" WHERE   )", kTerm},
    {R"(SELECT pk FROM "t" WHERE)", kTerm},
    {R"(UPDATE "t" SET a = 1 WHERE)", kTerm},
    {R"(DELETE FROM "t" WHERE)", kTerm},
    {R"(SELECT * FROM "t" WHERE NOT)", kTerm},
    {R"(SELECT * FROM "t" WHERE ()", kTerm},
    {R"(SELECT * FROM)", kTerm},
    {R"(SELECT * FROM "t" WHERE pk = 'p1' AND)", kNoRight},
    {R"(SELECT * FROM "t" WHERE pk = 'p1' OR)", kNoRight},
    {R"(SELECT * FROM "t" WHERE ORDER BY pk)", "Unexpected keyword"},
    {R"(SELECT * FROM "t" WHERE pk = 'a' AND x IS FOO)", "Expected type name"},
    {R"(SELECT * FROM "t" WHERE IS NULL)", "Unexpected operator"},
    {R"(SELECT * FROM "t" WHERE pk = LIKE)", "Unexpected operator"},
    {"DELETE FROM", kNoTable},
    {"DELETE FROM   ", kNoTable},
    {"DELETE FROM;", kNoTable},
    {"DELETE FROM WHERE pk = 'a'", kNoTable},
    {R"(SELECT * FROM "t" WHERE attribute_exists(m.inner))", "Invalid path dot component"},
    {R"(UPDATE "t" SET m.inner = 1 WHERE pk = 'it')", "Invalid path dot component"},
    {R"(SLECT * FROM "t" WHERE pk = 'x')", "Expected data manipulation"},
    {R"(UPDATE my-table SET a = 1 WHERE pk = 'x')", "Expected data manipulation"},
    {R"(INSERT INTO urls (key, secret_key) VALUES (?, ?))", "Unexpected keyword"},
    {R"(SELECT * FROM (SELECT * FROM "t")", "Expected RIGHT_PAREN"},
    // (grammar)
    {"", kTerm},
    {"SELECT a, FROM t",
     "Expected identifier or an expression but found unexpected keyword 'from' in a select list."},
    {"SELECT a WHERE b = 1", "Expected FROM after SELECT list"},
    {"SELECT *, a FROM t",
     "Other expressions may not be present in the select list when '*' is used without dot "
     "notation."},
    {"DELETE t", "Expected FROM after DELETE"},
    {"UPDATE t SET a WHERE pk = 1", "Expected '='"},
    {"UPDATE t SET a.* = 1 WHERE pk = 1", "Invalid path dot component for simple path"},
    {"UPDATE t SET a[b] = 1 WHERE pk = 1", "Invalid path component for simple path"},
    {"UPDATE t SET a = 1 RETURNING OLD *",
     "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element."},
    {"INSERT INTO t VALUE {'a' 1}", "Expected COLON"},
    {"SELECT * FROM t WHERE a[1 = 2", "Expected RIGHT_BRACKET"},
    {"SELECT * FROM t WHERE a BETWEEN 1 OR 2", "Expected AND keyword"},
    {"SELECT * FROM t; SELECT * FROM t",
     "Unexpected token after semicolon. (Only one query is allowed.)"},
    {"SELECT * FROM t WHERE a = 'x", ""},
    {"SELECT * FROM \"t", ""},
    {"SELECT * FROM t WHERE a ! b", ""},
    {"SELECT * FROM t WHERE \xc3\xa9 = 1", ""},
    {"SELECT * FROM t WHERE a = 1..2", ""},
    {"SELECT * FROM t WHERE a = 1e", ""},
    {"SELECT * FROM t WHERE UPDATE t SET a = 1",
     "Keyword update only expected at the top level in the query"},
});

constexpr auto kStatements = std::to_array<std::string_view>({
    "INSERT INTO t ([1, 2])",
    R"(SELECT * FROM "t")",
    R"(select a, "b"."c d"[2]['e'] from t.i where "a""b" = 'it''s' order by a desc, b asc;)",
    "SELECT * FROM t WHERE a = 7.31e6 OR b <> -.73e1 OR c < + 5. AND NOT d >= 1.e+5 OR e != 1E-3",
    "SELECT * FROM t WHERE (a = 1 AND b = 2) AND c = 3 AND (d = 4 OR (e = 5 AND f = 6))",
    "SELECT * FROM t WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN 'x' AND 'y'",
    "SELECT * FROM t WHERE a IN (1, 2) OR b NOT IN ['x'] OR c IN <<?, ?>> OR d IN ((1))",
    "SELECT * FROM t WHERE a IS MISSING AND b IS NOT NULL AND c IS VARCHAR(3) OR d IS INT8",
    "SELECT * FROM t WHERE x IS DOUBLE PRECISION OR x IS NOT CHARACTER VARYING",
    "SELECT * FROM t WHERE size(a.b[0]) > 3 AND Begins_With(c, ?) AND COUNT(*) = 1",
    "SELECT * FROM t -- a note\nWHERE /* another */ a = true",
    "SELECT DISTINCT a AS x FROM t AS u AT v BY w GROUP BY a, b HAVING a > 1 LIMIT 5 OFFSET 6",
    "SELECT VALUE a FROM t, u WHERE a = {'k': [1, <<2>>, {}], 'l': null, 'm': missing}",
    "INSERT INTO t VALUE {'pk': ?, 'm': {'x': [1, 'two', <<3, 4>>]}, 'b': false}",
    "INSERT INTO t VALUE {'pk': 1} IF NOT EXISTS RETURNING ALL OLD *",
    "INSERT INTO t VALUE {'pk': 1} AT 3 ON CONFLICT WHERE a = 1 DO NOTHING",
    "INSERT INTO t << {'pk': 1}, {'pk': 2} >>",
    "UPDATE t SET a = b + 1, c.d[3] = list_append(c, [?]) SET e = set_add(e, <<'x'>>) REMOVE f "
    "WHERE pk = 'x' AND a = 1 RETURNING MODIFIED NEW *",
    "FROM t WHERE pk = 'x' SET a = 1 REMOVE b RETURNING ALL OLD *",
    "FROM t x WHERE pk = 'x' REMOVE b",
    "DELETE FROM t x WHERE pk = 'x' RETURNING ALL OLD *",
    "EXISTS(SELECT * FROM t WHERE pk = 'x' AND a = 1)",
    "x IS INT4",
    "SELECT * FROM t WHERE a LIKE 'x%' ESCAPE '!' OR a NOT LIKE b || 'c'",
    "SELECT * FROM t WHERE a IN - b - c OR a IN b * c - d BETWEEN e AND f OR a IN 'x'.b",
    "SELECT * FROM t WHERE 5 .b = (-5)[1] OR a IN 5[1] OR -5[1] = ([1])[0]",
    "SELECT a - -1, - - b, (1).c FROM t WHERE a IN b + c AND \"select\"(1) = \"\"(2)",
});

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("partiql: what the grammar refuses, in the service's words") {
  for (const auto& [statement, detail] : kRefusals) {
    INFO(statement);
    CHECK(detail_of(statement) == detail);
  }
}

TEST_CASE("partiql: a statement printed and parsed again is the same tree") {
  for (const std::string_view statement : kStatements) {
    INFO(statement);
    const auto parsed = parse(statement);
    REQUIRE(detail_of(statement) == "parses");
    const std::string printed = print(*parsed);
    INFO(printed);
    REQUIRE(detail_of(printed) == "parses");
    CHECK(*parse(printed) == *parsed);
    CHECK(print(*parse(printed)) == printed);
  }
}

TEST_CASE("partiql: rows of AND and OR are one node, AND binding tighter") {
  const auto parsed = parse("SELECT * FROM t WHERE a = 1 OR b = 2 AND c = 3 AND d = 4 OR e = 5");
  REQUIRE(parsed);
  const Node& condition = child(*parsed, Node::Kind::where)->children.front();
  CHECK(condition.text == "or");
  REQUIRE(condition.children.size() == 3);
  CHECK(condition.children[1].text == "and");
  CHECK(condition.children[1].children.size() == 3);
}

TEST_CASE("partiql: a sign belongs to the number it stands before") {
  const auto parsed = parse("SELECT * FROM t WHERE a = - 5 AND b = +7 AND c = - -9");
  REQUIRE(parsed);
  const Node& condition = child(*parsed, Node::Kind::where)->children.front();
  CHECK(condition.children[0].children[1].text == "-5");
  CHECK(condition.children[1].children[1].text == "7");
  CHECK(condition.children[2].children[1].text == "9");
}

TEST_CASE("partiql: positions count lines and characters from 1, quotes included") {
  const auto parsed = parse("UPDATE \"t\u00e9\"\n  SET ss = set_add(\"s\"\"s\", 1)");
  REQUIRE(parsed);
  CHECK(to_string(parsed->children[0].position) == "1:8:4");
  const Node& call = parsed->children[1].children[0].children[1];
  CHECK(to_string(call.position) == "2:12:7");
  CHECK(to_string(call.children[0].position) == "2:20:6");
}

TEST_CASE("partiql: parameters are numbered in the order written") {
  const auto parsed = parse("UPDATE t SET a = ?, b = [?, {'c': ?}] WHERE pk = ?");
  REQUIRE(parsed);
  CHECK(parameter_count(*parsed) == 4);
  const Node& where = *child(*parsed, Node::Kind::where);
  CHECK(where.children[0].children[1].text == "3");
}

TEST_CASE("partiql: deep and long statements end in an answer") {
  const std::string head = "SELECT * FROM t WHERE ";
  CHECK(detail_of(head + repeated("(", 250) + "a = 1" + repeated(")", 250)) == "parses");
  for (const std::string_view opening :
       {"(", "[", "<<", "{'a': ", "NOT ", "- ", "f(", "a[", "a = ", "a IN (", "SELECT * FROM "}) {
    INFO(opening);
    CHECK(detail_of(head + repeated(opening, 8000 / static_cast<int>(opening.size()))).empty());
  }
  CHECK(detail_of(head + "1" + repeated("+1", 4000)).empty());
  CHECK(detail_of(head + "a = 1" + repeated(" OR a = 1", 900)) == "parses");
  CHECK(detail_of(head + "a" + repeated("[1]", 2600) + " = 1") == "parses");
}
