#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

/// An emulator with the tables `one` (hash pk) and `two` (hash pk, range sk, a global index on g).
class Fixture {
 public:
  Fixture() {
    call(
        "CreateTable",
        R"({"TableName":"one","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
    call("CreateTable",
         R"({"TableName":"two","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
         R"({"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk",)"
         R"("KeyType":"RANGE"}],"GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[)"
         R"({"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],)"
         R"("LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"pk",)"
         R"("KeyType":"HASH"},{"AttributeName":"g","KeyType":"RANGE"}],)"
         R"("Projection":{"ProjectionType":"KEYS_ONLY"}}],"BillingMode":"PAY_PER_REQUEST"})");
  }

  Answer call(std::string_view operation, std::string_view body) {
    return emulator_.handle(operation, body, {"account", "us-east-1", {}});
  }
  std::string get(std::string_view body) { return call("BatchGetItem", body).body; }
  std::string write(std::string_view body) { return call("BatchWriteItem", body).body; }

 private:
  Emulator emulator_{Options{}};
};

std::string message_of(std::string_view text) {
  return R"({"__type":"com.amazon.coral.validate#ValidationException","message":")" +
         std::string(text) + "\"}";
}

/// `{"PutRequest":{"Item":{"pk":{"S":"<pk>"}}}}`
std::string put(std::string_view pk, std::string_view more = "") {
  return R"({"PutRequest":{"Item":{"pk":{"S":")" + std::string(pk) + "\"}" + std::string(more) +
         "}}}";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "batch: what is written to two tables is read back in one call") {
  CHECK(write(R"({"RequestItems":{"one":[)" + put("a") + "," + put("b") + R"(],"two":[)" +
              put("c", R"(,"sk":{"N":"1"},"v":{"S":"x"})") + "]}}") ==
        R"({"UnprocessedItems":{}})");
  CHECK(get(R"({"RequestItems":{"one":{"Keys":[{"pk":{"S":"b"}},{"pk":{"S":"none"}},)"
            R"({"pk":{"S":"a"}}]},"two":{"Keys":[{"pk":{"S":"c"},"sk":{"N":"1.0"}}],)"
            R"("ProjectionExpression":"#v","ExpressionAttributeNames":{"#v":"v"}}}})") ==
        R"({"Responses":{"one":[{"pk":{"S":"b"}},{"pk":{"S":"a"}}],"two":[{"v":{"S":"x"}}]},)"
        R"("UnprocessedKeys":{}})");
}

TEST_CASE_METHOD(Fixture, "batch: deletes and puts mix") {
  write(R"({"RequestItems":{"one":[)" + put("a") + "]}}");
  write(R"({"RequestItems":{"one":[{"DeleteRequest":{"Key":{"pk":{"S":"a"}}}},)" + put("b") +
        "]}}");
  CHECK(get(R"({"RequestItems":{"one":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"b"}}]}}})") ==
        R"({"Responses":{"one":[{"pk":{"S":"b"}}]},"UnprocessedKeys":{}})");
}

TEST_CASE_METHOD(Fixture, "batch: one bad request refuses all and writes nothing") {
  CHECK(write(R"({"RequestItems":{"one":[)" + put("a") +
              R"(,{"PutRequest":{"Item":{"pk":{"N":"1"}}}}]}})") ==
        message_of("The provided key element does not match the schema"));
  CHECK(write(R"({"RequestItems":{"one":[)" + put("a") + R"(],"nowhere":[)" + put("a") + "]}}")
            .find("Requested resource not found") != std::string::npos);
  CHECK(write(R"({"RequestItems":{"one":[)" + put("a") +
              R"(,{"DeleteRequest":{"Key":{"pk":{"S":"a"}}}}]}})") ==
        message_of("Provided list of item keys contains duplicates"));
  CHECK(get(R"({"RequestItems":{"one":{"Keys":[{"pk":{"S":"a"}}]}}})") ==
        R"({"Responses":{"one":[]},"UnprocessedKeys":{}})");
}

TEST_CASE_METHOD(Fixture, "batch: limits are told in the service's words") {
  std::string puts = put("0");
  for (int i = 1; i < 26; ++i) puts += "," + put(std::to_string(i));
  const std::string many = write(R"({"RequestItems":{"one":[)" + puts + "]}}");
  CHECK(many.find("Value '{one=[WriteRequest(putRequest=PutRequest(item={pk=com.amazonaws.dynamodb."
                  "v20120810.AttributeValue@") != std::string::npos);
  CHECK(many.find("Map value must satisfy constraint: [Member must have length less than or equal "
                  "to 25, Member must have length greater than or equal to 1]") !=
        std::string::npos);
  CHECK(write(R"({"RequestItems":{}})") ==
        message_of("The requestItems parameter is required for BatchWriteItem"));
  CHECK(get(R"({"RequestItems":{}})") ==
        message_of("1 validation error detected: Value at 'RequestItems' failed to satisfy "
                   "constraint: Member must have length greater than or equal to 1"));
  CHECK(get(R"({"RequestItems":{"one":{"Keys":[]}}})") ==
        message_of("1 validation error detected: Value at 'RequestItems.one.member.Keys' failed to "
                   "satisfy constraint: Member must have length greater than or equal to 1"));
  CHECK(get(R"({"RequestItems":{"one":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"a"}}]}}})") ==
        message_of("Provided list of item keys contains duplicates"));
}

TEST_CASE_METHOD(Fixture, "batch: a bad table name is echoed, and joined as each operation does") {
  constexpr std::string_view kRule =
      "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
      "Member must have length greater than or equal to 3, Member must satisfy regular expression "
      "pattern: [a-zA-Z0-9_.-]+]";
  const std::string both = get(
      R"({"RequestItems":{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}},"ReturnConsumedCapacity":"NO"})");
  CHECK(both.find("2 validation errors detected: Value '{\\\"bad!name\\\":{\\\"Keys\\\":[{\\\"pk"
                  "\\\":{\\\"S\\\":\\\"a\\\"}}]}}' at 'requestItems'") != std::string::npos);
  CHECK(both.find(kRule) != std::string::npos);
  const std::string alone =
      write(R"({"RequestItems":{"bad!name":[)" + put("a") + R"(]},"ReturnConsumedCapacity":"NO"})");
  CHECK(alone.find("1 validation error detected: Value 'NO' at 'returnConsumedCapacity'") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "batch: capacity is rounded by item and summed by table") {
  const std::string write_answer =
      write(R"({"RequestItems":{"one":[)" + put("a") + "," +
            put("b", R"(,"v":{"S":")" + std::string(1500, 'x') + "\"}") + R"(],"two":[)" +
            put("c", R"(,"sk":{"N":"1"},"g":{"S":"g"})") +
            R"(]},"ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE"})");
  CHECK(write_answer ==
        R"({"ConsumedCapacity":[{"CapacityUnits":3.0,"Table":{"CapacityUnits":3.0},)"
        R"("TableName":"one"},{"CapacityUnits":3.0,"GlobalSecondaryIndexes":{"by-g":)"
        R"({"CapacityUnits":1.0}},"LocalSecondaryIndexes":{"local":{"CapacityUnits":1.0}},)"
        R"("Table":{"CapacityUnits":1.0},"TableName":"two"}],"ItemCollectionMetrics":{"two":[)"
        R"({"ItemCollectionKey":{"pk":{"S":"c"}},"SizeEstimateRangeGB":[0.0,1.0]}]},)"
        R"("UnprocessedItems":{}})");
  CHECK(get(R"({"RequestItems":{"one":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"none"}}]}},)"
            R"("ReturnConsumedCapacity":"TOTAL"})")
            .starts_with(R"({"ConsumedCapacity":[{"CapacityUnits":1.0,"TableName":"one"}])"));
}

TEST_CASE_METHOD(Fixture, "batch: what does not fit an answer is left for the next call") {
  const std::string filler = R"(,"v":{"S":")" + std::string(300 * 1024 - 10, 'x') + "\"}";
  std::string keys;
  for (int i = 0; i < 60; ++i) {
    const std::string pk = std::to_string(100 + i);
    write(R"({"RequestItems":{"one":[)" + put(pk, filler) + "]}}");
    keys += (i > 0 ? R"(,{"pk":{"S":")" : R"({"pk":{"S":")") + pk + "\"}}";
  }
  const std::string answer =
      get(R"({"RequestItems":{"one":{"Keys":[)" + keys + R"(],"ConsistentRead":true}}})");
  // 52 items of 300 KB: the example of the service's documentation.
  CHECK(answer.ends_with(R"("UnprocessedKeys":{"one":{"Keys":[{"pk":{"S":"152"}},)"
                         R"({"pk":{"S":"153"}},{"pk":{"S":"154"}},{"pk":{"S":"155"}},)"
                         R"({"pk":{"S":"156"}},{"pk":{"S":"157"}},{"pk":{"S":"158"}},)"
                         R"({"pk":{"S":"159"}}],"ConsistentRead":true}}})"));
}

}  // namespace dynatape::emulator
