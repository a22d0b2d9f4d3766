#include "emulator/expression/projection.h"

#include <catch2/catch.hpp>

#include "tests/emulator/expression/support.h"

namespace dynatape::expression {

namespace {

model::Item projected(std::string_view text, const model::Item& item) {
  Placeholders placeholders;
  const auto projection = compile_projection(text, placeholders);
  INFO(text << ": " << (projection ? "" : projection.error().message));
  REQUIRE(projection);
  return project(item, *projection);
}

std::string error(std::string_view text, std::optional<Names> names = {}) {
  Placeholders placeholders(std::move(names), {});
  const auto projection = compile_projection(text, placeholders);
  return projection ? "" : projection.error().message;
}

const model::Item kItem = {
    {"a", map({{"b", n("1")}, {"c", map({{"d", n("2")}, {"e", n("3")}})}})},
    {"l", list({map({{"x", n("1")}, {"y", n("2")}, {"z", n("3")}}), n("10"), n("20")})},
    {"s", s("text")}};

}  // namespace

TEST_CASE("projection: top-level attributes, and nothing for what is missing") {
  CHECK(projected("s, q", kItem) == model::Item{{"s", s("text")}});
  CHECK(projected("q, a.q, s.b, l[7]", kItem).empty());
}

TEST_CASE("projection: sub-paths of one attribute share one parent") {
  CHECK(projected("a.b, s, a.c.e", kItem) ==
        model::Item{{"a", map({{"b", n("1")}, {"c", map({{"e", n("3")}})}})}, {"s", s("text")}});
  CHECK(projected("l[0].z, l[0].x", kItem) ==
        model::Item{{"l", list({map({{"x", n("1")}, {"z", n("3")}})})}});
}

TEST_CASE("projection: list elements are compacted and ascending whatever the order asked") {
  CHECK(projected("l[2], l[9], l[1]", kItem) == model::Item{{"l", list({n("10"), n("20")})}});
}

TEST_CASE("projection: overlapping paths are refused, then conflicting ones, after aliases") {
  const auto overlap = [](std::string_view one, std::string_view two,
                          std::string_view how = "overlap") {
    return "Invalid ProjectionExpression: Two document paths " + std::string(how) +
           " with each other; must remove or rewrite one of these paths; path one: " +
           std::string(one) + ", path two: " + std::string(two);
  };
  CHECK(error("a, a") == overlap("[a]", "[a]"));
  CHECK(error("a, #a", Names{{"#a", "a"}}) == overlap("[a]", "[a]"));
  CHECK(error("a.b, a") == overlap("[a, b]", "[a]"));
  CHECK(error("l, l[0]") == overlap("[l]", "[l, [0]]"));
  CHECK(error("a, a.b.c") == overlap("[a]", "[a, b, c]"));
  CHECK(error("b[1], b.a, #a.b, a", Names{{"#a", "a"}}) == overlap("[a, b]", "[a]"));
  CHECK(error("a[3].b, #a.#b.b", Names{{"#a", "a"}, {"#b", "[3]"}}) ==
        overlap("[a, [3], b]", "[a, [3], b]", "conflict"));
  CHECK(error("a.b, a.c, l[0].x, l[0].y, l[1]").empty());
}

TEST_CASE("projection: undefined names, syntax and emptiness") {
  CHECK(error("a,b,a,#a") ==
        "Invalid ProjectionExpression: An expression attribute name used in the document path is "
        "not defined; attribute name: #a");
  CHECK(error("") == "Invalid ProjectionExpression: The expression can not be empty;");
  for (const std::string_view text :
       {":a", "a,,b", "a..b", "a[b]", "(a.b).c", "(a)", "(a),(b)", "(a,b)", "a,", "a b"}) {
    INFO(text);
    CHECK(error(text).starts_with("Invalid ProjectionExpression: Syntax error; "));
  }
}

}  // namespace dynatape::expression
