#include "emulator/expression/partiql_statement.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "emulator/expression/condition.h"
#include "emulator/expression/update.h"

using namespace dynatape::expression;
using dynatape::model::AttributeValue;
using dynatape::model::Item;
using dynatape::model::List;
using dynatape::model::Map;
using dynatape::model::Null;
using dynatape::model::Number;
using dynatape::model::Outcome;
using dynatape::model::StringSet;

namespace {

using Values = std::vector<AttributeValue>;

Outcome<partiql::Statement> compiled(std::string_view statement, const Values& parameters = {}) {
  const auto parsed = partiql::parse(statement);
  REQUIRE(parsed.has_value());
  return partiql::compile(*parsed, parameters);
}

std::string refusal(std::string_view statement, const Values& parameters = {}) {
  const auto outcome = compiled(statement, parameters);
  return outcome ? "compiles" : outcome.error().message;
}

template <class T>
T as(std::string_view statement, const Values& parameters = {}) {
  auto outcome = compiled(statement, parameters);
  INFO((outcome ? "" : outcome.error().message));
  REQUIRE(outcome.has_value());
  REQUIRE(std::holds_alternative<T>(*outcome));
  return std::get<T>(*outcome);
}

Number n(std::int64_t value) { return Number::of(value); }

const Item kItem = {
    {"ss", StringSet{{"a", "b", "c"}}},
    {"s", std::string("str")},
    {"n", Number::of(5)},
    {"m", Map{{"sub", std::string("x")}}},
    {"l", List{Number::of(1), Number::of(2)}},
    {"nul", Null{}},
    {"flag", true},
};

bool holds(std::string_view condition, const Values& parameters = {}) {
  const auto select =
      as<partiql::Select>("SELECT * FROM t WHERE " + std::string(condition), parameters);
  return evaluate(*select.where, kItem);
}

struct Refusal {
  std::string_view statement;
  std::string_view message;
};

constexpr std::string_view kDuplicates =
    "One or more parameter values were invalid: Input collection [x, x] contains duplicates.";

// Captured on AWS in 2026.
constexpr auto kCaptured = std::to_array<Refusal>({
    {"x IS INT4", "Unsupported operation: IsType"},
    {"x IS DOUBLE PRECISION", "Unsupported operation: IsType"},
    {R"(SELECT * FROM "t" t WHERE pk = 'x')", "Aliasing is not supported"},
    {R"(SELECT * FROM "t" AS t WHERE pk = 'x')", "Aliasing is not supported"},
    {R"(UPDATE "t" t SET a = 3 WHERE pk = 'x')", "Aliasing is not supported"},
    {R"(DELETE FROM "t" t WHERE pk = 'x')", "Aliasing is not supported"},
    {R"(SELECT * FROM "t"."" WHERE pk = 'p')", "Path component cannot be an empty string"},
    {R"(SELECT * FROM "t"."i"."j")", "A path may contain at most 2 components in the FROM clause"},
    {"INSERT INTO abcdefgh.idx VALUE {'pk':'a'}",
     "FROM clause may only contain a single table name in data manipulation statements at 1:13:8"},
    {"INSERT INTO\n\"abcdefgh\".\"idx\" VALUE {'pk':'a'}",
     "FROM clause may only contain a single table name in data manipulation statements at 2:1:10"},
    {R"(UPDATE "t"."i" SET a = 'z' WHERE pk = 'p')", "This operation is not supported on an index"},
    {R"(DELETE FROM "t"."i" WHERE pk = 'p')", "This operation is not supported on an index"},
    {"SELECT COUNT(*) FROM t", "Unexpected path component at 1:8:5"},
    {"SELECT\n COUNT(*) FROM t", "Unexpected path component at 2:2:5"},
    {R"(SELECT attribute_exists(ss) FROM "tbl" WHERE pk = 'it')",
     "Unexpected path component at 1:8:16"},
    {"DELETE FROM t WHERE pk = 'x' RETURNING MODIFIED OLD *",
     "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in "
     "DELETE statements."},
    {R"(SELECT * FROM "t" WHERE pk = 1e126)",
     "Number overflow. Attempting to store a number with magnitude larger than supported range "
     "under root"},
    {R"(SELECT * FROM "t" WHERE pk = 1e-131)",
     "Number underflow. Attempting to store a number with magnitude smaller than supported range "
     "under root"},
    {R"(SELECT * FROM "t" WHERE pk = 123456789012345678901234567890123456789)",
     "Attempting to store more than 38 significant digits in a Number under root"},
    {R"(INSERT INTO "t" VALUE {'pk': 1e126})",
     "Number overflow. Attempting to store a number with magnitude larger than supported range "
     "under root"},
    {R"(UPDATE "t" SET a = 1e-131 WHERE pk = 970005)",
     "Number underflow. Attempting to store a number with magnitude smaller than supported range "
     "under root"},
    {R"(INSERT INTO "t" VALUE {'pk': 970006, 'm': {'x': 1e126}})",
     "Number overflow. Attempting to store a number with magnitude larger than supported range "
     "under root.x"},
    {R"(INSERT INTO "t" VALUE {'pk': 970007, 'l': [1, 1e126]})",
     "Number overflow. Attempting to store a number with magnitude larger than supported range "
     "under root[1]"},
    {R"(SELECT * FROM "tbl" WHERE pk = 'it' AND attribute_exists('ss'))",
     "Operator or function requires a document path; operator or function: attribute_exists"},
    {R"(SELECT * FROM "tbl" WHERE pk = 'it' AND attribute_exists())",
     "Incorrect number of operands for operator or function; operator or function: "
     "attribute_exists, number of operands: 0"},
    {R"(SELECT * FROM "tbl" WHERE pk = 'it' AND attribute_exists(ss, ns))",
     "Incorrect number of operands for operator or function; operator or function: "
     "attribute_exists, number of operands: 2"},
    {R"(SELECT * FROM "tbl" WHERE pk = 'it' AND EXISTS(ss))",
     "Unrecognized function: exists at 1:41:6"},
    {R"(SELECT * FROM "tbl" WHERE pk = 'it' AND set_add(ss, <<'x'>>) = ss)",
     "Unrecognized function: set_add at 1:41:7"},
    {R"(SELECT * FROM "tbl" WHERE pk = 'a' AND val < true)",
     "Incorrect operand type for operator or function; operator or function: <, operand type: "
     "BOOL"},
    {R"(UPDATE "tbl" SET t = set_add(ss, <<'x'>>) WHERE pk = 'it')",
     "The first argument to SET_ADD must equal the assignment value at 1:22:7"},
    {R"(UPDATE "tbl" SET ss = set_add(<<'a'>>, <<'b'>>) WHERE pk = 'it')",
     "The first argument to SET_ADD must equal the assignment value at 1:23:7"},
    {R"(UPDATE "tbl" SET ss = set_add(ss, 'x') WHERE pk = 'it')",
     "The second argument to SET_ADD must be a value with type SET at 1:31:2"},
    {R"(UPDATE "tbl" SET ss = set_delete(ss, 'a') WHERE pk = 'it')",
     "The second argument to SET_DELETE must be a value with type SET at 1:34:2"},
    {R"(UPDATE "tbl" SET ss = set_add(ss, ['x']) WHERE pk = 'it')",
     "The second argument to SET_ADD must be a value with type SET at 1:31:2"},
    {R"(UPDATE "tbl" SET ss = set_add(ss) WHERE pk = 'it')",
     "SET_ADD must have exactly two arguments at 1:23:7"},
    {R"(UPDATE "tbl" SET ss = set_add(ss, <<'x'>>, <<'y'>>) WHERE pk = 'it')",
     "SET_ADD must have exactly two arguments at 1:23:7"},
    {R"(UPDATE "tbl" SET t = set_delete(ss, <<'a'>>) WHERE pk = 'it')",
     "The first argument to SET_DELETE must equal the assignment value at 1:22:10"},
    {R"(UPDATE "tbl" SET ss = set_add(ss, <<'x', 'x'>>) WHERE pk = 'it')", kDuplicates},
    {R"(UPDATE "tbl" SET ss = set_add(ss, <<>>) WHERE pk = 'it')", "Empty bags are not supported"},
    {R"(INSERT INTO "tbl" VALUE {'pk': 'i', 'ss': set_add(<<'a'>>, <<'b'>>)})",
     "Unsupported data type: set_add under key root at 1:43:7"},
});

}  // namespace

TEST_CASE("partiql: what parses and is refused before any table is looked at") {
  for (const auto& [statement, message] : kCaptured) {
    INFO(statement);
    CHECK(refusal(statement) == message);
  }
}

TEST_CASE("partiql: constructs of the language that the service does not run are refused by name") {
  CHECK(refusal("SELECT * FROM t LIMIT 5") == "Unsupported clause: LIMIT at 1:17:5");
  CHECK(refusal("SELECT DISTINCT a FROM t") == "Unsupported clause: DISTINCT at 1:8:8");
  CHECK(refusal("SELECT * FROM t, u") == "Unexpected from source at 1:15:1");
  CHECK(refusal("SELECT * FROM my-data") == "Unexpected from source at 1:15:2");
  CHECK(refusal("SELECT * FROM t WHERE a + 1 = 2") == "Unsupported operation: Plus");
  CHECK(refusal("SELECT * FROM t WHERE a LIKE 'x%'") == "Unsupported operation: Like");
  CHECK(refusal("SELECT * FROM t WHERE a") == "Unsupported operation: Id");
  CHECK(refusal("UPDATE t SET a = size(b)") == "Unrecognized function: size at 1:18:4");
  CHECK(refusal("SELECT * FROM t ORDER BY a") ==
        "Must have WHERE clause in the statement when using ORDER BY clause.");
}

TEST_CASE("partiql: as many parameters as question marks") {
  constexpr std::string_view kMismatch =
      "Number of parameters in request and statement don't match.";
  CHECK(refusal("SELECT * FROM t WHERE a = ?") == kMismatch);
  CHECK(refusal("SELECT * FROM t WHERE a = '?'", {n(1)}) == kMismatch);
  CHECK(refusal("SELECT * FROM t WHERE a = ?", {n(1)}) == "compiles");
}

TEST_CASE("partiql: a SELECT names table, index, columns and order") {
  const auto select = as<partiql::Select>(
      R"(SELECT a, "b".c[1]['d e'], l[0] FROM "t"."i" WHERE a = 1 ORDER BY "x" DESC, y)");
  CHECK(select.from == partiql::Source{"t", "i"});
  REQUIRE(select.columns.size() == 3);
  CHECK(select.columns[0].name == "a");
  CHECK(select.columns[1].name == "d e");
  CHECK(to_string(select.columns[1].path) == "[b, c, [1], d e]");
  CHECK(select.columns[2].name == "_3");
  CHECK(select.order_by == std::vector<partiql::SortKey>{{"x", true}, {"y", false}});
}

TEST_CASE("partiql: an INSERT holds an item of literals and parameters") {
  const auto insert = as<partiql::InsertStatement>(
      "INSERT INTO t VALUE {'pk': ?, 'm': {'l': [1, -2.5, null, true]}, 's': <<'b', 'a'>>, "
      "'n': <<2, 1>>}",
      {std::string("key")});
  const Item expected = {
      {"pk", std::string("key")},
      {"m", Map{{"l", List{n(1), *Number::parse("-2.5"), Null{}, true}}}},
      {"s", StringSet{{"a", "b"}}},
      {"n", dynatape::model::NumberSet{{n(1), n(2)}}},
  };
  CHECK(insert.table == "t");
  CHECK(insert.item == expected);
  CHECK_FALSE(insert.if_not_exists);
  CHECK(as<partiql::InsertStatement>("INSERT INTO t VALUE {'pk': 1} IF NOT EXISTS").if_not_exists);
}

TEST_CASE("partiql: a literal may nest as deep as an item") {
  const auto nested = [](int depth) {
    std::string text = "INSERT INTO t VALUE {'a': ";
    for (int i = 0; i < depth; ++i) text += '[';
    text += '1';
    for (int i = 0; i < depth; ++i) text += ']';
    return text + "}";
  };
  CHECK(refusal(nested(31)) == "compiles");
  CHECK(refusal(nested(32)) ==
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
        "beyond supported limit");
}

TEST_CASE("partiql: WHERE holds as the service says") {
  CHECK(holds("attribute_exists(ss)"));
  CHECK_FALSE(holds("ATTRIBUTE_EXISTS(nope)"));
  CHECK(holds("NOT attribute_exists(nope)"));
  CHECK(holds("(attribute_exists(nope) OR attribute_exists(\"ss\"))"));
  CHECK(holds("attribute_exists(ss) = true"));
  CHECK(holds("true <> attribute_exists(nope)"));
  CHECK(holds("attribute_exists(m.sub) AND attribute_not_exists(m.nope)"));
  CHECK(holds("size(s) = 3"));
  CHECK(holds("attribute_type(ss, 'SS')"));
  CHECK(holds("nul IS NULL"));
  CHECK_FALSE(holds("s IS NULL"));
  CHECK(holds("s IS NOT NULL"));
  CHECK_FALSE(holds("nul IS NOT NULL OR nope IS NOT NULL"));
  CHECK(holds("nope IS MISSING AND s IS NOT MISSING"));
  CHECK(holds("flag IS BOOL AND s IS STRING AND n IS INT"));
  CHECK_FALSE(holds("s IS BOOL"));
  CHECK(holds("n IN [4, 5] AND n NOT IN (6, 7) AND s IN ('str')"));
  CHECK(holds("n BETWEEN 5 AND 6 AND NOT n BETWEEN 6 AND 7 AND n NOT BETWEEN 1 AND 4"));
  CHECK(holds("begins_with(s, 'st') AND contains(ss, 'b') AND l[1] = 2 AND m['sub'] = 'x'"));
  CHECK(holds("ss = ?", {StringSet{{"a", "b", "c"}}}));
  CHECK(holds("s <> 'x' AND nope <> 'x' AND NOT nope = 'x'"));
}

TEST_CASE("partiql: SET, REMOVE, set_add and set_delete change an item") {
  const auto update = as<partiql::UpdateStatement>(
      "UPDATE t SET n = n + 1, s = ?, l = list_append(l, [3]) SET ss = SET_ADD(ss, <<'d'>>), "
      "x = if_not_exists(x, 7) REMOVE m.sub WHERE pk = 'a' RETURNING MODIFIED OLD *",
      {std::string("new")});
  const auto after = apply(update.changes, kItem);
  REQUIRE(after.has_value());
  Item expected = kItem;
  expected.set("n", n(6));
  expected.set("s", std::string("new"));
  expected.set("l", List{n(1), n(2), n(3)});
  expected.set("ss", StringSet{{"a", "b", "c", "d"}});
  expected.set("x", n(7));
  expected.set("m", Map{});
  CHECK(*after == expected);
  CHECK(update.returning == partiql::Returning::modified_old);

  const auto from_first = as<partiql::UpdateStatement>(
      "FROM t WHERE pk = 'a' SET ss = set_delete(ss, <<'a', 'b', 'c'>>) REMOVE l[0]");
  const auto shrunk = apply(from_first.changes, kItem);
  REQUIRE(shrunk.has_value());
  CHECK(shrunk->find("ss") == nullptr);
  CHECK(*shrunk->find("l") == AttributeValue(List{n(2)}));
  CHECK(from_first.where.has_value());
}

TEST_CASE("partiql: changes that meet are refused") {
  CHECK(refusal("UPDATE t SET a.b = 1 REMOVE a WHERE pk = 1") ==
        "Two document paths overlap with each other; must remove or rewrite one of these paths; "
        "path one: [a, b], path two: [a]");
}

TEST_CASE("partiql: EXISTS is a statement of its own") {
  const auto exists =
      as<partiql::ExistsStatement>("EXISTS(SELECT * FROM t WHERE pk = 'a' AND b = 1)");
  CHECK(exists.select.from.table == "t");
  CHECK(refusal("EXISTS(a)") == "Unsupported operation: Call");
}

TEST_CASE("partiql: what a SELECT reads is known before the rest is judged") {
  const auto parsed = partiql::parse(R"(SELECT COUNT(*) FROM "t"."gsi" WHERE h1 = ?)");
  REQUIRE(parsed.has_value());
  CHECK(partiql::source_of(*parsed) == partiql::Source{"t", "gsi"});
  CHECK_FALSE(partiql::source_of(*partiql::parse("DELETE FROM t")).has_value());
}
