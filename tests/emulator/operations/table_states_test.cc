#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

using std::chrono::seconds;

/// A service whose tables and indexes take ten seconds for each change.
class Fixture {
 public:
  Answer call(std::string_view operation, std::string_view body) {
    return emulator_.handle(operation, body,
                            {"account", "us-east-1", TimePoint(seconds(now)), "localhost"});
  }
  std::string on_table(std::string_view operation, std::string_view members = "") {
    return call(operation, R"({"TableName":"table")" + std::string(members) + "}").body;
  }
  std::string update(std::string_view members) {
    return on_table("UpdateTable", "," + std::string(members));
  }
  std::string create(std::string_view members = "") {
    return on_table("CreateTable",
                    R"(,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                    R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                    R"("BillingMode":"PAY_PER_REQUEST")" +
                        std::string(members));
  }
  /// A table that is active.
  void made(std::string_view members = "") {
    REQUIRE(says(create(members), "CREATING"));
    now += 10;
    REQUIRE(status() == "ACTIVE");
  }
  std::string put() {
    return on_table("PutItem", R"(,"Item":{"pk":{"S":"a"},"colour":{"S":"x"}})");
  }
  std::string query() {
    return on_table("Query", R"(,"IndexName":"by-colour","KeyConditionExpression":"colour = :x",)"
                             R"("ExpressionAttributeValues":{":x":{"S":"x"}})");
  }
  std::string create_index(const std::string& name = "by-colour") {
    return update(R"("AttributeDefinitions":[{"AttributeName":"colour","AttributeType":"S"}],)"
                  R"("GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":")" +
                  name +
                  R"(","KeySchema":[{"AttributeName":"colour","KeyType":"HASH"}],)"
                  R"("Projection":{"ProjectionType":"ALL"}}}])");
  }
  std::string delete_index(const std::string& name = "by-colour") {
    return update(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":")" + name + "\"}}]");
  }

  /// The TableStatus in an answer, by default in a description; or the message of an error.
  std::string status() { return after(on_table("DescribeTable"), R"("TableStatus":")"); }
  std::string index_status() { return after(on_table("DescribeTable"), R"("IndexStatus":")"); }
  static std::string after(const std::string& answer, const std::string& member) {
    const auto at = answer.find(member);
    if (at == std::string::npos) return answer;
    const auto start = at + member.size();
    return answer.substr(start, answer.find('"', start) - start);
  }
  static bool says(const std::string& answer, std::string_view text) {
    INFO(answer);
    const bool found = answer.find(text) != std::string::npos;
    CHECK(found);
    return found;
  }

  std::int64_t now = 1'700'000'000;

 private:
  Emulator emulator_{Options{.table_delay = seconds(10)}};
};

std::string error(const std::string& type, const std::string& message) {
  return R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + type + R"(","message":")" + message +
         "\"}";
}
std::string in_use(const std::string& why) {
  return error("ResourceInUseException",
               "Attempt to change a resource which is still in use: " + why);
}
const std::string kNotFound = error("ResourceNotFoundException", "Requested resource not found");
const std::string kTableNotFound =
    error("ResourceNotFoundException", "Requested resource not found: Table: table not found");

constexpr std::string_view kThroughput = R"("BillingMode":"PROVISIONED","ProvisionedThroughput":)"
                                         R"({"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
constexpr std::string_view kStream =
    R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})";
constexpr std::string_view kTableClass = R"("TableClass":"STANDARD_INFREQUENT_ACCESS")";
constexpr std::string_view kOnDemand = R"("OnDemandThroughput":{"MaxReadRequestUnits":10})";

}  // namespace

TEST_CASE_METHOD(Fixture, "states: a new table is creating, and active when its time has come") {
  CHECK(says(create(), R"("TableStatus":"CREATING")"));
  CHECK(status() == "CREATING");
  CHECK(call("ListTables", "{}").body == R"({"TableNames":["table"]})");
  now += 9;
  CHECK(status() == "CREATING");
  now += 1;
  CHECK(status() == "ACTIVE");
  CHECK(put() == "{}");
}

TEST_CASE_METHOD(Fixture, "states: a table that is being created takes no call but a description") {
  create();
  CHECK(put() == kNotFound);
  CHECK(on_table("GetItem", R"(,"Key":{"pk":{"S":"a"}})") == kNotFound);
  CHECK(on_table("Scan") == kNotFound);
  CHECK(call("TransactWriteItems",
             R"({"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}}]})")
            .body == kNotFound);
  CHECK(call("ExecuteStatement", R"({"Statement":"SELECT * FROM \"table\""})").body == kNotFound);

  const std::string created = in_use("Table is being created: table");
  CHECK(create() == created);
  CHECK(update(R"("DeletionProtectionEnabled":true)") == created);
  CHECK(on_table("DeleteTable") == created);
  CHECK(call("TagResource",
             R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/table",)"
             R"("Tags":[{"Key":"a","Value":"b"}]})")
            .body == created);
  CHECK(on_table("UpdateTimeToLive",
                 R"(,"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"})") ==
        in_use("Table table is being created"));
  CHECK(says(on_table("DescribeTimeToLive"),
             "Cannot describe time to live while table is in CREATING state: Current table state "
             "is CREATING"));
  CHECK(on_table("UpdateContinuousBackups",
                 R"(,"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true})") ==
        error("ContinuousBackupsUnavailableException",
              "Backups are being enabled for the table: table. Please retry later"));
}

TEST_CASE_METHOD(Fixture,
                 "states: a deleted table is told of until it is gone, and holds nothing") {
  made();
  put();
  CHECK(says(on_table("DeleteTable"), R"("TableStatus":"DELETING")"));
  CHECK(status() == "DELETING");
  CHECK(says(on_table("DescribeTable"), R"("ItemCount":0)"));
  CHECK(call("ListTables", "{}").body == R"({"TableNames":["table"]})");
  CHECK(put() == kNotFound);
  CHECK(on_table("DeleteTable") == in_use("Table is being deleted: table"));
  CHECK(update(R"("DeletionProtectionEnabled":true)") == in_use("Table is being deleted: table"));
  CHECK(create() == error("ResourceInUseException", "Table already exists: table"));
  now += 10;
  CHECK(on_table("DescribeTable") == kTableNotFound);
  CHECK(on_table("DeleteTable") == kTableNotFound);
  CHECK(update(R"("DeletionProtectionEnabled":true)") == kTableNotFound);
  CHECK(call("ListTables", "{}").body == R"({"TableNames":[]})");
  made();
  CHECK(says(on_table("Scan"), R"("Count":0)"));
}

TEST_CASE_METHOD(Fixture,
                 "states: an updating table reads and writes, and refuses by what it does") {
  made();
  CHECK(says(update(kThroughput), R"("TableStatus":"UPDATING")"));
  CHECK(status() == "UPDATING");
  CHECK(put() == "{}");
  CHECK(create() == error("ResourceInUseException", "Table already exists: table"));
  CHECK(update(kThroughput) == in_use("Table IOPS are currently being updated. Table: table"));
  CHECK(update(kStream) ==
        in_use("Can't enable or disable stream while table IOPS are being updated. Table: table"));
  CHECK(update(kOnDemand) ==
        in_use("OnDemandThroughput cannot be updated while BillingMode update is in progress"));
  CHECK(create_index() ==
        in_use("Can't create or delete indexes while table IOPS are being updated. Table: table"));
  CHECK(on_table("DeleteTable") == in_use("Table: table is in the process of being updated."));
  CHECK(says(update(R"("DeletionProtectionEnabled":true)"), R"("TableStatus":"UPDATING")"));
  now += 10;
  CHECK(status() == "ACTIVE");
  CHECK(says(update(R"("DeletionProtectionEnabled":false)"), R"("TableStatus":"ACTIVE")"));
}

TEST_CASE_METHOD(Fixture, "states: a stream is being enabled, then disabled, and so is its table") {
  made();
  const std::string label = after(update(kStream), R"("LatestStreamLabel":")");
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/table/stream/" + label;
  const auto stream_status = [&] {
    return after(call("DescribeStream", R"({"StreamArn":")" + arn + "\"}").body,
                 R"("StreamStatus":")");
  };
  const std::string enabling = " Table: table Stream: " + label + " Operation: ENABLE";
  CHECK(status() == "UPDATING");
  CHECK(stream_status() == "ENABLING");
  CHECK(update(kThroughput) ==
        in_use("Can't change table IOPS when stream status is being updated." + enabling));
  CHECK(update(kTableClass) ==
        in_use("Can't update table class when stream status is being updated." + enabling));
  CHECK(update(R"("StreamSpecification":{"StreamEnabled":false})") ==
        in_use("A stream status change is currently in progress." + enabling));
  CHECK(on_table("DeleteTable") ==
        in_use("Cannot delete table while stream is being enabled/disabled."));
  now += 10;
  CHECK(stream_status() == "ENABLED");
  update(R"("StreamSpecification":{"StreamEnabled":false})");
  CHECK(stream_status() == "DISABLING");
  now += 10;
  CHECK(stream_status() == "DISABLED");
}

TEST_CASE_METHOD(Fixture, "states: a deleted table's stream is disabled with it") {
  made("," + std::string(kStream));
  const std::string arn = after(on_table("DescribeTable"), R"("LatestStreamArn":")");
  const std::string call_body = R"({"StreamArn":")" + arn + "\"}";
  on_table("DeleteTable");
  CHECK(says(call("DescribeStream", call_body).body, R"("StreamStatus":"DISABLING")"));
  now += 10;
  CHECK(says(call("DescribeStream", call_body).body, R"("StreamStatus":"DISABLED")"));
}

TEST_CASE_METHOD(Fixture, "states: a table class changes alone") {
  made();
  CHECK(says(update(kTableClass), R"("TableStatus":"UPDATING")"));
  const std::string tail = " Table: table TableClassUpdateInProgress: STANDARD_INFREQUENT_ACCESS";
  CHECK(update(kTableClass) ==
        in_use("Can't update table class when a table class update is in progress." + tail));
  CHECK(update(kStream) ==
        in_use("Can't change stream status when a table class update is in progress." + tail));
  CHECK(update(kOnDemand) == in_use("OnDemandThroughput cannot be updated while TableClass update "
                                    "is in progress. TableClassUpdateInProgress: "
                                    "STANDARD_INFREQUENT_ACCESS"));
}

TEST_CASE_METHOD(Fixture, "states: encryption changes while the table is active") {
  made();
  CHECK(says(update(R"("SSESpecification":{"Enabled":true})"), R"("TableStatus":"ACTIVE")"));
  CHECK(says(on_table("DescribeTable"), R"("Status":"UPDATING"})"));
  CHECK(update(R"("SSESpecification":{"Enabled":false})") ==
        in_use("Server-Side Encryption is still being updated"));
  CHECK(on_table("DeleteTable") == in_use("Table: table is in the process of being updated."));
  now += 10;
  CHECK(says(on_table("DescribeTable"), R"("SSEType":"KMS","Status":"ENABLED"})"));
}

TEST_CASE_METHOD(Fixture, "states: an index is allocated, filled in, and then read") {
  made();
  put();
  CHECK(says(create_index(), R"("Backfilling":false)"));
  CHECK(status() == "UPDATING");
  CHECK(index_status() == "CREATING");
  CHECK(says(on_table("DescribeTable"), R"("Backfilling":false)"));
  const std::string unreadable =
      R"({"__type":"com.amazon.coral.validate#ValidationException","message":)"
      R"("Cannot read from backfilling global secondary index: by-colour"})";
  CHECK(query() == unreadable);
  CHECK(on_table("PutItem", R"(,"Item":{"pk":{"S":"b"},"colour":{"S":"x"}})") == "{}");
  now += 10;
  CHECK(status() == "ACTIVE");
  CHECK(index_status() == "CREATING");
  CHECK(says(on_table("DescribeTable"), R"("Backfilling":true)"));
  CHECK(says(on_table("DescribeTable"), R"("IndexSizeBytes":0)"));
  CHECK(query() == unreadable);
  CHECK(on_table("DeleteTable") ==
        in_use("Cannot delete table while indexes are being created, updated, or deleted."));
  now += 10;
  CHECK(index_status() == "ACTIVE");
  CHECK(on_table("DescribeTable").find("Backfilling") == std::string::npos);
  CHECK(says(query(), R"("Count":2)"));
}

TEST_CASE_METHOD(Fixture, "states: what an index in the making refuses, by its phase") {
  made();
  create_index();
  const std::string only_one =
      error("LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table");
  CHECK(create_index("second") == only_one);
  CHECK(update(kThroughput) == in_use("Can't change table IOPS when an index is being created. "
                                      "Table: table Indexes: [by-colour]"));
  CHECK(update(kStream) == in_use("Can't change stream status when an index is being created. "
                                  "Table: table Indexes: [by-colour]"));
  CHECK(delete_index() ==
        in_use("Index creation is in resource allocation phase. Retry deletion during backfilling "
               "phase or when the index is active. Table: table Index: by-colour"));
  CHECK(
      update(R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by-colour",)"
             R"("OnDemandThroughput":{"MaxReadRequestUnits":10}}}])") ==
      in_use("Index is being created but is not backfilling yet.  Table: table Index: by-colour"));
  now += 10;
  CHECK(create_index("second") == only_one);
  CHECK(says(delete_index(), R"("IndexStatus":"DELETING")"));
}

TEST_CASE_METHOD(Fixture, "states: a dropped index is told of until it is gone, and not read") {
  made();
  create_index();
  now += 20;
  CHECK(says(delete_index(), R"("IndexStatus":"DELETING")"));
  CHECK(status() == "UPDATING");
  CHECK(index_status() == "DELETING");
  CHECK(says(on_table("DescribeTable"), R"({"AttributeName":"colour","AttributeType":"S"})"));
  CHECK(says(query(), "The table does not have the specified index: by-colour"));
  CHECK(put() == "{}");
  CHECK(delete_index() == in_use("Index is being deleted.  Table: table Index: by-colour"));
  CHECK(create_index() == in_use("Index is being deleted.  Table: table Index: by-colour"));
  CHECK(update(kThroughput) == in_use("Can't change table IOPS when an index is being deleted. "
                                      "Table: table Indexes: [by-colour]"));
  CHECK(update(kOnDemand) == in_use("OnDemandThroughput cannot be updated while index deletion is "
                                    "in progress for indexes: [by-colour]"));
  now += 10;
  CHECK(status() == "ACTIVE");
  CHECK(on_table("DescribeTable").find("colour") == std::string::npos);
  CHECK(says(delete_index(), "Requested resource not found: Index by-colour for table table"));
  CHECK(says(create_index(), R"("IndexStatus":"CREATING")"));
}

TEST_CASE_METHOD(Fixture,
                 "states: an index of a new table is creating with it, and not filled in") {
  on_table("CreateTable",
           R"(,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
           R"({"AttributeName":"colour","AttributeType":"S"}],)"
           R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
           R"("BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"by-colour",)"
           R"("KeySchema":[{"AttributeName":"colour","KeyType":"HASH"}],)"
           R"("Projection":{"ProjectionType":"ALL"}}])");
  CHECK(index_status() == "CREATING");
  CHECK(on_table("DescribeTable").find("Backfilling") == std::string::npos);
  now += 10;
  CHECK(status() == "ACTIVE");
  CHECK(index_status() == "ACTIVE");
}

TEST_CASE_METHOD(Fixture,
                 "states: time to live is being enabled, and deletes nothing until it is") {
  made();
  const auto set = [&](const std::string& enabled) {
    on_table("UpdateTimeToLive",
             R"(,"TimeToLiveSpecification":{"Enabled":)" + enabled + R"(,"AttributeName":"ttl"})");
  };
  const auto ttl_status = [&] {
    return after(on_table("DescribeTimeToLive"), R"("TimeToLiveStatus":")");
  };
  on_table("PutItem", R"(,"Item":{"pk":{"S":"old"},"ttl":{"N":"1699999999"}})");
  now += 100;  // the last sweep is over a minute ago
  set("true");
  CHECK(ttl_status() == "ENABLING");
  CHECK(says(on_table("Scan"), R"("Count":1)"));
  now += 10;
  CHECK(ttl_status() == "ENABLED");
  now += 60;
  CHECK(says(on_table("Scan"), R"("Count":0)"));
  now += 3600;
  set("false");
  CHECK(ttl_status() == "DISABLING");
  now += 10;
  CHECK(on_table("DescribeTimeToLive") ==
        R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
}

TEST_CASE_METHOD(Fixture, "states: 500 tables change at once, and no more") {
  const auto create_number = [&](int i) {
    return call("CreateTable",
                R"({"TableName":"table-)" + std::to_string(i) +
                    R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                    R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                    R"("BillingMode":"PAY_PER_REQUEST"})")
        .body;
  };
  for (int i = 0; i < 500; ++i) create_number(i);
  CHECK(create_number(500) ==
        error("LimitExceededException",
              "Subscriber limit exceeded: Only 500 tables can be created, updated, or deleted "
              "simultaneously"));
  now += 10;
  CHECK(says(create_number(500), "CREATING"));
}

}  // namespace dynatape::emulator
