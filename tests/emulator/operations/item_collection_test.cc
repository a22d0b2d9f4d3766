// Item collections: what one partition-key value weighs on a table with a local index.

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "emulator/emulator.h"
#include "emulator/operations/collection_metrics.h"

namespace dynatape::emulator {
namespace {

/// A table with the key (pk, sk) and a local index over `rank` that holds whole items.
class Fixture {
 public:
  Fixture() {
    call(
        "CreateTable",
        R"({"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
        R"({"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"rank","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
        R"({"AttributeName":"sk","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST",)"
        R"("LocalSecondaryIndexes":[{"IndexName":"by-rank","KeySchema":)"
        R"([{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"rank","KeyType":"RANGE"}],)"
        R"("Projection":{"ProjectionType":"ALL"}}]})");
  }

  std::string call(std::string_view operation, std::string_view body) {
    return emulator_.handle(operation, body, {"account", "us-east-1", {}}).body;
  }
  /// Of 108 bytes with the names and `fill`; twice that with a rank.
  static std::string item(const std::string& pk, const std::string& sk, bool ranked = false) {
    const std::string rank = ranked ? R"(,"rank":{"S":"r"})" : R"(,"fifth":{"S":""})";
    return R"({"pk":{"S":")" + pk + R"("},"sk":{"S":")" + sk + R"("},"a":{"S":")" +
           std::string(94, 'x') + "\"}" + rank + "}";
  }
  std::string put(const std::string& pk, const std::string& sk, bool ranked = false) {
    return call("PutItem", R"({"TableName":"table","Item":)" + item(pk, sk, ranked) +
                               R"(,"ReturnItemCollectionMetrics":"SIZE"})");
  }
  std::string erase(const std::string& pk, const std::string& sk) {
    return call("DeleteItem", R"({"TableName":"table","Key":{"pk":{"S":")" + pk +
                                  R"("},"sk":{"S":")" + sk + "\"}}}");
  }
  std::string count() {
    const std::string answer = call("Scan", R"({"TableName":"table","Select":"COUNT"})");
    return answer.substr(0, answer.find(','));
  }

 private:
  Emulator emulator_{Options{.max_collection_bytes = 1000}};
};

const std::string kExceeded =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException",)"
    R"("message":"Collection size exceeded."})";

}  // namespace

TEST_CASE_METHOD(Fixture, "item collections: one that is full grows no more, and others do") {
  for (int i = 0; i < 9; ++i) {
    INFO(i);
    CHECK(put("one", std::to_string(i)) ==
          R"({"ItemCollectionMetrics":{"ItemCollectionKey":{"pk":{"S":"one"}},)"
          R"("SizeEstimateRangeGB":[0.0,1.0]}})");
  }
  CHECK(put("one", "9") == kExceeded);
  CHECK(count() == R"({"Count":9)");
  CHECK(put("two", "0") != kExceeded);
  CHECK(erase("one", "0") == "{}");
  CHECK(put("one", "9") != kExceeded);
  CHECK(put("one", "9") != kExceeded);  // replaced, not grown
}

TEST_CASE_METHOD(Fixture, "item collections: a local index's rows count, as they come and go") {
  for (int i = 0; i < 4; ++i) put("one", std::to_string(i), true);
  CHECK(put("one", "4", true) == kExceeded);
  CHECK(put("one", "3", false) != kExceeded);  // leaves the index
  CHECK(put("one", "4", false) != kExceeded);
  CHECK(put("one", "5", false) != kExceeded);
  CHECK(put("one", "3", true) == kExceeded);
}

TEST_CASE_METHOD(Fixture, "item collections: every way of writing is refused, with all it does") {
  for (int i = 0; i < 9; ++i) put("one", std::to_string(i));
  const std::string nine = item("one", "9");
  CHECK(call("UpdateItem",
             R"({"TableName":"table","Key":{"pk":{"S":"one"},"sk":{"S":"1"}},)"
             R"("UpdateExpression":"SET b = :b","ExpressionAttributeValues":{":b":{"S":")" +
                 std::string(100, 'x') + "\"}}}") == kExceeded);
  CHECK(call("BatchWriteItem", R"({"RequestItems":{"table":[{"PutRequest":{"Item":)" +
                                   item("two", "0") + R"(}},{"PutRequest":{"Item":)" + nine +
                                   "}}]}}") == kExceeded);
  const std::string cancelled =
      R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
      R"("CancellationReasons":[{"Code":"None"},{"Code":"ItemCollectionSizeLimitExceeded",)"
      R"("Message":"Collection size exceeded."}],"Message":"Transaction cancelled, please refer )"
      R"(cancellation reasons for specific reasons [None, ItemCollectionSizeLimitExceeded]"})";
  CHECK(call("TransactWriteItems",
             R"({"TransactItems":[{"Put":{"TableName":"table","Item":)" + item("two", "0") +
                 R"(}},{"Put":{"TableName":"table","Item":)" + nine + "}}]}") == cancelled);
  const std::string insert =
      R"(INSERT INTO \"table\" VALUE {'pk':'one','sk':'9','a':')" + std::string(100, 'x') + "'}";
  CHECK(call("ExecuteStatement", R"({"Statement":")" + insert + "\"}") == kExceeded);
  CHECK(call("ExecuteTransaction",
             R"({"TransactStatements":[{"Statement":)"
             R"("INSERT INTO \"table\" VALUE {'pk':'two','sk':'0'}"},{"Statement":")" +
                 insert + "\"}]}") == cancelled);
  CHECK(call("BatchExecuteStatement", R"({"Statements":[{"Statement":")" + insert + "\"}]}")
            .find(R"("Code":"ItemCollectionSizeLimitExceeded")") != std::string::npos);
  CHECK(count() == R"({"Count":9)");
}

TEST_CASE("item collections: the estimate is the whole gigabytes around the size") {
  model::Table table;
  table.key = {{{"pk", model::Type::s}}, {}};
  storage::Change change;
  const model::Item item{{"pk", std::string("a")}, {"n", std::string("b")}};
  change.after = storage::Record::make("key", model::encode(item), 5);
  const auto metrics = [&](std::uint64_t bytes) {
    change.collection_bytes = bytes;
    std::string json;
    operations::append_collection_metrics(json, table, change);
    return json;
  };
  const std::string key = R"({"ItemCollectionKey":{"pk":{"S":"a"}},"SizeEstimateRangeGB":)";
  constexpr std::uint64_t kGigabyte = 1 << 30;
  CHECK(metrics(5) == key + "[0.0,1.0]}");
  CHECK(metrics(kGigabyte - 1) == key + "[0.0,1.0]}");
  CHECK(metrics(kGigabyte) == key + "[1.0,2.0]}");
  CHECK(metrics(9 * kGigabyte + 7) == key + "[9.0,10.0]}");
}

}  // namespace dynatape::emulator
