#include "emulator/wire/shape.h"

#include <catch2/catch.hpp>
#include <limits>

namespace dynatape::wire {
namespace {

struct Part {
  std::optional<std::string> kind;
};

struct Input {
  std::optional<std::string> table_name;
  std::optional<std::int32_t> limit;
  std::optional<bool> consistent;
  std::optional<std::vector<Part>> parts;
  std::optional<Named<std::string>> names;
  std::optional<Named<std::vector<Part>>> lists;
  std::optional<Values> item;
};

}  // namespace

template <>
struct Shape<Part> {
  static constexpr std::string_view kName = "Part";
  static constexpr auto kMembers =
      std::tuple{member("Kind", &Part::kind, {.required = true, .one_of = {"[HASH, RANGE]"}})};
  static constexpr std::array<std::string_view, 0> kUnsupported{};
};

template <>
struct Shape<Input> {
  static constexpr std::string_view kName = "Input";
  static constexpr auto kMembers =
      std::tuple{member("TableName", &Input::table_name,
                        {.required = true, .min = 3, .max = 255, .pattern = Pattern::name}),
                 member("Limit", &Input::limit, {.min = 1}),
                 member("Consistent", &Input::consistent),
                 member("Parts", &Input::parts, {.min = 1, .max = 2}),
                 member("Names", &Input::names),
                 member("Lists", &Input::lists),
                 member("Item", &Input::item)};
  static constexpr std::array<std::string_view, 1> kUnsupported = {"Later"};
};

namespace {

/// The words of the SerializationException, or "" where all is well.
std::string type_error(std::string_view body) {
  INFO(body);
  const auto json = Json::parse(body);
  REQUIRE(json);
  Decoding decoding;
  Input input;
  (void)decode(decoding, *json, input);
  return decoding.error;
}

std::string violations(std::string_view body) {
  Decoding decoding;
  Input input;
  REQUIRE(decode(decoding, *Json::parse(body), input));
  Violations found;
  check(found, input, Path{});
  return found.any() ? found.error().message : "";
}

}  // namespace

TEST_CASE("shape: a wrong JSON type is told in the service's words") {
  CHECK(type_error(R"({"TableName":"abc","Unknown":1,"Limit":null})").empty());
  CHECK(type_error(R"({"TableName":23})") == "NUMBER_VALUE cannot be converted to String");
  CHECK(type_error(R"({"TableName":true})") == "TRUE_VALUE cannot be converted to String");
  CHECK(type_error(R"({"TableName":[]})") == "Unrecognized collection type class java.lang.String");
  CHECK(type_error(R"({"TableName":{}})") == "Start of structure or map found where not expected");
  CHECK(type_error(R"({"Limit":"23"})") == "STRING_VALUE cannot be converted to Integer");
  CHECK(type_error(R"({"Consistent":"x"})") == "Unexpected token received from parser");
  CHECK(type_error(R"({"Parts":23})") == "Unexpected field type");
  CHECK(type_error(R"({"Parts":{}})") == "Start of structure or map found where not expected");
  CHECK(type_error(R"({"Parts":[23]})") == "Unexpected value type in payload");
  CHECK(type_error(R"({"Parts":[[]]})") ==
        "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Part");
  CHECK(type_error(R"({"Names":[]})") ==
        "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>");
  CHECK(type_error(R"({"Lists":{"a":23}})").starts_with("class sun.reflect.generics"));
  CHECK(type_error(R"({"Item":{"a":{"N":1}}})") == "NUMBER_VALUE cannot be converted to String");
  CHECK(type_error(R"({"Item":{"a":"text"}})") == "Unexpected value type in payload");
}

TEST_CASE("shape: a member that it does not have is refused by name") {
  const auto refused = [](const char* text) {
    Decoding decoding;
    Input input;
    CHECK(decode(decoding, *Json::parse(text), input));
    return decoding.refused;
  };
  CHECK(refused(R"({"Later":{},"TableName":"abc"})") ==
        "Dynatape's emulator does not implement the parameter Input.Later");
  CHECK(refused(R"({"TabelName":"abc","Later":{}})") ==
        "Dynatape's emulator knows no parameter Input.TabelName");
  CHECK(refused(R"({"TabelName":null,"Parts":[{"Kind":"HASH"}]})").empty());
}

TEST_CASE("shape: violations are collected in the order of the members") {
  CHECK(violations(R"({"TableName":"abc"})").empty());
  CHECK(violations("{}") ==
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: "
        "Member must not be null");
  CHECK(violations(R"({"TableName":"a;","Limit":0,"Parts":[{"Kind":"HASH"},{"Kind":"X"}]})") ==
        "4 validation errors detected: Value 'a;' at 'tableName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at "
        "'tableName' failed to satisfy constraint: Member must have length greater than or equal "
        "to 3; Value '0' at 'limit' failed to satisfy constraint: Member must have value greater "
        "than or equal to 1; Value 'X' at 'parts.2.member.kind' failed to satisfy constraint: "
        "Member must satisfy enum value set: [HASH, RANGE]");
}

TEST_CASE("shape: no more than ten violations are listed") {
  CHECK(violations(R"({"TableName":"abc","Parts":[{},{},{},{},{},{},{},{},{},{},{},{}]})")
            .starts_with("10 validation errors detected: "));
}

TEST_CASE("json: what is not JSON is refused") {
  for (const auto* text : {"", "hi", "{", "{\"a\":}", "[1,]", "{\"a\":1}x", "\"\xff\""}) {
    INFO(text);
    CHECK_FALSE(Json::parse(text).has_value());
  }
  CHECK_FALSE(Json::parse(std::string(5000, '[')).has_value());
}

TEST_CASE("json: a number of any size is read, and saturates") {
  const auto integer = [](std::string_view text) {
    const auto json = Json::parse(text);
    REQUIRE(json);
    return (*json->elements().begin()).integer();
  };
  CHECK(integer("[123456789012345678901234567890]") == std::numeric_limits<std::int64_t>::max());
  CHECK(integer("[-123456789012345678901234567890]") == std::numeric_limits<std::int64_t>::min());
  CHECK(integer("[1.5e999]") > 9'000'000'000'000'000'000);
  CHECK(integer("[-1e+999]") < -9'000'000'000'000'000'000);
  const auto json = Json::parse(R"([99999999999999999999,"\"1e999",{"1e999":-7}])");
  REQUIRE(json);
  std::vector<std::string_view> kept;
  for (const Json& element : json->elements()) {
    if (element.kind() == Json::Kind::string) kept.push_back(element.string());
    if (element.kind() != Json::Kind::object) continue;
    for (const auto [name, value] : element.members()) {
      kept.push_back(name);
      CHECK(value.integer() == -7);
    }
  }
  CHECK(kept == std::vector<std::string_view>{"\"1e999", "1e999"});
  CHECK_FALSE(Json::parse("[0123456789012345678901]").has_value());
  CHECK_FALSE(Json::parse("[1e]").has_value());
  CHECK_FALSE(Json::parse("[99999999999999999999").has_value());
}

}  // namespace dynatape::wire
