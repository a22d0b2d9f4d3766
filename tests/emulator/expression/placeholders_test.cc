#include "emulator/expression/placeholders.h"

#include <catch2/catch.hpp>

#include "tests/emulator/expression/support.h"

namespace dynatape::expression {

namespace {

std::string checked(std::optional<Names> names, std::optional<Values> values, bool expressions) {
  const auto outcome = Placeholders(std::move(names), std::move(values)).check(expressions);
  return outcome ? "" : outcome.error().message;
}

}  // namespace

TEST_CASE(
    "placeholders: the maps need an expression, an entry and well spelled keys, names first") {
  CHECK(checked({}, {}, false).empty());
  CHECK(checked(Names{}, Values{}, false) ==
        "ExpressionAttributeNames can only be specified when using expressions");
  CHECK(checked({}, Values{{":v", n("1")}}, false) ==
        "ExpressionAttributeValues can only be specified when using expressions");
  CHECK(checked(Names{}, Values{}, true) == "ExpressionAttributeNames must not be empty");
  CHECK(checked({}, Values{}, true) == "ExpressionAttributeValues must not be empty");
  CHECK(checked(Names{{"a", "a"}}, Values{}, true) ==
        R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "a")");
  CHECK(checked({}, Values{{":ok", n("1")}, {"b", n("1")}}, true) ==
        R"(ExpressionAttributeValues contains invalid key: Syntax error; key: "b")");
  CHECK(checked(Names{{"#a-b", "a"}}, {}, true) ==
        R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b")");
  CHECK(checked(Names{{"#4_a", "a"}}, Values{{":0", n("1")}}, true).empty());
}

TEST_CASE("placeholders: what no expression used is named, all of one map at once") {
  Placeholders placeholders(Names{{"#b", "b"}, {"#a", "a"}, {"#c", "c"}},
                            Values{{":x", n("1")}, {":y", n("2")}});
  REQUIRE(placeholders.name("#b") != nullptr);
  CHECK(*placeholders.name("#b") == "b");
  CHECK(placeholders.name("#d") == nullptr);
  CHECK(placeholders.check_all_used().error().message ==
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}");
  CHECK(*placeholders.name("#a") == "a");
  CHECK(*placeholders.name("#c") == "c");
  CHECK(*placeholders.value(":x") == n("1"));
  CHECK(placeholders.check_all_used().error().message ==
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}");
  CHECK(*placeholders.value(":y") == n("2"));
  CHECK(placeholders.check_all_used());
}

}  // namespace dynatape::expression
