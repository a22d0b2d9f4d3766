#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

/// An emulator with a table `table` (hash pk, range sk) and one way to call it.
class Fixture {
 public:
  Fixture() {
    call(
        "CreateTable",
        R"({"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
        R"({"AttributeName":"sk","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk",)"
        R"("KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
        R"("BillingMode":"PAY_PER_REQUEST"})");
  }

  Answer call(std::string_view operation, std::string_view body) {
    return emulator_.handle(operation, body, {"account", "us-east-1", {}});
  }

 private:
  Emulator emulator_{Options{}};
};

constexpr auto kItem = R"({"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1.50"},"v":{"L":)"
                       R"([{"BOOL":true},{"NULL":true},{"B":"AQI="},{"SS":["b","a"]}]}}})";
constexpr auto kKey = R"({"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"N":"1.5"}}})";

}  // namespace

TEST_CASE_METHOD(Fixture, "items: what is put is got, normalised") {
  CHECK(call("PutItem", kItem).body == "{}");
  CHECK(call("GetItem", kKey).body ==
        R"({"Item":{"pk":{"S":"a"},"sk":{"N":"1.5"},"v":{"L":[{"BOOL":true},{"NULL":true},)"
        R"({"B":"AQI="},{"SS":["a","b"]}]}}})");
}

TEST_CASE_METHOD(Fixture, "items: what is not there gives no Item") {
  CHECK(call("GetItem", kKey).body == "{}");
  CHECK(call("DeleteItem", kKey).body == "{}");
}

TEST_CASE_METHOD(Fixture, "items: a condition that fails leaves the item as it was") {
  call("PutItem", kItem);
  const Answer refused =
      call("PutItem", R"~({"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"N":"1.5"}},)~"
                      R"~("ConditionExpression":"attribute_not_exists(pk)",)~"
                      R"~("ReturnValuesOnConditionCheckFailure":"ALL_OLD"})~");
  CHECK(refused.status == 400);
  CHECK(refused.body.starts_with(
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
      R"("Item":{"pk":{"S":"a"},)"));
  CHECK(call("GetItem", kKey).body.find("\"v\"") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "operations: what is not implemented is named") {
  const Answer answer = call("CreateBackup", "{}");
  CHECK(answer.status == 400);
  CHECK(answer.body.find("Dynatape's emulator does not implement CreateBackup") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "operations: a member that is not implemented is named") {
  const Answer answer = call("CreateTable", R"({"TableName":"other","ResourcePolicy":"{}"})");
  CHECK(answer.status == 400);
  CHECK(answer.body.find("CreateTableInput.ResourcePolicy") != std::string::npos);
}

}  // namespace dynatape::emulator
