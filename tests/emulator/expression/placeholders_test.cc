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

TEST_CASE("placeholders: a key has at most 255 bytes, which is told before its spelling") {
  const std::string longest(254, 'a');
  CHECK(checked(Names{{"#" + longest, "a"}}, Values{{":" + longest, n("1")}}, true).empty());
  CHECK(checked(Names{{"#-" + longest, "a"}}, {}, true) ==
        "ExpressionAttributeNames contains invalid key: The expression attribute map contains a "
        "key that is too long; size of key: 256");
  CHECK(checked({}, Values{{":b" + longest, n("1")}}, true) ==
        "ExpressionAttributeValues contains invalid key: The expression attribute map contains a "
        "key that is too long;");
}

TEST_CASE("placeholders: a name stands for 1 to 65,535 bytes") {
  CHECK(checked(Names{{"#a", std::string(65'535, 'a')}}, {}, true).empty());
  CHECK(checked(Names{{"#a", std::string(65'536, 'a')}}, {}, true) ==
        "Attribute name is too large, must be less than 65536 bytes");
  CHECK(checked(Names{{"#a", ""}}, {}, true) ==
        "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a");
}

TEST_CASE("placeholders: names and values have at most 2 MB together") {
  Names names;
  for (int i = 0; i < 32; ++i)
    names.emplace_back("#" + std::to_string(100 + i), std::string(65'532, 'a'));
  CHECK(checked(names, {}, true).empty());
  const Values small{{":a", s("a")}};
  CHECK(checked(names, small, true) ==
        "Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size");
  CHECK(checked({}, Values{{":a", s(std::string(2'097'150, 'a'))}}, true).empty());
  CHECK(checked({}, Values{{":a", s(std::string(2'097'151, 'a'))}}, true) ==
        "ExpressionAttributeValues exceeds max size");
  names.front().second += 'a';
  CHECK(checked(names, small, true) == "ExpressionAttributeNames exceeds max size");
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
