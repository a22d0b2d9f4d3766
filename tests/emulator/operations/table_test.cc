#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

class Fixture {
 public:
  Answer call(std::string_view operation, std::string_view body,
              std::string_view account = "account") {
    return emulator_.handle(operation, body, {account, "us-east-1", {}});
  }
  void create(const std::string& name) {
    const Answer answer =
        call("CreateTable",
             R"({"TableName":")" + name +
                 R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                 R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                 R"("ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6}})");
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    CHECK(answer.body.find(R"("TableStatus":"CREATING")") != std::string::npos);
  }
  bool describes(std::string_view name, std::string_view text) {
    const Answer answer = call("DescribeTable", R"({"TableName":")" + std::string(name) + R"("})");
    INFO(answer.body);
    return answer.body.find(text) != std::string::npos;
  }

 private:
  Emulator emulator_{Options{}};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "tables: one is made, described, listed and deleted") {
  create("first");
  CHECK(describes("first", R"("TableStatus":"ACTIVE")"));
  CHECK(describes("first", R"("TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/first")"));
  CHECK(call("ListTables", "{}").body == R"({"TableNames":["first"]})");
  CHECK(call("DeleteTable", R"({"TableName":"first"})").body.find("DELETING") != std::string::npos);
  CHECK(call("DescribeTable", R"({"TableName":"first"})").body ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
        R"("message":"Requested resource not found: Table: first not found"})");
}

TEST_CASE_METHOD(Fixture, "tables: a list goes on where the last one ended") {
  for (const auto* name : {"ccc", "aaa", "bbb"}) create(name);
  CHECK(call("ListTables", R"({"Limit":2})").body ==
        R"({"LastEvaluatedTableName":"bbb","TableNames":["aaa","bbb"]})");
  CHECK(call("ListTables", R"({"ExclusiveStartTableName":"bbb"})").body ==
        R"({"TableNames":["ccc"]})");
}

TEST_CASE_METHOD(Fixture, "tables: each account has its own") {
  create("mine");
  CHECK(call("ListTables", "{}", "another").body == R"({"TableNames":[]})");
}

TEST_CASE_METHOD(Fixture, "tables: a second one of the same name is refused") {
  create("first");
  const Answer answer = call(
      "CreateTable",
      R"({"TableName":"first","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  CHECK(answer.body.find("ResourceInUseException") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "tables: an index is added over the items there are, and dropped") {
  create("first");
  call("PutItem", R"({"TableName":"first","Item":{"pk":{"S":"a"},"other":{"S":"x"}}})");
  const Answer added = call(
      "UpdateTable",
      R"({"TableName":"first","AttributeDefinitions":[{"AttributeName":"other","AttributeType":"S"}],)"
      R"("GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-other","KeySchema":)"
      R"([{"AttributeName":"other","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},)"
      R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}}]})");
  INFO(added.body);
  CHECK(added.body.find(R"("IndexStatus":"CREATING")") != std::string::npos);
  CHECK(describes("first", R"("IndexStatus":"ACTIVE","ItemCount":1)"));
  call(
      "UpdateTable",
      R"({"TableName":"first","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-other"}}]})");
  CHECK_FALSE(describes("first", "by-other"));
  CHECK_FALSE(describes("first", R"("AttributeName":"other")"));
}

TEST_CASE_METHOD(Fixture, "tables: encryption that is switched off is told once") {
  create("first");
  call("UpdateTable", R"({"TableName":"first","SSESpecification":{"Enabled":true}})");
  CHECK(describes("first", R"("SSEType":"KMS","Status":"ENABLED")"));
  CHECK(call("UpdateTable", R"({"TableName":"first","SSESpecification":{"Enabled":false}})")
            .body.find(R"("SSEType":"KMS","Status":"UPDATING")") != std::string::npos);
  CHECK_FALSE(describes("first", "SSEDescription"));
  CHECK(call("UpdateTable", R"({"TableName":"first","DeletionProtectionEnabled":true})")
            .body.find("SSEDescription") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "tables: encryption that cannot be is refused") {
  create("first");
  const auto refusal = [&](const std::string& specification) {
    return call("UpdateTable", R"({"TableName":"first","SSESpecification":)" + specification + "}")
        .body;
  };
  const auto invalid = [](const std::string& what) {
    return R"({"__type":"com.amazon.coral.validate#ValidationException","message":)"
           R"("One or more parameter values were invalid: )" +
           what + "\"}";
  };
  CHECK(refusal(R"({"Enabled":true,"SSEType":"AES256"})") ==
        invalid("SSEType AES256 is not supported"));
  CHECK(refusal(R"({"Enabled":true,"KMSMasterKeyId":"k"})") ==
        invalid("SSEType KMS is required if KMSMasterKeyId is specified"));
  CHECK(refusal(R"({"Enabled":false,"SSEType":"KMS"})") ==
        invalid("SSEType can not be specified if Enabled is false"));
  CHECK(refusal(R"({"KMSMasterKeyId":"k"})") ==
        invalid("KMSMasterKeyId can not be specified if Enabled is false"));
  CHECK_FALSE(describes("first", "SSEDescription"));
}

TEST_CASE_METHOD(Fixture, "tables: one on demand says so twice, as on the wire") {
  create("first");
  CHECK_FALSE(describes("first", "BillingMode"));
  call("UpdateTable", R"({"TableName":"first","BillingMode":"PAY_PER_REQUEST"})");
  CHECK(describes("first", R"("BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST")"));
  CHECK(describes("first",
                  R"("TableThroughputModeSummary":{"TableThroughputMode":"PAY_PER_REQUEST")"));
}

TEST_CASE_METHOD(Fixture, "tables: changes that have to be asked for alone are") {
  create("first");
  const std::string_view protect = R"("DeletionProtectionEnabled":true)";
  const std::string_view encrypt = R"("SSESpecification":{"Enabled":true})";
  const std::string_view table_class = R"("TableClass":"STANDARD_INFREQUENT_ACCESS")";
  const std::string_view stream =
      R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})";
  const std::string_view warm = R"("WarmThroughput":{"ReadUnitsPerSecond":12000})";
  const std::string_view on_demand = R"("OnDemandThroughput":{"MaxReadRequestUnits":1})";
  const std::string_view units =
      R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
  const std::string_view drop = R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}])";
  const std::pair<std::array<std::string_view, 2>, std::string_view> cases[] = {
      {{encrypt, table_class}, "Server-Side Encryption modification must be the only operation"},
      {{table_class, protect}, "TableClass modification must be the only operation"},
      {{protect, warm}, "DeletionProtection modification must be the only operation"},
      {{protect, units}, "DeletionProtection modification must be the only operation"},
      {{warm, units}, "WarmThroughput must be the only operation in the request"},
      {{on_demand, stream}, "OnDemandThroughput can only be combined with BillingMode"},
      {{on_demand, warm}, "OnDemandThroughput can only be combined with BillingMode"},
      {{stream, units}, "You cannot modify stream status while updating table IOPS"},
      {{drop, units}, "You cannot create or delete index while updating table IOPS"},
      {{drop, stream}, "You cannot create or delete index while changing stream status"},
  };
  for (const auto& [members, text] : cases) {
    std::string body = R"({"TableName":"first")";
    for (const std::string_view member : members) body.append(",").append(member);
    const Answer answer = call("UpdateTable", body + "}");
    INFO(answer.body);
    CHECK(answer.body.find("One or more parameter values were invalid: " + std::string(text)) !=
          std::string::npos);
  }
  const Answer both =
      call("UpdateTable",
           R"({"TableName":"first","BillingMode":"PAY_PER_REQUEST",)" + std::string(stream) + "}");
  CHECK(both.status == 200);
}

TEST_CASE_METHOD(Fixture, "tables: a protected one is not deleted") {
  create("first");
  call("UpdateTable", R"({"TableName":"first","DeletionProtectionEnabled":true})");
  CHECK(call("DeleteTable", R"({"TableName":"first"})").body.find("protected against deletion") !=
        std::string::npos);
  CHECK(describes("first", R"("DeletionProtectionEnabled":true)"));
}

TEST_CASE_METHOD(Fixture, "tables: items are reached by the table's ARN") {
  create("first");
  call("PutItem", R"({"TableName":"first","Item":{"pk":{"S":"a"}}})");
  CHECK(call("GetItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/first",)"
                        R"("Key":{"pk":{"S":"a"}}})")
            .body == R"({"Item":{"pk":{"S":"a"}}})");
}

}  // namespace dynatape::emulator
