#include "emulator/expression/condition.h"

#include <catch2/catch.hpp>

#include "tests/emulator/expression/support.h"

namespace dynatape::expression {

namespace {

/// One attribute of each type, and a nested one.
const model::Item kItem = {
    {"s", s("hello")},
    {"n", n("42")},
    {"b", b("\x01\x02\x03")},
    {"t", model::AttributeValue(true)},
    {"z", null()},
    {"ss", ss({"a", "b"})},
    {"ns", ns({1, 2})},
    {"bs", bs({"x", "y"})},
    {"l", list({n("1"), s("two"), list({n("3")})})},
    {"m", map({{"k", s("v")}, {"l", list({n("10"), n("20")})}})},
};

std::string on_item(std::string_view text, std::optional<Values> values = {}) {
  return outcome(text, kItem, std::move(values));
}

}  // namespace

TEST_CASE("condition: comparison within a type is by value, bytes or number") {
  CHECK(on_item("n > :v", Values{{":v", n("5")}}) == "true");
  CHECK(on_item("n = :v", Values{{":v", n("42.0")}}) == "true");
  CHECK(on_item("s < :v", Values{{":v", s("hellp")}}) == "true");
  CHECK(on_item("s >= :v", Values{{":v", s("hello")}}) == "true");
  CHECK(on_item("b <= :v", Values{{":v", b("\x01\xff")}}) == "true");
  CHECK(on_item("s < :v", Values{{":v", s("\xc3\xa9")}}) == "true");
}

TEST_CASE("condition: comparison across types is false, <> true; so it is with what is absent") {
  for (const std::string_view text : {"n = :v", "n < :v", "n > :v", "absent = :v", "absent < :v",
                                      "absent = absent_too", "size(n) = :v", "size(absent) > :v"}) {
    INFO(text);
    CHECK(on_item(text, Values{{":v", s("42")}}) == "false");
  }
  CHECK(on_item("n <> :v", Values{{":v", s("42")}}) == "true");
  CHECK(on_item("absent <> :v", Values{{":v", s("42")}}) == "true");
}

TEST_CASE("condition: equality is deep; sets and maps are unordered, lists are not") {
  CHECK(on_item("m = :v", Values{{":v", map({{"l", list({n("10"), n("20")})}, {"k", s("v")}})}}) ==
        "true");
  CHECK(on_item("l = :v", Values{{":v", list({s("two"), n("1"), list({n("3")})})}}) == "false");
  CHECK(on_item("ss = :v", Values{{":v", ss({"a", "b"})}}) == "true");
  CHECK(on_item("t = :v", Values{{":v", true}}) == "true");
  CHECK(on_item("z = :v", Values{{":v", null()}}) == "true");
}

TEST_CASE("condition: BETWEEN includes its bounds, IN compares by equality") {
  CHECK(on_item("n BETWEEN :a AND :b", Values{{":a", n("42")}, {":b", n("42")}}) == "true");
  CHECK(on_item("n BETWEEN :a AND :b", Values{{":a", n("43")}, {":b", n("50")}}) == "false");
  CHECK(on_item("n BETWEEN :a AND :b", Values{{":a", s("1")}, {":b", s("9")}}) == "false");
  CHECK(on_item(":a BETWEEN m.l[0] AND m.l[1]", Values{{":a", n("15")}}) == "true");
  CHECK(on_item("s IN (:a, :b)", Values{{":a", n("1")}, {":b", s("hello")}}) == "true");
  CHECK(on_item("absent IN (:a, :b)", Values{{":a", n("1")}, {":b", s("hello")}}) == "false");
}

TEST_CASE("condition: existence and types, also inside documents") {
  CHECK(on_item("attribute_exists(m.l[1])") == "true");
  CHECK(on_item("attribute_exists(m.l[2])") == "false");
  CHECK(on_item("attribute_exists(m[0])") == "false");
  CHECK(on_item("attribute_exists(l.k)") == "false");
  CHECK(on_item("attribute_not_exists(m.q)") == "true");
  CHECK(on_item("attribute_type(z, :t)", Values{{":t", s("NULL")}}) == "true");
  CHECK(on_item("attribute_type(l[2], :t)", Values{{":t", s("L")}}) == "true");
  CHECK(on_item("attribute_type(absent, :t)", Values{{":t", s("L")}}) == "false");
}

TEST_CASE("condition: begins_with and contains") {
  CHECK(on_item("begins_with(s, :v)", Values{{":v", s("hel")}}) == "true");
  CHECK(on_item("begins_with(s, :v)", Values{{":v", s("")}}) == "true");
  CHECK(on_item("begins_with(b, :v)", Values{{":v", b("\x01\x02")}}) == "true");
  CHECK(on_item("begins_with(s, :v)", Values{{":v", b("hel")}}) == "false");
  CHECK(on_item("contains(s, :v)", Values{{":v", s("ell")}}) == "true");
  CHECK(on_item("contains(b, :v)", Values{{":v", b("\x02\x03")}}) == "true");
  CHECK(on_item("contains(ss, :v)", Values{{":v", s("b")}}) == "true");
  CHECK(on_item("contains(ss, :v)", Values{{":v", n("1")}}) == "false");
  CHECK(on_item("contains(ns, :v)", Values{{":v", n("2.0")}}) == "true");
  CHECK(on_item("contains(bs, :v)", Values{{":v", b("x")}}) == "true");
  CHECK(on_item("contains(l, :v)", Values{{":v", list({n("3")})}}) == "true");
  CHECK(on_item("contains(n, :v)", Values{{":v", n("42")}}) == "false");
  CHECK(on_item("contains(:v, s)", Values{{":v", list({s("hello")})}}) == "true");
}

TEST_CASE("condition: size counts UTF-16 units, bytes, elements") {
  const model::Item item = {{"s", s("a\xc3\xa9\xf0\x9f\x98\x80")},
                            {"b", b("abc")},
                            {"l", list({})},
                            {"m", map({{"k", n("1")}})},
                            {"ns", ns({1, 2, 3})}};
  CHECK(outcome("size(s) = :v", item, Values{{":v", n("4")}}) == "true");
  CHECK(outcome("size(b) = :v", item, Values{{":v", n("3")}}) == "true");
  CHECK(outcome("size(l) = :v", item, Values{{":v", n("0")}}) == "true");
  CHECK(outcome("size(m) < size(ns)", item) == "true");
  CHECK(outcome("size(s) BETWEEN size(b) AND :v", item, Values{{":v", n("4")}}) == "true");
}

TEST_CASE("condition: NOT, AND and OR") {
  CHECK(on_item("NOT attribute_exists(absent) AND attribute_exists(s)") == "true");
  CHECK(on_item("attribute_exists(absent) OR attribute_exists(s) AND attribute_exists(q)") ==
        "false");
  CHECK(on_item("NOT (attribute_exists(s) OR attribute_exists(q))") == "false");
  CHECK(outcome("attribute_not_exists(pk)", {}) == "true");
}

TEST_CASE("condition: resolving reports the first wrong operand, operators after their operands") {
  const auto error = [](std::string_view text, std::optional<Values> values = {},
                        std::optional<Names> names = {}) {
    const std::string message = outcome(text, {}, std::move(values), std::move(names));
    constexpr std::string_view kPrefix = "Invalid ConditionExpression: ";
    INFO(text << ": " << message);
    REQUIRE(message.starts_with(kPrefix));
    return message.substr(kPrefix.size());
  };
  const std::string undefined_name =
      "An expression attribute name used in the document path is not defined; attribute name: ";
  const std::string undefined_value =
      "An expression attribute value used in expression is not defined; attribute value: ";
  const std::string count =
      "Incorrect number of operands for operator or function; operator or function: ";
  const std::string type =
      "Incorrect operand type for operator or function; operator or function: ";
  const std::string path = "Operator or function requires a document path; operator or function: ";
  const std::string distinct =
      "The first operand must be distinct from the remaining operands for this operator or "
      "function; operator: ";

  CHECK(error("attribute_exists(#P.RearView, :a) and a=a") == undefined_name + "#P");
  CHECK(error("#4g > a") == undefined_name + "#4g");
  CHECK(error(":a < :b") == undefined_value + ":a");
  CHECK(error(":_ > a") == undefined_value + ":_");
  CHECK(error("attribute_exists(things, a) and a=a") ==
        count + "attribute_exists, number of operands: 2");
  CHECK(error("begins_with(things, size(a), b)") == count + "begins_with, number of operands: 3");
  CHECK(error("size(things, a) > b") == count + "size, number of operands: 2");
  CHECK(error("attribute_type(a, size(a)) and a=a and a=:a", Values{{":a", n("1")}}) ==
        type + "attribute_type, operand type: N");
  CHECK(error("attribute_type(a, :a)", Values{{":a", bs({"a"})}}) ==
        type + "attribute_type, operand type: BS");
  CHECK(error("begins_with(a, size(a)) and a=:a", Values{{":a", n("1")}}) ==
        type + "begins_with, operand type: N");
  CHECK(error("begins_with(:a, a)", Values{{":a", list({})}}) ==
        type + "begins_with, operand type: L");
  CHECK(error("size(:a) > a", Values{{":a", null()}}) == type + "size, operand type: NULL");
  CHECK(error("size(size(a)) > a") == type + "size, operand type: N");
  CHECK(error("a < :a", Values{{":a", true}}) == type + "<, operand type: BOOL");
  CHECK(error(":a >= a", Values{{":a", map({})}}) == type + ">=, operand type: M");
  CHECK(error("a BETWEEN :a AND :a", Values{{":a", ns({1})}}) ==
        type + "BETWEEN, operand type: NS");
  CHECK(error("attribute_exists(:a) and a=a", Values{{":a", s("1")}}) == path + "attribute_exists");
  CHECK(error("attribute_not_exists(size(:a))", Values{{":a", s("1")}}) ==
        path + "attribute_not_exists");
  CHECK(error("a = a AND #a = b AND :views > a", {}, Names{{"#a", "a"}}) ==
        distinct + "=, first operand: [a]");
  CHECK(error("contains(ab.bc[1].a, ab.bc[1].#a)", {}, Names{{"#a", "a"}}) ==
        distinct + "contains, first operand: [ab, bc, [1], a]");
  CHECK(error("a IN (b, a)") == distinct + "IN, first operand: [a]");
  CHECK(error("a between :b and :a", Values{{":a", s("a")}, {":b", n("1")}}) ==
        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
        "operand: "
        "AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}");
  CHECK(error("a between :b and :a", Values{{":a", s("a")}, {":b", s("b")}}) ==
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
        "lower bound "
        "operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}");
  CHECK(error("attribute_type(a, :t)", Values{{":t", s("String")}}) ==
        "Invalid attribute type name found; type: String, valid types: "
        "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}");

  std::string in = "a IN (:v";
  for (int i = 0; i < 100; ++i) in += ",:v";
  CHECK(error(in + ")", Values{{":v", n("1")}}) ==
        "The IN operator is provided with too many operands; number of operands: 101");
}

}  // namespace dynatape::expression
