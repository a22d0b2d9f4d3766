// Limits of tables that are made, changed and deleted meanwhile.

#include <catch2/catch.hpp>

#include "charging.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Bench = ChargingBench;

const CallSpec kPut = put_item("t", "a");

CallSpec control(const std::string& operation, const std::string& table = "t") {
  return {operation, json{{"TableName", table}}.dump()};
}

json provisioned(int read, int write, const char* status = "ACTIVE") {
  return {{"TableStatus", status},
          {"ProvisionedThroughput", {{"ReadCapacityUnits", read}, {"WriteCapacityUnits", write}}}};
}

}  // namespace

TEST_CASE("capacity: a table that is made or deleted begins with full buckets") {
  for (const char* const options :
       {R"({"write":5,"burst":"1s"})",
        R"({"of":"partition","partition_key":"pk","write":5,"burst":"1s"})"}) {
    for (const char* const operation : {"CreateTable", "DeleteTable"}) {
      Bench bench(options);
      CHECK(bench.passed(kPut) == 5);
      CHECK(bench.passed(put_item("u", "a")) == 5);
      bench.lab.call(control(operation));
      CHECK(bench.passed(kPut) == 5);
      CHECK(bench.passed(put_item("u", "a")) == 0);
      bench.lab.call(control(operation, "arn:aws:dynamodb:us-east-1:123456789012:table/t"));
      CHECK(bench.passed(kPut) == 5);
    }
  }
}

TEST_CASE("capacity: what fails, and what makes no other table, fills no bucket") {
  Bench bench(R"({"write":5,"burst":"1s"})");
  CHECK(bench.passed(kPut) == 5);
  bench.lab.call(control("UpdateTable"));
  bench.lab.call(control("DescribeTable"));
  bench.upstream->status = 400;
  bench.lab.call(control("CreateTable"));
  bench.lab.call(control("DeleteTable"));
  bench.upstream->status = 200;
  CHECK(bench.passed(kPut) == 0);
}

TEST_CASE("capacity: the account's limit is no table's") {
  Bench bench(R"({"of":"account","write":5,"burst":"1s"})");
  CHECK(bench.passed(kPut) == 5);
  bench.lab.call(control("DeleteTable"));
  CHECK(bench.passed(kPut) == 0);
}

TEST_CASE("capacity: a table made anew past the rule is told by its id, or by when it was made") {
  for (const char* const member : {"TableId", "CreationDateTime"}) {
    Bench bench(R"({"burst":"1s"})");
    bench.upstream->description = provisioned(1, 3);
    bench.upstream->description[member] = 1;
    CHECK(bench.passed(kPut) == 3);
    bench.upstream->description[member] = 2;
    CHECK(bench.passed(kPut) == 3);
    CHECK(bench.passed(kPut) == 0);
  }
}

TEST_CASE("capacity: what a call is told of a table need not be asked for") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = provisioned(1, 3, "CREATING");
  bench.lab.call(control("CreateTable"));
  CHECK(bench.passed(kPut, 3) == 3);
  CHECK(bench.upstream->described == 0);
  bench.upstream->description = provisioned(1, 2);
  bench.lab.call(control("UpdateTable"));
  bench.lab.clock.advance(1s);
  CHECK(bench.passed(kPut, 2) == 2);
  CHECK(bench.upstream->described == 0);
  CHECK(bench.passed(kPut) == 0);
  CHECK(bench.upstream->described == 1);  // before it is throttled
  bench.lab.clock.advance(59s);
  bench.lab.call(control("DescribeTable"));
  bench.lab.clock.advance(59s);
  CHECK(bench.passed(kPut, 2) == 2);
  CHECK(bench.upstream->described == 2);  // the client's own
}

TEST_CASE("capacity: a table that is being changed is asked about until it has been") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = provisioned(1, 9, "UPDATING");  // as it was before
  bench.lab.call(control("UpdateTable"));
  CHECK(bench.passed(kPut, 1) == 1);
  CHECK(bench.upstream->described == 1);
  bench.upstream->description = provisioned(1, 2);
  bench.lab.clock.advance(1s);
  CHECK(bench.passed(kPut) == 2);
}

TEST_CASE("capacity: a change that fails, and one that is told by nobody, is asked about") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = provisioned(1, 3);
  CHECK(bench.passed(kPut, 1) == 1);
  bench.upstream->status = 400;
  bench.lab.call(control("UpdateTable"));
  bench.upstream->status = 200;
  CHECK(bench.passed(kPut, 1) == 1);
  CHECK(bench.upstream->described == 2);
}

TEST_CASE("capacity: a SELECT of several partitions draws from each of them") {
  const auto select = [](const std::string& where, const json& parameters = nullptr) {
    json params = {{"Statement", "SELECT * FROM t WHERE " + where}};
    if (!parameters.is_null()) params["Parameters"] = parameters;
    return CallSpec{"ExecuteStatement", params.dump()};
  };
  Bench bench(R"({"of":"partition","partition_key":"pk","read":3,"burst":"1s"})");
  bench.upstream->units = 2;
  CHECK(bench.passed(select("pk IN ['a','b'] AND sk > 1"), 9) == 3);
  bench.upstream->units = 1;
  CHECK(bench.passed(get_item("t", "a"), 9) == 0);
  CHECK(bench.passed(select("pk IN ['b','c']"), 9) == 0);
  CHECK(bench.passed(get_item("t", "c"), 9) == 3);  // a call that is throttled takes nothing
  CHECK(bench.passed(select("pk IN ('d','d')"), 9) == 3);
  CHECK(bench.passed(select("pk IN ['e', ?]", json::array({{{"S", "a"}}})), 9) == 0);
  const json list = json::array({{{"L", {{{"S", "a"}}, {{"S", "f"}}}}}});
  CHECK(bench.passed(select("pk IN ?", list), 9) == 0);
  // These name no partition, so that all of them may be read.
  CHECK(bench.passed(select("color IN ['a','b']"), 9) == 9);
  CHECK(bench.passed(select("pk IN ['a', [1]]"), 9) == 9);
  CHECK(bench.passed(select("NOT pk IN ['a']"), 9) == 9);
  CHECK(bench.passed(select("pk IN ['a'] OR sk = 1"), 9) == 9);
  CHECK(bench.passed(select("pk IN ?"), 9) == 9);
}

}  // namespace dynatape::interceptors
