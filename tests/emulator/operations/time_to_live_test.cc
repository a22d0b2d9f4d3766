#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

/// A table `table` with a global index over `other`, whose items expire by `ttl`.
class Fixture {
 public:
  Fixture() {
    call(
        "CreateTable",
        R"({"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
        R"({"AttributeName":"other","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
        R"("GlobalSecondaryIndexes":[{"IndexName":"by-other","KeySchema":)"
        R"([{"AttributeName":"other","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]})");
  }

  Answer call(std::string_view operation, std::string_view body) {
    using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
    return emulator_.handle(operation, body,
                            {"account", "us-east-1", Time(std::chrono::seconds(now))});
  }
  Answer set(bool enabled, const std::string& attribute = "ttl") {
    return call("UpdateTimeToLive",
                R"({"TableName":"table","TimeToLiveSpecification":{"Enabled":)" +
                    std::string(enabled ? "true" : "false") + R"(,"AttributeName":")" + attribute +
                    "\"}}");
  }
  void put(const std::string& key, const std::string& ttl) {
    const Answer answer =
        call("PutItem", R"({"TableName":"table","Item":{"other":{"S":"x"},"pk":{"S":")" + key +
                            R"("},"ttl":)" + ttl + "}}");
    REQUIRE(answer.body == "{}");
  }
  void put(const std::string& key, std::int64_t expires) {
    put(key, R"({"N":")" + std::to_string(expires) + "\"}");
  }
  bool has(const std::string& key) {
    return call("GetItem", R"({"TableName":"table","Key":{"pk":{"S":")" + key + "\"}}}").body !=
           "{}";
  }
  std::string description() { return call("DescribeTimeToLive", R"({"TableName":"table"})").body; }

  std::int64_t now = 1'700'000'000;

 private:
  Emulator emulator_{Options{}};
};

std::string invalid(const std::string& message) {
  return R"({"__type":"com.amazon.coral.validate#ValidationException","message":")" + message +
         "\"}";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "ttl: it is enabled, described and disabled") {
  CHECK(description() == R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
  CHECK(set(true).body == R"({"TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}})");
  CHECK(description() ==
        R"({"TimeToLiveDescription":{"AttributeName":"ttl","TimeToLiveStatus":"ENABLED"}})");
  now += 3600;
  CHECK(set(false).body ==
        R"({"TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":false}})");
  CHECK(description() == R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
}

TEST_CASE_METHOD(Fixture, "ttl: a change that changes nothing, or too soon, is refused") {
  CHECK(set(false).body == invalid("TimeToLive is already disabled"));
  set(true);
  CHECK(set(true).body == invalid("TimeToLive is already enabled"));
  for (const bool enabled : {false, true}) {
    CHECK(
        set(enabled, "other").body ==
        invalid("TimeToLive is active on a different AttributeName: current AttributeName is ttl"));
  }
  CHECK(set(false).body ==
        invalid("Time to live has been modified multiple times within a fixed interval"));
  CHECK(call("DescribeTimeToLive", R"({"TableName":"none"})").body ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
        R"("message":"Requested resource not found: Table: none not found"})");
  CHECK(set(true, "").body.find("at 'timeToLiveSpecification.attributeName' failed") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "ttl: expired items go with the first call a minute later") {
  put("before", now + 10);
  set(true);
  put("after", now + 10);
  put("extended", now + 10);
  put("extended", now + 1000);
  now += 30;
  CHECK(has("before"));
  now += 60;
  CHECK_FALSE(has("before"));
  CHECK_FALSE(has("after"));
  CHECK(has("extended"));
  const Answer found = call(
      "Query",
      R"({"TableName":"table","IndexName":"by-other","KeyConditionExpression":)"
      R"("#o=:x","ExpressionAttributeNames":{"#o":"other"},"ExpressionAttributeValues":{":x":{"S":"x"}},"Select":"COUNT"})");
  CHECK(found.body == R"({"Count":1,"ScannedCount":1})");
}

TEST_CASE_METHOD(Fixture, "ttl: only a number of a moment in the last five years lets an item go") {
  set(true);
  put("text", R"({"S":"1"})");
  put("old", now - std::int64_t{6} * 365 * 86'400);
  put("recent", now - std::int64_t{4} * 365 * 86'400);
  put("fraction", R"({"N":"1699999990.5"})");
  put("exponent", R"({"N":"16999999e2"})");
  put("negative", -5);
  put("future", now + 1000);
  now += 61;
  CHECK(has("text"));
  CHECK(has("old"));
  CHECK(has("negative"));
  CHECK(has("future"));
  CHECK_FALSE(has("recent"));
  CHECK_FALSE(has("fraction"));
  CHECK_FALSE(has("exponent"));
}

TEST_CASE_METHOD(Fixture, "ttl: without it, or once disabled, nothing expires") {
  put("a", now - 10);
  now += 61;
  CHECK(has("a"));
  set(true);
  put("b", now + 3700);
  now += 3600;
  CHECK_FALSE(has("a"));
  set(false);
  now += 3600;
  CHECK(has("b"));
}

}  // namespace dynatape::emulator
