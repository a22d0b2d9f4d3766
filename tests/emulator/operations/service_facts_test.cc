#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

/// An emulator with a table `table`, asked at `now` seconds since 1970.
class Fixture {
 public:
  Fixture() {
    call(
        "CreateTable",
        R"({"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  }

  Answer call(std::string_view operation, std::string_view body, std::string_view host = "") {
    return emulator_.handle(
        operation, body,
        {"account", "eu-west-1",
         std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>(
             std::chrono::seconds(now)),
         host});
  }
  std::string backups() {
    return call("DescribeContinuousBackups", R"({"TableName":"table"})").body;
  }
  Answer recover(const std::string& specification) {
    return call(
        "UpdateContinuousBackups",
        R"({"TableName":"table","PointInTimeRecoverySpecification":)" + specification + "}");
  }

  std::int64_t now = 1'700'000'000;

 private:
  Emulator emulator_{Options{}};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "limits: a new account's quotas") {
  CHECK(call("DescribeLimits", "{}").body ==
        R"({"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,)"
        R"("TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000})");
}

TEST_CASE_METHOD(Fixture, "endpoints: the one that the client reached") {
  CHECK(call("DescribeEndpoints", "{}", "localhost:8000").body ==
        R"({"Endpoints":[{"Address":"localhost:8000","CachePeriodInMinutes":1440}]})");
  CHECK(call("DescribeEndpoints", "{}").body ==
        R"({"Endpoints":[{"Address":"dynamodb.eu-west-1.amazonaws.com",)"
        R"("CachePeriodInMinutes":1440}]})");
}

TEST_CASE_METHOD(Fixture, "backups: a table can be restored to a window that moves with time") {
  const std::string disabled =
      R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",)"
      R"("PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}})";
  CHECK(backups() == disabled);
  const Answer enabled = recover(R"({"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":2})");
  CHECK(enabled.body ==
        R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",)"
        R"("PointInTimeRecoveryDescription":{"EarliestRestorableDateTime":1700000000.0,)"
        R"("LatestRestorableDateTime":1700000000.0,"PointInTimeRecoveryStatus":"ENABLED",)"
        R"("RecoveryPeriodInDays":2}}})");
  now += 3 * 86'400;
  CHECK(backups().find(R"("EarliestRestorableDateTime":1700086400.0,)"
                       R"("LatestRestorableDateTime":1700258900.0)") != std::string::npos);
  recover(R"({"PointInTimeRecoveryEnabled":false})");
  CHECK(backups() == disabled);
}

TEST_CASE_METHOD(Fixture, "backups: the period is one to 35 days, the table must be there") {
  for (const auto* days : {"0", "36"}) {
    CHECK(recover(R"({"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":)" +
                  std::string(days) + "}")
              .body.find("at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed") !=
          std::string::npos);
  }
  CHECK(recover(R"({"PointInTimeRecoveryEnabled":false,"RecoveryPeriodInDays":35})").body ==
        R"({"__type":"com.amazon.coral.validate#ValidationException","message":"Invalid Request: )"
        R"(Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."})");
  CHECK(call("DescribeContinuousBackups", R"({"TableName":"none"})").body ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#TableNotFoundException",)"
        R"("message":"Table not found: none"})");
}

}  // namespace dynatape::emulator
