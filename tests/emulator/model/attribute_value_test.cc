#include "emulator/model/attribute_value.h"

#include <catch2/catch.hpp>

#include "emulator/model/service_error.h"

namespace dynatape::model {

TEST_CASE("map: attributes are sorted, each name once") {
  Map map{{"b", true}, {"a", "one"}};
  map.set("c", Null{});
  map.set("a", "two");
  REQUIRE(map.size() == 3);
  CHECK(map.begin()->name == "a");
  CHECK(*map.find("a") == AttributeValue("two"));
  CHECK(map.find("d") == nullptr);
  CHECK(map.erase("b"));
  CHECK_FALSE(map.erase("b"));
  CHECK(map == Map{{"a", "two"}, {"c", Null{}}});
}

TEST_CASE("item size: names, values, and 3 + 1 per element for lists and maps") {
  CHECK(size_bytes(Item{{"pk", "abc"}, {"n", Number::of(12)}}) == 2 + 3 + 1 + 2);
  CHECK(size_bytes(AttributeValue(List{AttributeValue(true), AttributeValue("xy")})) ==
        3 + (1 + 1) + (1 + 2));
  CHECK(size_bytes(AttributeValue(Map{{"key", Binary{"1234"}}})) == 3 + 1 + 3 + 4);
  CHECK(size_bytes(AttributeValue(StringSet{{"a", "bc"}})) == 3);
}

TEST_CASE("service error: the body names the type and spells the message as the service does") {
  CHECK(error_body({ErrorType::conditional_check_failed, "The conditional request failed"}) ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
        R"("message":"The conditional request failed"})");
  CHECK(
      error_body({ErrorType::serialization, "a \"b\"\n\x01"}) ==
      R"({"__type":"com.amazon.coral.service#SerializationException","Message":"a \"b\"\n\u0001"})");
  CHECK(error_body({ErrorType::transaction_canceled, "m", R"("CancellationReasons":[])"}) ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
        R"("CancellationReasons":[],"Message":"m"})");
  CHECK(status(ErrorType::internal_server_error) == 500);
}

}  // namespace dynatape::model
