#include "interceptors/predicate.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "interceptors/json_field.h"
#include "interceptors/predicate_reader.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

Predicate predicate(const char* text) {
  const json document = json::parse(text);
  std::string mistake;
  Predicate read = read_predicate(JsonField(document, "p", mistake));
  CHECK(mistake.empty());
  return read;
}

bool holds(const char* wanted, const char* value) {
  const json document = json::parse(value);
  return predicate(wanted).holds(&document);
}

bool holds_at(const char* path, const char* wanted, const char* document) {
  return PathPredicate{cassettes::parse_path(path).value(), predicate(wanted)}.holds(
      json::parse(document));
}

}  // namespace

TEST_CASE("predicate: a plain value means DynamoDB's of its type, and the other way round") {
  CHECK(holds(R"("open")", R"({"S":"open"})"));
  CHECK(holds(R"({"S":"open"})", R"("open")"));
  CHECK(holds("5", R"({"N":"5.0"})"));
  CHECK(holds(R"({"N":"5e1"})", "50"));
  CHECK(holds("true", R"({"BOOL":true})"));
  CHECK(holds("null", R"({"NULL":true})"));
  CHECK_FALSE(holds(R"("5")", R"({"N":"5"})"));
  CHECK_FALSE(holds("5", R"({"S":"5"})"));
  CHECK_FALSE(holds("true", R"({"S":"true"})"));
}

TEST_CASE("predicate: numbers are compared as decimals of 38 digits") {
  CHECK(holds(R"({"N":"12345678901234567890123456789012345678"})",
              R"({"N":"12345678901234567890123456789012345678"})"));
  CHECK_FALSE(holds(R"({"N":"12345678901234567890123456789012345678"})",
                    R"({"N":"12345678901234567890123456789012345679"})"));
  CHECK(holds(R"({"less":{"N":"12345678901234567890123456789012345679"}})",
              R"({"N":"12345678901234567890123456789012345678"})"));
  CHECK(holds(R"({"less":10})", R"({"N":"9"})"));
  CHECK_FALSE(holds(R"({"less":10})", R"({"N":"10"})"));
  CHECK(holds(R"({"greater":-1})", "0"));
  CHECK(holds(R"({"between":[1,3]})", "3"));
  CHECK_FALSE(holds(R"({"between":[1,3]})", R"({"N":"3.00000001"})"));
}

TEST_CASE("predicate: strings are compared by their bytes, and never with numbers") {
  CHECK(holds(R"({"greater":"a","less":"b"})", R"({"S":"abc"})"));
  CHECK_FALSE(holds(R"({"greater":"a","less":"b"})", R"({"S":"b"})"));
  CHECK_FALSE(holds(R"({"less":10})", R"({"S":"9"})"));
  CHECK_FALSE(holds(R"({"less":"9"})", "1"));
  CHECK(holds(R"({"prefix":"user#"})", R"({"S":"user#1"})"));
  CHECK_FALSE(holds(R"({"prefix":"user#"})", R"({"B":"user#1"})"));
}

TEST_CASE("predicate: a list means one of them, one_of says the same") {
  CHECK(holds(R"(["a",5])", R"({"N":"5"})"));
  CHECK(holds(R"({"one_of":["a",5]})", R"({"S":"a"})"));
  CHECK_FALSE(holds(R"(["a",5])", R"({"S":"b"})"));
}

TEST_CASE("predicate: maps, lists and sets are equal by meaning") {
  CHECK(holds(R"({"NS":["1","2.0"]})", R"({"NS":["2","1.00"]})"));
  CHECK_FALSE(holds(R"({"NS":["1","2"]})", R"({"SS":["1","2"]})"));
  CHECK(
      holds(R"({"M":{"a":{"N":"1.0"},"b":{"S":"x"}}})", R"({"M":{"b":{"S":"x"},"a":{"N":"1"}}})"));
  CHECK_FALSE(holds(R"({"L":[{"S":"a"},{"S":"b"}]})", R"({"L":[{"S":"b"},{"S":"a"}]})"));
}

TEST_CASE("predicate: exists asks whether there is a value at all") {
  CHECK(predicate(R"({"exists":false})").holds(nullptr));
  CHECK_FALSE(predicate(R"({"exists":true})").holds(nullptr));
  CHECK_FALSE(holds(R"({"exists":false})", "null"));
  CHECK(holds(R"({"exists":true})", "null"));
  CHECK_FALSE(predicate("1").holds(nullptr));
}

TEST_CASE("predicate: a path goes through DynamoDB's maps and lists as through JSON's") {
  const char* const put = R"({"Item":{"address":{"M":{"city":{"S":"Bern"}}},
                              "tags":{"L":[{"S":"a"},{"S":"b"}]}},"Limit":5})";
  CHECK(holds_at("Item.address.city", R"("Bern")", put));
  CHECK(holds_at("Item.address.M.city.S", R"("Bern")", put));
  CHECK(holds_at("Item.tags[1]", R"("b")", put));
  CHECK_FALSE(holds_at("Item.tags[2]", R"({"exists":true})", put));
  CHECK(holds_at("Item.tags[*]", R"("b")", put));
  CHECK_FALSE(holds_at("Item.tags[*]", R"("c")", put));
  CHECK(holds_at("*.*.city", R"("Bern")", put));
  CHECK(holds_at("**", R"("Bern")", put));
  CHECK(holds_at("Limit", R"({"less":6})", put));
  CHECK(holds_at("Item.name", R"({"exists":false})", put));
  CHECK_FALSE(holds_at("Item.tags[*]", R"({"exists":false})", put));
  CHECK(holds_at("ExpressionAttributeValues.:s", R"("x")",
                 R"({"ExpressionAttributeValues":{":s":{"S":"x"}}})"));
  CHECK(holds_at(R"("a.b"."c d")", "1", R"({"a.b":{"c d":1}})"));
}

TEST_CASE("predicate: what is nested without end is unlike anything, and exhausts nothing") {
  const std::string deep = std::string(50'000, '[') + std::string(50'000, ']');
  const json document = json::parse(deep);
  CHECK_FALSE(predicate(R"({"M":{}})").holds(&document));
  CHECK_FALSE(PathPredicate{cassettes::parse_path("**").value(), predicate("1")}.holds(document));
}

}  // namespace dynatape::interceptors
