#include <catch2/catch.hpp>

#include "emulator/expression/limits.h"
#include "emulator/expression/parser.h"

namespace dynatape::expression {

namespace {

std::string error(std::string_view text) {
  const auto parsed = parse_condition(text, Parameter::filter);
  if (parsed) return "";
  constexpr std::string_view kPrefix = "Invalid FilterExpression: ";
  REQUIRE(parsed.error().message.starts_with(kPrefix));
  return parsed.error().message.substr(kPrefix.size());
}

Condition parsed(std::string_view text) {
  auto condition = parse_condition(text, Parameter::condition);
  INFO(text << ": " << (condition ? "" : condition.error().message));
  REQUIRE(condition);
  return std::move(*condition);
}

}  // namespace

TEST_CASE(
    "condition parser: AND binds tighter than OR, NOT tighter than AND, parentheses tightest") {
  CHECK(parsed("a = b OR c = d AND e = f") == parsed("a = b OR (c = d AND e = f)"));
  CHECK_FALSE(parsed("a = b OR c = d AND e = f") == parsed("(a = b OR c = d) AND e = f"));
  CHECK(parsed("NOT a = b AND c = d") == parsed("(NOT (a = b)) AND c = d"));
  CHECK(parsed("not NOT a = b") == parsed("NOT (NOT a = b)"));
  CHECK(parsed("a BETWEEN b AND c AND d = e") == parsed("(a between b and c) and (d = e)"));
}

TEST_CASE("condition parser: a row of ANDs is one node with all its operands") {
  const Condition condition = parsed("a = b AND c = d AND e = f");
  const auto& logical = std::get<Logical>(condition.node);
  CHECK(logical.connective == Connective::and_);
  CHECK(logical.operands.size() == 3);
}

TEST_CASE("condition parser: paths hold names, placeholders and indices") {
  const Condition condition = parsed("attribute_exists (a.#b[12].c)");
  const auto& call = std::get<Call>(condition.node);
  CHECK(call.function == Function::attribute_exists);
  CHECK(std::get<Path>(call.arguments[0].node) == Path{{PathElement::of("a"),
                                                        {PathElement::Kind::placeholder, "#b"},
                                                        PathElement::of(12U),
                                                        PathElement::of("c")}});
}

TEST_CASE("condition parser: a syntax error names its token and the ones beside it") {
  CHECK(error("attribute_not_exists(") == R"(Syntax error; token: "<EOF>", near: "(")");
  CHECK(error("a = = b") == R"(Syntax error; token: "=", near: "= = b")");
  CHECK(error("!!!") == R"(Syntax error; token: "!", near: "!!")");
  CHECK(error("whatever") == R"(Syntax error; token: "<EOF>", near: "whatever")");
  CHECK(error("things are not gonna be ok") ==
        R"(Syntax error; token: "are", near: "things are not")");
  CHECK(error("a > 4") == R"(Syntax error; token: "4", near: "> 4")");
  CHECK(error("a = :v\xc3\xa9 b") == "Syntax error; token: \"\xc3\xa9\", near: \":v\xc3\xa9 b\"");
  CHECK(error("  ") == R"(Syntax error; token: "<EOF>", near: "")");
}

TEST_CASE("condition parser: what is no condition is a syntax error") {
  for (const std::string_view text : {"attribute_exists(Pictures..RearView)",
                                      "attribute_exists(Pi#ctures.RearView)",
                                      "attribute_exists(asdf[a])",
                                      "a in b, c",
                                      "a > between",
                                      "a in (b,c,)",
                                      "(a)between(b.(c.d))and(c)",
                                      "(a)between(b.c.d)and((c)",
                                      "#$.b > a",
                                      "a > :things.stuff",
                                      "b[#_] > a",
                                      "(size(a))[0] > a",
                                      "a = b c = d",
                                      "a = b AND",
                                      "NOT",
                                      "(a = b",
                                      "a = b)",
                                      "(a = b) = c",
                                      "a = NOT b",
                                      "size()",
                                      ":",
                                      "#",
                                      "a[",
                                      "a[-1] = b",
                                      "a.[1] = b",
                                      "a = b OR OR c = d"}) {
    INFO(text);
    CHECK(error(text).starts_with("Syntax error; "));
  }
}

TEST_CASE("condition parser: doubled parentheses are redundant, single ones are not") {
  for (const std::string_view text :
       {"a=a and a > ((views))", "a > whatever((:things), ((a)))", "a=a OR ((a=a OR a=a)) OR a=a",
        "a=a AND ((a=a AND (a=a AND a=a)))", "((attribute_not_exists(pk)))"}) {
    INFO(text);
    CHECK(error(text) == "The expression has redundant parentheses;");
  }
  CHECK(error("((a=b) OR (c=d))").empty());
  CHECK(error("(a) = (b)").empty());
  CHECK(error("NOT (NOT (a = b))").empty());
  CHECK(error("a IN ((b), c)").empty());
}

TEST_CASE("condition parser: functions stand where they may, before reserved words are looked at") {
  CHECK(error("a = whatever(b)") == "Invalid function name; function: whatever");
  CHECK(error("Size(a) = b") == "Invalid function name; function: Size");
  CHECK(error("a = if_not_exists(b, c)") ==
        "The function is not allowed in a condition expression; function: if_not_exists");
  const std::string misused =
      "The function is not allowed to be used this way in an expression; function: ";
  CHECK(error("a=a and attribute_exists((views), (#a)) > b") == misused + "attribute_exists");
  CHECK(error("contains(:things, c) > b") == misused + "contains");
  CHECK(error("size(contains(a, b)) > a") == misused + "contains");
  CHECK(error("size(things)") == misused + "size");
  CHECK(error("(size(things))") == misused + "size");
  CHECK(error("a between b and attribute_exists(things)") == misused + "attribute_exists");
  CHECK(error("a in (b, attribute_exists(things))") == misused + "attribute_exists");
  CHECK(error("(size(a)) > b").empty());
  CHECK(error("(attribute_exists(a))").empty());
}

TEST_CASE("condition parser: reserved words are refused in any case and anywhere in a path") {
  CHECK(error("status = :v") == "Attribute name is a reserved keyword; reserved keyword: status");
  CHECK(error("a.Views > :v") == "Attribute name is a reserved keyword; reserved keyword: Views");
  CHECK(error("#status = :v").empty());
}

TEST_CASE(
    "condition parser: an empty expression, a long one, too many operators, too deep a path") {
  CHECK(error("") == "The expression can not be empty;");

  std::string filler(kMaxExpressionBytes - 5, 'a');
  CHECK(error(filler + " = :v").empty());
  CHECK(error(filler + "a = :v") ==
        "Expression size has exceeded the maximum allowed size; expression size: 4097");

  std::string many = "a=b";
  for (std::size_t i = 1; i < kMaxOperators / 2; ++i) many += " OR a=b";
  CHECK(error(many + " OR attribute_exists(c)").empty());
  CHECK(error(many + " OR a=b") ==
        "The expression contains too many operators; operator count: 301");

  std::string deep = "a";
  for (std::size_t i = 1; i < kMaxPathElements; ++i) deep += ".a";
  CHECK(error(deep + " = :v").empty());
  CHECK(error(deep + ".a = :v") ==
        "The document path has too many nesting elements; nesting levels: 33");
  CHECK(error("a[2147483647] = :v").empty());
  CHECK(error("a[2147483648] = :v") ==
        "List index is not within the allowable range; index: [2147483648]");
}

TEST_CASE("condition parser: nesting as deep as the size allows is answered, not crashed on") {
  CHECK(error(std::string(4000, '(')) == "The expression has redundant parentheses;");
  CHECK(error(std::string(2000, '(') + "a=b" + std::string(2000, ')')) ==
        "The expression has redundant parentheses;");
  std::string nots;
  while (nots.size() < 4000) nots += "NOT ";
  CHECK(error(nots + "a=b") == "The expression contains too many operators; operator count: 1001");
  std::string calls;
  while (calls.size() < 4000) calls += "size(";
  CHECK_FALSE(error(calls + "a").empty());
}

}  // namespace dynatape::expression
