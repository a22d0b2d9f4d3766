#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

/// An emulator with the table `one` (hash pk), a clock that the test sets, and two operations.
class Fixture {
 public:
  Fixture() {
    call("CreateTable",
         R"({"TableName":"one","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
         R"({"AttributeName":"g","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk",)"
         R"("KeyType":"HASH"}],"GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[)"
         R"({"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],)"
         R"("BillingMode":"PAY_PER_REQUEST"})");
  }

  Answer call(std::string_view operation, std::string_view body) {
    return emulator_.handle(operation, body, {"account", "us-east-1", now});
  }
  std::string write(std::string_view actions, std::string_view more = "") {
    return call("TransactWriteItems",
                R"({"TransactItems":[)" + std::string(actions) + "]" + std::string(more) + "}")
        .body;
  }
  std::string read(std::string_view gets, std::string_view more = "") {
    return call("TransactGetItems",
                R"({"TransactItems":[)" + std::string(gets) + "]" + std::string(more) + "}")
        .body;
  }
  std::string item(std::string_view pk) { return read(get(pk)); }

  static std::string get(std::string_view pk, std::string_view more = "") {
    return R"({"Get":{"TableName":"one","Key":{"pk":{"S":")" + std::string(pk) + "\"}}" +
           std::string(more) + "}}";
  }
  static std::string action(std::string_view kind, std::string_view pk,
                            std::string_view more = "") {
    return "{\"" + std::string(kind) + R"(":{"TableName":"one","Key":{"pk":{"S":")" +
           std::string(pk) + "\"}}" + std::string(more) + "}}";
  }
  static std::string put(std::string_view attributes, std::string_view more = "") {
    return R"({"Put":{"TableName":"one","Item":{)" + std::string(attributes) + "}" +
           std::string(more) + "}}";
  }

  std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds> now{};

 private:
  Emulator emulator_{Options{}};
};

std::string invalid(std::string_view text) {
  return R"({"__type":"com.amazon.coral.validate#ValidationException","message":")" +
         std::string(text) + "\"}";
}

/// The whole answer of a cancelled transaction.
std::string cancelled(std::string_view reasons, std::string_view codes) {
  return R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
         R"("CancellationReasons":[)" +
         std::string(reasons) +
         R"(],"Message":"Transaction cancelled, please refer cancellation reasons for specific )"
         R"(reasons [)" +
         std::string(codes) + "]\"}";
}

constexpr auto kNew = R"~(,"ConditionExpression":"attribute_not_exists(pk)")~";
constexpr auto kNone = R"({"Code":"None"})";
constexpr auto kFailed =
    R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"})";

std::string bad(std::string_view message) {
  return R"({"Code":"ValidationError","Message":")" + std::string(message) + "\"}";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "transaction: all four kinds of action are carried out together") {
  write(put(R"("pk":{"S":"old"})") + "," + put(R"("pk":{"S":"kept"})"));
  CHECK(write(put(R"("pk":{"S":"new"},"v":{"N":"1.0"})", kNew) + "," +
              action("Update", "counter",
                     R"(,"UpdateExpression":"ADD n :one",)"
                     R"("ExpressionAttributeValues":{":one":{"N":"1"}})") +
              "," + action("Delete", "old") + "," +
              action("ConditionCheck", "kept",
                     R"~(,"ConditionExpression":"attribute_exists(pk)")~")) == "{}");
  CHECK(read(get("new") + "," + get("counter") + "," + get("old")) ==
        R"({"Responses":[{"Item":{"pk":{"S":"new"},"v":{"N":"1"}}},)"
        R"({"Item":{"n":{"N":"1"},"pk":{"S":"counter"}}},{}]})");
}

TEST_CASE_METHOD(Fixture, "transaction: one failed condition cancels all, and every one is told") {
  write(put(R"("pk":{"S":"there"},"v":{"S":"x"})"));
  CHECK(write(put(R"("pk":{"S":"a"})") + "," +
              put(R"("pk":{"S":"there"})",
                  std::string(kNew) + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")") +
              "," + action("Delete", "b", R"~(,"ConditionExpression":"attribute_exists(pk)")~")) ==
        cancelled(std::string(kNone) +
                      R"(,{"Code":"ConditionalCheckFailed","Item":{"pk":{"S":"there"},)"
                      R"("v":{"S":"x"}},"Message":"The conditional request failed"},)" +
                      kFailed,
                  "None, ConditionalCheckFailed, ConditionalCheckFailed"));
  CHECK(item("a") == R"({"Responses":[{}]})");
  CHECK(item("there") == R"({"Responses":[{"Item":{"pk":{"S":"there"},"v":{"S":"x"}}}]})");
}

TEST_CASE_METHOD(Fixture, "transaction: a wrong key type cancels, an empty key refuses") {
  CHECK(write(put(R"("pk":{"S":"a"})") + "," + put(R"("pk":{"N":"1"})") + "," +
              R"({"Delete":{"TableName":"one","Key":{"pk":{"N":"2"}}}})") ==
        cancelled(std::string(kNone) + "," +
                      bad("One or more parameter values were invalid: Type mismatch for key pk "
                          "expected: S actual: N") +
                      "," + kNone,
                  "None, ValidationError, None"));
  CHECK(write(R"({"Delete":{"TableName":"one","Key":{"pk":{"N":"2"}}}})") ==
        cancelled(bad("The provided key element does not match the schema"), "ValidationError"));
  CHECK(write(put(R"("pk":{"S":"a"},"g":{"N":"1"})"))
            .find("Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g") !=
        std::string::npos);
  CHECK(write(action("Delete", "")) ==
        invalid("One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty string value. Key: pk"));
  CHECK(write(put(R"("pk":{"S":"a"},"g":{"S":""})"))
            .starts_with(R"({"__type":"com.amazon.coral.validate#ValidationException")"));
  CHECK(read(R"({"Get":{"TableName":"one","Key":{}}})") ==
        cancelled(bad("The provided key element does not match the schema"), "ValidationError"));
}

TEST_CASE_METHOD(Fixture, "transaction: an update that cannot be made cancels") {
  write(put(R"("pk":{"S":"a"},"v":{"S":"text"})"));
  const std::string answer = write(
      action("Update", "a",
             R"(,"UpdateExpression":"ADD v :one","ExpressionAttributeValues":{":one":{"N":"1"}})"));
  CHECK(answer.find("[ValidationError]") != std::string::npos);
  CHECK(write(action("Update", "a",
                     R"(,"UpdateExpression":"SET pk = :x",)"
                     R"("ExpressionAttributeValues":{":x":{"S":"b"}})"))
            .find("Cannot update attribute pk. This attribute is part of the key") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "transaction: a value too deep for an item is compared, not written") {
  const auto values = [](int maps) {
    std::string value = R"({"S":"leaf"})";
    for (int i = 0; i < maps; ++i) value = R"({"M":{"n":)" + value + "}}";
    return R"(,"ExpressionAttributeValues":{":deep":)" + value + "}";
  };
  const std::string compares = R"(,"ConditionExpression":"v = :deep")";
  const std::string writes = R"(,"UpdateExpression":"SET v = :deep")";
  const std::string nesting =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit";
  CHECK(write(action("ConditionCheck", "a", compares + values(32))) ==
        cancelled(R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"})",
                  "ConditionalCheckFailed"));
  CHECK(write(action("Update", "a", writes + values(32))) ==
        cancelled(R"({"Code":"ValidationError","Message":")" + nesting + "\"}", "ValidationError"));
  CHECK(write(action("Update", "a", writes + values(31))) == "{}");
  CHECK(write(action("ConditionCheck", "a", compares + values(33))) ==
        invalid("ExpressionAttributeValues contains invalid value: " + nesting + " for key :deep"));
  CHECK(write(action("Update", "a", R"(,"UpdateExpression":"SET v.n = :deep")" + values(31))) ==
        cancelled(R"({"Code":"ValidationError","Message":")" + nesting + "\"}", "ValidationError"));
}

TEST_CASE_METHOD(Fixture, "transaction: a deep value hides nothing that is wrong after it") {
  std::string deep = R"({"S":"leaf"})";
  for (int i = 0; i < 32; ++i) deep = R"({"M":{"n":)" + deep + "}}";
  const std::string more =
      R"(,"ConditionExpression":"v = :a OR v = :b","ExpressionAttributeValues")"
      R"(:{":a":)" +
      deep + R"(,":b":{"N":"x"}})";
  CHECK(write(action("ConditionCheck", "a", more)) ==
        invalid("ExpressionAttributeValues contains invalid value: The parameter cannot be "
                "converted to a numeric value: x for key :b"));
}

TEST_CASE_METHOD(Fixture, "transaction: what is wrong with the request refuses it whole") {
  CHECK(write(put(R"("pk":{"S":"a"})") + "," + action("Delete", "a")) ==
        invalid("Transaction request cannot include multiple operations on one item"));
  CHECK(read(get("a") + "," + get("a")) ==
        invalid("Transaction request cannot include multiple operations on one item"));
  CHECK(write("{}") ==
        invalid("Invalid Request: TransactWriteRequest should contain Delete or Put or Update "
                "request"));
  CHECK(write("") == invalid("1 validation error detected: Value '[]' at 'transactItems' failed to "
                             "satisfy constraint: Member must have length greater than or equal "
                             "to 1"));
  CHECK(
      write(R"({"Put":{"TableName":"nowhere","Item":{}}})").find("Requested resource not found") !=
      std::string::npos);
  CHECK(write(R"({"Put":{"TableName":"nowhere","Item":{"pk":{"S":"a"}}}},)" +
              action("ConditionCheck", "b",
                     R"~(,"ConditionExpression":"attribute_exists(pk)",)~"
                     R"("ExpressionAttributeValues":{":v":{"S":"x"}})")) ==
        invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"));
  CHECK(write(R"({"Delete":{"TableName":"bad!name","Key":{"pk":{"S":"a"}}}})") ==
        invalid("1 validation error detected: Value 'bad!name' at "
                "'transactItems.1.member.delete.tableName' failed to satisfy constraint: Member "
                "must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
  CHECK(write(put(R"("pk":{"S":"a"},"n":{"N":""})")) ==
        invalid("The parameter cannot be converted to a numeric value"));
  CHECK(write(action("Update", "a",
                     R"(,"UpdateExpression":"SET n = :v",)"
                     R"("ExpressionAttributeValues":{":v":{"N":"abc"}})")) ==
        invalid("ExpressionAttributeValues contains invalid value: The parameter cannot be "
                "converted to a numeric value: abc for key :v"));
}

TEST_CASE_METHOD(Fixture, "transaction: 100 actions pass, 101 do not") {
  std::string puts = put(R"("pk":{"S":"0"})");
  for (int i = 1; i < 100; ++i) puts += "," + put(R"("pk":{"S":")" + std::to_string(i) + "\"}");
  CHECK(write(puts) == "{}");
  CHECK(write(puts + "," + put(R"("pk":{"S":"100"})"))
            .find("' at 'transactItems' failed to satisfy constraint: Member must have length less "
                  "than or equal to 100") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "transaction: a repeated token writes once within ten minutes") {
  using namespace std::chrono_literals;
  const std::string add = action(
      "Update", "n",
      R"(,"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1.0"}})");
  const std::string same =
      action("Update", "n",
             R"(,"ExpressionAttributeValues":{":one":{"N":"1"}},"UpdateExpression":"ADD n :one")");
  const std::string_view token =
      R"(,"ClientRequestToken":"token","ReturnConsumedCapacity":"TOTAL")";
  CHECK(write(add, token) ==
        R"({"ConsumedCapacity":[{"CapacityUnits":2.0,"WriteCapacityUnits":2.0,)"
        R"("TableName":"one"}]})");
  CHECK(write(same, token) ==
        R"({"ConsumedCapacity":[{"CapacityUnits":2.0,"ReadCapacityUnits":2.0,)"
        R"("TableName":"one"}]})");
  CHECK(item("n").find(R"("n":{"N":"1"})") != std::string::npos);
  CHECK(write(action("Delete", "n"), token).find("IdempotentParameterMismatchException") !=
        std::string::npos);
  now += 10min;
  write(add, token);
  CHECK(item("n").find(R"("n":{"N":"2"})") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "transaction: a cancelled one leaves its token free") {
  const std::string check =
      action("Delete", "a", R"~(,"ConditionExpression":"attribute_exists(pk)")~");
  const std::string_view token = R"(,"ClientRequestToken":"token")";
  CHECK(write(check, token).find("ConditionalCheckFailed") != std::string::npos);
  write(put(R"("pk":{"S":"a"})"));
  CHECK(write(check, token) == "{}");
  CHECK(item("a") == R"({"Responses":[{}]})");
}

TEST_CASE_METHOD(Fixture, "transaction: the table is paid for twice, its indexes once") {
  CHECK(write(put(R"("pk":{"S":"a"},"g":{"S":"x"})") + "," +
                  action("ConditionCheck", "b",
                         R"~(,"ConditionExpression":"attribute_not_exists(pk)")~"),
              R"(,"ReturnConsumedCapacity":"INDEXES")") ==
        R"({"ConsumedCapacity":[{"CapacityUnits":5.0,"WriteCapacityUnits":5.0,)"
        R"("GlobalSecondaryIndexes":{"by-g":{"CapacityUnits":1.0,"WriteCapacityUnits":1.0}},)"
        R"("Table":{"CapacityUnits":4.0,"WriteCapacityUnits":4.0},"TableName":"one"}]})");
  CHECK(read(get("a") + "," + get("none"), R"(,"ReturnConsumedCapacity":"TOTAL")")
            .starts_with(R"({"ConsumedCapacity":[{"CapacityUnits":4.0,"ReadCapacityUnits":4.0,)"));
}

TEST_CASE_METHOD(Fixture, "transaction: a projection that finds nothing leaves the Item out") {
  write(put(R"("pk":{"S":"a"},"v":{"S":"x"})"));
  CHECK(read(get("a", R"(,"ProjectionExpression":"w")")) == R"({"Responses":[{}]})");
  CHECK(read(get("a", R"(,"ProjectionExpression":"v")")) ==
        R"({"Responses":[{"Item":{"v":{"S":"x"}}}]})");
}

TEST_CASE_METHOD(Fixture, "transaction: more than 4 MB of items is refused, deleting them is not") {
  const std::string filler = R"(,"v":{"S":")" + std::string(399'000, 'x') + "\"}";
  std::string puts;
  std::string deletes;
  for (int i = 0; i < 11; ++i) {
    const std::string pk = std::to_string(i);
    const std::string one = put(R"("pk":{"S":")" + pk + "\"}" + filler);
    CHECK(write(one) == "{}");
    puts += (i > 0 ? "," : "") + one;
    deletes += (i > 0 ? "," : "") + action("Delete", pk);
  }
  CHECK(write(puts).starts_with(R"({"__type":"com.amazon.coral.validate#ValidationException")"));
  CHECK(write(deletes) == "{}");
}

}  // namespace dynatape::emulator
