#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

/// A table `table` (hash pk), with an item a: {n: 1, l: [1, 2], m: {k: x}, s: {a, b}}.
class Fixture {
 public:
  Fixture() {
    call(
        "CreateTable",
        R"({"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
        R"({"AttributeName":"g","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk",)"
        R"("KeyType":"HASH"}],"GlobalSecondaryIndexes":[{"IndexName":"by_g","KeySchema":)"
        R"([{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],)"
        R"("BillingMode":"PAY_PER_REQUEST"})");
    call("PutItem", R"({"TableName":"table","Item":{"pk":{"S":"a"},"n":{"N":"1"},"l":{"L":)"
                    R"([{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"S":"x"}}},"s":{"SS":["a","b"]}}})");
  }

  Answer call(std::string_view operation, std::string_view body) {
    return emulator_.handle(operation, body, {"account", "us-east-1", {}});
  }
  /// UpdateItem of item a; `more` is what follows the key.
  std::string update(std::string_view more, std::string_view key = "a") {
    return call("UpdateItem", R"({"TableName":"table","Key":{"pk":{"S":")" + std::string(key) +
                                  R"("}},)" + std::string(more) + "}")
        .body;
  }
  /// The message of an error body.
  std::string message(std::string_view more) {
    const std::string body = update(more);
    const auto from = body.find("\"message\":\"");
    return from == std::string::npos ? body : body.substr(from + 11, body.size() - from - 13);
  }
  std::string item(std::string_view key = "a") {
    return call("GetItem",
                R"({"TableName":"table","Key":{"pk":{"S":")" + std::string(key) + R"("}}})")
        .body;
  }

 private:
  Emulator emulator_{Options{}};
};

constexpr auto kSetN = R"("UpdateExpression":"SET n = n + :v, m.q = :v REMOVE l[0]",)"
                       R"("ExpressionAttributeValues":{":v":{"N":"5"}},"ReturnValues":")";

}  // namespace

TEST_CASE_METHOD(Fixture, "UpdateItem: each of the five ReturnValues") {
  const std::string set(kSetN);
  CHECK(update(set + "UPDATED_OLD\"") == R"({"Attributes":{"l":{"L":[{"N":"1"}]},"n":{"N":"1"}}})");
  CHECK(update(set + "UPDATED_NEW\"") ==
        R"({"Attributes":{"m":{"M":{"q":{"N":"5"}}},"n":{"N":"11"}}})");
  CHECK(update(set + "NONE\"") == "{}");
  CHECK(update(set + "ALL_OLD\"").starts_with(R"({"Attributes":{"l":{"L":[]},"m":)"));
  CHECK(update(set + "ALL_NEW\"") ==
        R"({"Attributes":{"l":{"L":[]},"m":{"M":{"k":{"S":"x"},"q":{"N":"5"}}},"n":{"N":"26"},)"
        R"("pk":{"S":"a"},"s":{"SS":["a","b"]}}})");
}

TEST_CASE_METHOD(Fixture, "UpdateItem: what is not there is made, also by a key alone") {
  CHECK(call("UpdateItem",
             R"({"TableName":"table","Key":{"pk":{"S":"bare"}},"ReturnValues":"UPDATED_NEW"})")
            .body == "{}");
  CHECK(item("bare") == R"({"Item":{"pk":{"S":"bare"}}})");
  CHECK(update(R"("UpdateExpression":"ADD hits :one","ReturnValues":"ALL_OLD",)"
               R"("ExpressionAttributeValues":{":one":{"N":"1"}})",
               "new") == "{}");
  CHECK(item("new") == R"({"Item":{"hits":{"N":"1"},"pk":{"S":"new"}}})");
}

TEST_CASE_METHOD(
    Fixture, "UpdateItem: a condition that fails, or an update that cannot be, changes nothing") {
  const std::string before = item();
  CHECK(update(R"("UpdateExpression":"SET n = :v","ConditionExpression":"n > :v",)"
               R"("ExpressionAttributeValues":{":v":{"N":"1"}},)"
               R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD")")
            .find("ConditionalCheckFailedException\",\"Item\":{") != std::string::npos);
  CHECK(message(R"("UpdateExpression":"SET n = :v, absent.x = :v",)"
                R"("ExpressionAttributeValues":{":v":{"N":"1"}})") ==
        "The document path provided in the update expression is invalid for update");
  CHECK(
      message(R"("UpdateExpression":"SET pk = :v","ExpressionAttributeValues":{":v":{"S":"b"}})") ==
      "One or more parameter values were invalid: Cannot update attribute pk. This attribute is "
      "part of the key");
  CHECK(
      message(R"("UpdateExpression":"SET g = :v","ExpressionAttributeValues":{":v":{"N":"1"}})") ==
      "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S "
      "Actual: N IndexName: by_g");
  CHECK(message(R"("UpdateExpression":"SET g = n")") ==
        "The update expression attempted to update the secondary index key to unsupported type");
  CHECK(item() == before);
}

TEST_CASE_METHOD(Fixture, "UpdateItem: expression errors come in the envelope of single writes") {
  CHECK(message(R"("UpdateExpression":"")") ==
        "1 validation error detected: Invalid UpdateExpression: The expression can not be empty;");
  CHECK(
      message(
          R"("UpdateExpression":"SET n = :v","ExpressionAttributeValues":{":v":{"N":"1"},":w":{"N":"1"}})") ==
      "1 validation error detected: Value provided in ExpressionAttributeValues unused in "
      "expressions: keys: {:w}");
  CHECK(
      message(R"("UpdateExpression":"SET n = :w","AttributeUpdates":{"n":{"Value":{"N":"1"}}})") ==
      "1 validation error detected: Can not use both expression and non-expression parameters in "
      "the same "
      "request: Non-expression parameters: {AttributeUpdates} Expression parameters: "
      "{UpdateExpression}");
  CHECK(message(R"("ReturnValues":"X","ReturnConsumedCapacity":"X")") ==
        "1 validation error detected: Failed to satisfy constraint: Member must satisfy enum value "
        "set: "
        "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]");
}

TEST_CASE_METHOD(
    Fixture, "UpdateItem: the statement's size is held against the limit before the condition") {
  // pk is 3 bytes with its value; a single SET of a one-byte name may then write 409,577 bytes.
  const auto set = [&](std::size_t bytes, std::string_view condition) {
    return message(R"("UpdateExpression":"SET a = :v",)" + std::string(condition) +
                   R"("ExpressionAttributeValues":{":v":{"S":")" + std::string(bytes, 'x') +
                   R"("}})");
  };
  CHECK(set(409'577, R"~("ConditionExpression":"attribute_exists(absent)",)~") ==
        "The conditional request failed");
  CHECK(set(409'578, R"~("ConditionExpression":"attribute_exists(absent)",)~") ==
        "Item size to update has exceeded the maximum allowed size");
}

TEST_CASE_METHOD(Fixture, "UpdateItem: AttributeUpdates and Expected") {
  CHECK(
      update(
          R"("AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"2"}},"m":{"Action":"DELETE"},)"
          R"("l":{"Action":"ADD","Value":{"L":[{"N":"3"}]}}},"Expected":{"n":{"Value":{"N":"1"}},)"
          R"("q":{"Exists":false}},"ReturnValues":"UPDATED_NEW")") ==
      R"({"Attributes":{"l":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]},"n":{"N":"3"}}})");
  CHECK(
      message(
          R"("AttributeUpdates":{"n":{"Value":{"N":"2"}}},"Expected":{"n":{"ComparisonOperator":"LT",)"
          R"("AttributeValueList":[{"N":"0"}]},"s":{"ComparisonOperator":"NULL"}},"ConditionalOperator":"OR")") ==
      "The conditional request failed");
  CHECK(message(R"("AttributeUpdates":{"s":{"Action":"ADD","Value":{"N":"2"}}})") ==
        "Type mismatch for attribute to update");
  CHECK(message(R"("AttributeUpdates":{"s":{"Action":"PUT"}})") ==
        "1 validation error detected: One or more parameter values were invalid: Only DELETE "
        "action is allowed "
        "when no attribute value is specified");
}

TEST_CASE_METHOD(Fixture,
                 "UpdateItem: capacity counts the larger item, and the index where it changes") {
  CHECK(
      update(R"("UpdateExpression":"SET g = :v","ExpressionAttributeValues":{":v":{"S":"x"}},)"
             R"("ReturnConsumedCapacity":"INDEXES")") ==
      R"({"ConsumedCapacity":{"CapacityUnits":2.0,"GlobalSecondaryIndexes":{"by_g":{"CapacityUnits":1.0}},)"
      R"("Table":{"CapacityUnits":1.0},"TableName":"table"}})");
}

}  // namespace dynatape::emulator
