#include "emulator/expression/update.h"

#include <catch2/catch.hpp>

#include "tests/emulator/expression/support.h"

namespace dynatape::expression {

namespace {

Update compiled(std::string_view text, std::optional<Values> values = {},
                std::optional<Names> names = {}) {
  Placeholders placeholders(std::move(names), std::move(values));
  auto update = compile_update(text, placeholders);
  INFO(text << ": " << (update ? "" : update.error().message));
  REQUIRE(update);
  return std::move(*update);
}

model::Item applied(std::string_view text, const model::Item& item,
                    std::optional<Values> values = {}) {
  auto result = apply(compiled(text, std::move(values)), item);
  INFO(text << ": " << (result ? "" : result.error().message));
  REQUIRE(result);
  return std::move(*result);
}

/// Why the update cannot be applied.
std::string refused(std::string_view text, const model::Item& item,
                    std::optional<Values> values = {}) {
  const auto result = apply(compiled(text, std::move(values), Names{{"#1", "1"}}), item);
  return result ? "" : result.error().message;
}

/// Why the expression itself is refused, without the prefix.
std::string error(std::string_view text, std::optional<Values> values = {},
                  std::optional<Names> names = {}) {
  Placeholders placeholders(std::move(names), std::move(values));
  const auto update = compile_update(text, placeholders);
  if (update) return "";
  constexpr std::string_view kPrefix = "Invalid UpdateExpression: ";
  REQUIRE(update.error().message.starts_with(kPrefix));
  return update.error().message.substr(kPrefix.size());
}

}  // namespace

TEST_CASE(
    "update: SET writes values, copies attributes and computes, all from the item as it was") {
  const model::Item item = {{"a", n("1")}, {"b", n("10")}, {"l", list({n("1")})}};
  CHECK(applied("SET a = :v, b = a, c = b - a, d = b + :v", item, Values{{":v", n("5")}}) ==
        model::Item{
            {"a", n("5")}, {"b", n("1")}, {"c", n("9")}, {"d", n("15")}, {"l", list({n("1")})}});
  CHECK(
      applied("SET l = list_append(:x, l), q = if_not_exists(q, :v) + :v, a = if_not_exists(a, :x)",
              item, Values{{":v", n("5")}, {":x", list({s("x")})}}) ==
      model::Item{{"a", n("1")}, {"b", n("10")}, {"l", list({s("x"), n("1")})}, {"q", n("10")}});
  CHECK(applied("SET l = list_append(if_not_exists(q, :x), l), c = (a) + (b), d = (a - b)", item,
                Values{{":x", list({})}}) ==
        model::Item{
            {"a", n("1")}, {"b", n("10")}, {"c", n("11")}, {"d", n("-9")}, {"l", list({n("1")})}});
}

TEST_CASE("update: nested SET needs its parent, and makes the last element") {
  const model::Item item = {{"m", map({{"k", n("1")}})}, {"l", list({n("1"), map({})})}};
  CHECK(applied("SET m.q = :v, l[1].z = :v, l[0] = :v", item, Values{{":v", s("x")}}) ==
        model::Item{{"m", map({{"k", n("1")}, {"q", s("x")}})},
                    {"l", list({s("x"), map({{"z", s("x")}})})}});
}

TEST_CASE("update: list indices mean the list as it was; past the end they append in index order") {
  const model::Item item = {{"l", list({n("0"), n("1"), n("2")})}};
  const Values values{{":a", s("a")}, {":b", s("b")}};
  CHECK(applied("SET l[9] = :a, l[7] = :b", item, values) ==
        model::Item{{"l", list({n("0"), n("1"), n("2"), s("b"), s("a")})}});
  CHECK(applied("REMOVE l[0], l[2] SET l[1] = :a, l[5] = :b", item, values) ==
        model::Item{{"l", list({s("a"), s("b")})}});
  CHECK(applied("REMOVE l[0], l[1], l[3]", item) == model::Item{{"l", list({n("2")})}});
}

TEST_CASE("update: REMOVE forgets attributes and ignores what is not there") {
  const model::Item item = {{"a", n("1")}, {"m", map({{"k", n("1")}, {"q", n("2")}})}};
  CHECK(applied("REMOVE a, m.k, absent, m.absent", item) ==
        model::Item{{"m", map({{"q", n("2")}})}});
}

TEST_CASE("update: ADD sums numbers and unites sets, DELETE takes members away") {
  const model::Item item = {{"n", n("5")}, {"s1", ss({"a", "c"})}, {"m", map({{"n", ns({1, 2})}})}};
  CHECK(applied("ADD n :n, fresh :n, s1 :s, m.n :ns", item,
                Values{{":n", n("-1")}, {":s", ss({"b", "c"})}, {":ns", ns({2, 3})}}) ==
        model::Item{{"fresh", n("-1")},
                    {"m", map({{"n", ns({1, 2, 3})}})},
                    {"n", n("4")},
                    {"s1", ss({"a", "b", "c"})}});
  CHECK(applied("DELETE s1 :s, m.n :ns, absent :s", item,
                Values{{":s", ss({"c", "z"})}, {":ns", ns({1, 2})}}) ==
        model::Item{{"m", map({})}, {"n", n("5")}, {"s1", ss({"a"})}});
}

TEST_CASE(
    "update: operands of the wrong type, missing attributes and impossible paths are refused") {
  const model::Item item = {
      {"a", s("x")}, {"b", list({n("1")})}, {"c", map({{"k", n("1")}})}, {"n", n("1e50")}};
  const std::string type = "An operand in the update expression has an incorrect data type";
  const std::string path =
      "The document path provided in the update expression is invalid for update";
  CHECK(refused("DELETE c.k :v", item, Values{{":v", ns({1})}}) == type);
  CHECK(refused("ADD b :v", item, Values{{":v", ns({1})}}) == type);
  CHECK(refused("ADD a :v", item, Values{{":v", n("1")}}) == type);
  CHECK(refused("SET e = a + :v", item, Values{{":v", n("1")}}) == type);
  CHECK(refused("SET e = list_append(b, a)", item) == type);
  CHECK(refused("SET e = absent", item) ==
        "The provided expression refers to an attribute that does not exist in the item");
  for (const char* text :
       {"SET b.a = a", "SET y[1] = :a, #1 = :a", "SET c[1] = :a", "SET a.#1 = :a",
        "REMOVE b.a SET #1 = :a", "REMOVE y.a SET #1 = :a", "REMOVE c[1] SET #1 = :a",
        "DELETE y.a :a SET #1 = :a", "ADD a.#1 :a", "SET b[4].x = :a"}) {
    INFO(text);
    CHECK(refused(text, item, Values{{":a", ss({"a"})}}) == path);
  }
  CHECK(refused("SET n = n + :v", item, Values{{":v", n("1")}}) ==
        "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

TEST_CASE("update: fragments of the old and the new item at the paths touched") {
  const Update update =
      compiled("SET a.x = :v, l[1] = :v, l[9] = :v REMOVE gone ADD k :v", Values{{":v", n("7")}});
  const model::Item before = {{"a", map({{"x", n("1")}, {"y", n("2")}})},
                              {"gone", s("g")},
                              {"l", list({n("0"), n("1")})},
                              {"other", s("o")}};
  const auto after = apply(update, before);
  REQUIRE(after);
  CHECK(updated_old(update, before) ==
        model::Item{{"a", map({{"x", n("1")}})}, {"gone", s("g")}, {"l", list({n("1")})}});
  CHECK(updated_new(update, *after) ==
        model::Item{{"a", map({{"x", n("7")}})}, {"k", n("7")}, {"l", list({n("7")})}});
  const Update removal = compiled("REMOVE l[0]");
  CHECK(updated_new(removal, *apply(removal, before)).empty());
}

TEST_CASE("update: the sections in any order and any case, each once") {
  CHECK(compiled("set a = b remove c").actions.size() == 2);
  CHECK(compiled("DELETE s1 :v ADD k :v REMOVE q SET z = q", Values{{":v", ns({1})}})
            .actions.size() == 4);
  const auto twice = [](std::string section) {
    return "The \"" + section + "\" section can only be used once in an update expression;";
  };
  CHECK(error("set a = #c set c = :d") == twice("SET"));
  CHECK(error("remove #d set a = b remove e") == twice("REMOVE"));
  CHECK(error("add #d :e set a = b add e :f") == twice("ADD"));
  CHECK(error("delete #d :e set a = b delete #e :f") == twice("DELETE"));
  CHECK(error("set #c = :c set abOrt = true") ==
        "Attribute name is a reserved keyword; reserved keyword: abOrt");
}

TEST_CASE("update: syntax errors") {
  CHECK(error("INVALID SYNTAX HERE") ==
        R"(Syntax error; token: "INVALID", near: "INVALID SYNTAX")");
  CHECK(error("SET") == R"(Syntax error; token: "<EOF>", near: "SET")");
  CHECK(error("SET a = if_not_exists(a, 0)") == R"x(Syntax error; token: "0", near: ", 0)")x");
  for (const char* text :
       {"delete a", "delete a = b", "delete a b", "delete a if_not_exist(b)", "add abort b",
        "remove a b", "set a b", "set :a = b", "add :a b", "delete :a b", "remove :a",
        "set a[1] = \"eight\"", "set a[1] = 1", "SET a = if_not_exist(a, 100)",
        "set a = (b.c)[0] + e", "set a = b + c + d", "set a = (b + c) - d", "set a = b,",
        "set a = b c = d"}) {
    INFO(text);
    CHECK(error(text).starts_with("Syntax error; "));
  }
  CHECK(error("set a = ((b))") == "The expression has redundant parentheses;");
  CHECK(error("set a = ((b + c))") == "The expression has redundant parentheses;");
}

TEST_CASE("update: what can be told without an item, in the service's order") {
  const std::string type = "Incorrect operand type for operator or function; operator";
  const std::string count =
      "Incorrect number of operands for operator or function; operator or function: ";
  const std::string path = "Operator or function requires a document path; operator or function: ";
  const auto paths = [](const std::string& how, const std::string& one, const std::string& two) {
    return "Two document paths " + how +
           " with each other; must remove or rewrite one of these paths; path one: " + one +
           ", path two: " + two;
  };
  CHECK(error("set a = whatever(b)") == "Invalid function name; function: whatever");
  CHECK(error("set a = size(b)") ==
        "The function is not allowed in an update expression; function: size");
  CHECK(
      error("SET #c = if_not_exists(:c)") ==
      "An expression attribute name used in the document path is not defined; attribute name: #c");
  CHECK(error("SET attr1 = :v") ==
        "An expression attribute value used in expression is not defined; attribute value: :v");
  CHECK(error("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", {}, Names{{"#c", "c"}}) ==
        paths("overlap", "[c, [1], a]", "[c]"));
  CHECK(error("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", {},
              Names{{"#c", "c"}, {"#d", "[3]"}}) ==
        paths("conflict", "[c, [3], [3]]", "[c, [3], [3]]"));
  CHECK(error("remove a.#c set a[1] = #d", {}, Names{{"#c", "c"}, {"#d", "[3]"}}) ==
        paths("conflict", "[a, c]", "[a, [1]]"));
  CHECK(error("set b = list_append(:a, a), c = if_not_exists(a) add a.b :a",
              Values{{":a", s("a")}}) == type + ": ADD, operand type: STRING");
  CHECK(error("add a.b :a", Values{{":a", true}}) == type + ": ADD, operand type: BOOLEAN");
  CHECK(error("delete a.b :a", Values{{":a", n("1")}}) == type + ": DELETE, operand type: NUMBER");
  CHECK(error("delete a.b :a", Values{{":a", map({})}}) == type + ": DELETE, operand type: MAP");
  CHECK(error("set a = if_not_exists(c)") == count + "if_not_exists, number of operands: 1");
  CHECK(error("set a = list_append(c)") == count + "list_append, number of operands: 1");
  CHECK(error("set a = if_not_exists(:a, c)", Values{{":a", s("a")}}) == path + "if_not_exists");
  CHECK(error("set a = if_not_exists(if_not_exists(a, b), c)") == path + "if_not_exists");
  CHECK(error("set a = list_append(:a, a)", Values{{":a", ss({"a"})}}) ==
        type + " or function: list_append, operand type: SS");
  CHECK(error("set a = a + :d", Values{{":d", true}}) ==
        type + " or function: +, operand type: BOOL");
  CHECK(error("set a = :a - :c", Values{{":a", s("a")}, {":c", b("a")}}) ==
        type + " or function: -, operand type: S");
}

TEST_CASE("update: an expression may have 4,096 bytes; its size is not told") {
  const std::string name(4096 - 5, 'a');
  CHECK(error("SET " + name + "=b") == "Expression size has exceeded the maximum allowed size;");
  CHECK(error("SET " + name.substr(1) + "=b").empty());
}

TEST_CASE("update: the statement's own size, from captures of the service's limit") {
  const model::Item item = {{"s1", ss({"a"})}};
  const auto size = [&](std::string_view text, std::optional<Values> values = {}) {
    return statement_size(compiled(text, std::move(values)), item);
  };
  const Values v{{":v", s("12345")}};
  CHECK(size("SET a = :v", v) == 3 + 19 + 1 + 5);
  CHECK(size("SET ab.cd[12] = :v", v) == 3 + 19 + (2 + 4 + 2 + 4 + 2) + 5);
  CHECK(size("SET a = b.cd", {}) == 3 + 19 + 1 + (1 + 14 + 1 + 14 + 2));
  CHECK(size("SET a = if_not_exists(b, :v)", v) == 3 + 19 + 1 + 39 + 16 + 5);
  CHECK(size("SET a = list_append(b, b)") == 3 + 19 + 1 + 37 + 16 + 16);
  CHECK(size("SET a = b + b") == 3 + 19 + 1 + 34 + 16 + 16);
  CHECK(size("SET a = b - b") == 3 + 19 + 1 + 37 + 16 + 16);
  CHECK(size("REMOVE abc, d") == 3 + 1 + 3 + 1 + 1);
  CHECK(size("DELETE s1 :v", Values{{":v", ss({"abcdef"})}}) == 3 + 1 + 2);
  CHECK(size("ADD s1 :v", Values{{":v", ss({"a", "xyz"})}}) == 3 + 19 + 2 + 3);
}

}  // namespace dynatape::expression
