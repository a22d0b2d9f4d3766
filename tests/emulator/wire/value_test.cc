#include <catch2/catch.hpp>

#include "emulator/wire/value_reader.h"
#include "emulator/wire/writer.h"

namespace dynatape::wire {
namespace {

Values read(std::string_view body) {
  INFO(body);
  const auto json = Json::parse(body);
  REQUIRE(json);
  Decoding decoding;
  Values values;
  REQUIRE(decode(decoding, *json, values));
  return values;
}

std::string nested(int maps) {
  std::string text = R"({"S":"x"})";
  for (int i = 0; i < maps; ++i) text = R"({"M":{"n":)" + text + "}}";
  return R"({"a":)" + text + "}";
}

}  // namespace

TEST_CASE("values: what is read is written back, sorted and normalised, from both forms") {
  const auto values = read(
      R"({"z":{"S":"q\"\n\u00e9"},"a":{"N":"1e2"},"b":{"B":"AQI="},"t":{"BOOL":false},)"
      R"("u":{"NULL":true},"ss":{"SS":["b","a"]},"ns":{"NS":["10","9"]},"bs":{"BS":["/w==","AA=="]},)"
      R"("l":{"L":[{"S":""},{"L":[]}]},"m":{"M":{"y":{"N":"0.5"},"x":{"M":{}}}}})");
  CHECK_FALSE(values.problem.any());
  const std::string expected =
      R"({"a":{"N":"100"},"b":{"B":"AQI="},"bs":{"BS":["AA==","/w=="]},"l":{"L":[{"S":""},{"L":[]}]},)"
      R"("m":{"M":{"x":{"M":{}},"y":{"N":"0.5"}}},"ns":{"NS":["9","10"]},"ss":{"SS":["a","b"]},)"
      "\"t\":{\"BOOL\":false},\"u\":{\"NULL\":true},\"z\":{\"S\":\"q\\\"\\n\xc3\xa9\"}}";
  std::string from_item;
  append(from_item, values.item);
  CHECK(from_item == expected);
  std::string from_encoding;
  const std::string encoded = model::encode(values.item);
  append(from_encoding, model::ItemView(encoded));
  CHECK(from_encoding == expected);
}

TEST_CASE("values: an attribute's name has at most 65,535 bytes, at any depth") {
  const auto problem = [](const std::string& name) {
    return read(R"({"a":{"L":[{"M":{")" + name + R"(":{"S":"x"}}}]}})").problem.newer;
  };
  CHECK(problem(std::string(65'535, 'n')).empty());
  CHECK(problem(std::string(65'536, 'n')) ==
        "Attribute name is too large, must be less than 65536 bytes");
}

TEST_CASE("values: of a name sent twice the last counts") {
  const auto values = read(R"({"b":{"S":"1"},"a":{"S":"2"},"b":{"S":"3"}})");
  CHECK(values.item == model::Item{{"a", "2"}, {"b", "3"}});
}

TEST_CASE("values: the first problem is kept, in the words of both layers") {
  const auto problem = [](std::string_view body) { return read(body).problem; };
  const auto duplicates =
      problem(R"({"ok":{"S":""},"bad":{"SS":["b","a","b"]},"worse":{"NS":[]}})");
  CHECK(duplicates.newer ==
        "One or more parameter values were invalid: Input collection [\"a\", \"b\", \"b\"] "
        "contains duplicates.");
  CHECK(duplicates.older ==
        "One or more parameter values were invalid: Input collection [b, a, b] contains "
        "duplicates.");
  CHECK(duplicates.under == "bad");
  const auto number = problem(R"({"n":{"N":""}})");
  CHECK(number.newer == "The parameter cannot be converted to a numeric value: ");
  CHECK(number.older == "The parameter cannot be converted to a numeric value");
  CHECK(problem(R"({"n":{"N":"1e2147483647"}})").older.starts_with("Number underflow"));
  CHECK(problem(R"({"n":{"N":"1e2147483647"}})").newer.starts_with("Number overflow"));
  CHECK(problem(R"({"n":{}})").newer.starts_with("Supplied AttributeValue is empty"));
  CHECK(problem(R"({"n":{"S":"a","N":"1"}})").newer.find("more than one") != std::string::npos);
  CHECK(problem(R"({"n":{"NULL":false}})").newer.ends_with("must have the value of true"));
}

TEST_CASE("values: an empty attribute name is told before all else") {
  const auto values = read(R"({"a":{"NS":[]},"":{"S":"x"}})");
  CHECK(values.problem.newer == "Empty attribute name");
}

TEST_CASE("values: 31 maps around a scalar are the most") {
  CHECK_FALSE(read(nested(31)).problem.any());
  CHECK(read(nested(32)).problem.newer.starts_with("Nesting Levels have exceeded"));
}

TEST_CASE("writer: decimals have a point, as Java prints them") {
  const auto text = [](double value) {
    std::string out;
    append_decimal(out, value);
    return out;
  };
  CHECK(text(1) == "1.0");
  CHECK(text(0.5) == "0.5");
  CHECK(text(127.5) == "127.5");
}

}  // namespace dynatape::wire
