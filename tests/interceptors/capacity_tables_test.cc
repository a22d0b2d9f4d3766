// Limits as the tables are set.

#include <catch2/catch.hpp>

#include "charging.h"
#include "interceptors/table_throughput.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Bench = ChargingBench;

json provisioned(int read, int write) {
  return {{"ProvisionedThroughput", {{"ReadCapacityUnits", read}, {"WriteCapacityUnits", write}}}};
}

json on_demand() { return {{"BillingModeSummary", {{"BillingMode", "PAY_PER_REQUEST"}}}}; }

json with_index(json table, json index) {
  index["IndexName"] = "by-day";
  table["GlobalSecondaryIndexes"] = json::array({std::move(index)});
  return table;
}

CallSpec query(const std::string& index) {
  return {"Query", R"({"TableName":"t","IndexName":")" + index + R"("})"};
}

}  // namespace

TEST_CASE("capacity: without rates a table is throttled as it is provisioned") {
  Bench bench("{}");
  bench.upstream->description = provisioned(2, 1);
  CHECK(bench.passed(put_item("t", "a")) == 300);
  CHECK(bench.passed({"GetItem", R"({"TableName":"t","ConsistentRead":true})"}) == 600);
  CHECK(bench.throttled_as(put_item("t", "a")) ==
        "ProvisionedThroughputExceededException TableWriteProvisionedThroughputExceeded");
}

TEST_CASE("capacity: a table is described once a minute, and before a call is throttled") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = provisioned(1, 3);
  CHECK(bench.passed(put_item("t", "a"), 3) == 3);
  CHECK(bench.upstream->described == 1);
  CHECK(bench.lab.faulted(put_item("t", "a")));
  CHECK(bench.upstream->described == 2);
  bench.upstream->description = provisioned(1, 5);
  bench.lab.clock.advance(1s);
  CHECK(bench.passed(put_item("t", "a"), 3) == 3);
  CHECK(bench.upstream->described == 2);
  bench.lab.clock.advance(59s);
  CHECK(bench.passed(put_item("t", "a"), 1) == 1);
  CHECK(bench.upstream->described == 3);
  bench.lab.clock.advance(1s);
  CHECK(bench.passed(put_item("t", "a")) == 5);
}

TEST_CASE("capacity: what is raised counts at once, what is lowered when it is known") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = provisioned(1, 3);
  CHECK(bench.passed(put_item("t", "a")) == 3);
  bench.upstream->description = provisioned(1, 10);
  CHECK(bench.lab.faulted(put_item("t", "a")));  // what it has grown by is not saved up
  bench.lab.clock.advance(1s);
  CHECK(bench.passed(put_item("t", "a")) == 10);
  bench.upstream->description = provisioned(1, 2);
  bench.lab.call({"UpdateTable", R"({"TableName":"t"})"});
  bench.lab.clock.advance(2s);
  CHECK(bench.passed(put_item("t", "a")) == 2);
}

TEST_CASE("capacity: an index that is set too low throttles the writes of its table") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = with_index(provisioned(5, 100), provisioned(3, 4));
  bench.upstream->index_units = 1;
  CHECK(bench.passed(put_item("t", "a")) == 4);
  CHECK(bench.throttled_as(put_item("t", "a")) ==
        "ProvisionedThroughputExceededException IndexWriteProvisionedThroughputExceeded");
  CHECK(bench.error(put_item("t", "a"))
            .at("message")
            .get<std::string>()
            .find("one or more global secondary indexes") != std::string::npos);
}

TEST_CASE("capacity: a read of a global index draws from it, and any other from the table") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = with_index(provisioned(5, 100), provisioned(3, 4));
  bench.upstream->units = 0;
  bench.upstream->index_units = 1;
  CHECK(bench.passed(query("by-day")) == 3);
  CHECK(bench.throttled_as(query("by-day")) ==
        "ProvisionedThroughputExceededException IndexReadProvisionedThroughputExceeded");
  bench.upstream->index_units = 0;
  bench.upstream->units = 1;
  CHECK(bench.passed(query("a-local-one")) == 5);
  CHECK(bench.passed(get_item("t", "a")) == 0);
}

TEST_CASE("capacity: of an index alone") {
  Bench bench(R"({"of":"index","index":"by-day","burst":"1s"})");
  bench.upstream->description = with_index(provisioned(1, 1), provisioned(3, 4));
  bench.upstream->index_units = 1;
  CHECK(bench.passed(put_item("t", "a")) == 4);
  CHECK(bench.passed(get_item("t", "a"), 20) == 20);
}

TEST_CASE("capacity: an on-demand table takes what it is warm for, up to its maximum") {
  Bench fresh("{}");
  fresh.upstream->description = on_demand();
  CHECK(fresh.passed(put_item("t", "a")) == 4'000);
  Bench warm("{}");
  warm.upstream->description = on_demand();
  warm.upstream->description["WarmThroughput"] = {{"ReadUnitsPerSecond", 15'000},
                                                  {"WriteUnitsPerSecond", 5'000}};
  warm.upstream->description["OnDemandThroughput"] = {{"MaxReadRequestUnits", 70},
                                                      {"MaxWriteRequestUnits", -1}};
  CHECK(warm.passed(put_item("t", "a")) == 5'000);
  CHECK(warm.throttled_as(put_item("t", "a")) ==
        "ThrottlingException TableWriteKeyRangeThroughputExceeded");
  CHECK(warm.passed({"GetItem", R"({"TableName":"t","ConsistentRead":true})"}) == 70);
  CHECK(warm.throttled_as(get_item("t", "a")) ==
        "ThrottlingException TableReadMaxOnDemandThroughputExceeded");
}

TEST_CASE("capacity: an on-demand index has a maximum and a growth of its own") {
  Bench bench("{}");
  bench.upstream->description =
      with_index(on_demand(), {{"OnDemandThroughput", {{"MaxWriteRequestUnits", 6}}}});
  bench.upstream->index_units = 1;
  CHECK(bench.passed(put_item("t", "a")) == 6);
  CHECK(bench.throttled_as(put_item("t", "a")) ==
        "ThrottlingException IndexWriteMaxOnDemandThroughputExceeded");
  bench.upstream->description = with_index(on_demand(), json::object());
  bench.lab.clock.advance(1min);
  CHECK(bench.passed(put_item("t", "a")) == 4'000);
  CHECK(bench.throttled_as(put_item("t", "a")) ==
        "ThrottlingException TableWriteKeyRangeThroughputExceeded");
}

TEST_CASE("capacity: a table that goes over to on-demand takes at least what it was provisioned") {
  Bench bench(R"({"burst":"1s"})");
  bench.upstream->description = provisioned(10, 6'000);
  CHECK(bench.passed(put_item("t", "a")) == 6'000);
  bench.upstream->description = on_demand();
  CHECK(bench.passed(put_item("t", "a")) == 6'000);
}

TEST_CASE(
    "capacity: tables that the upstream does not describe are not throttled, and that is told") {
  Bench bench("{}");
  CHECK(bench.passed(put_item("t", "a"), 3) == 3);
  CHECK(bench.why() == "the upstream does not say what its tables are set to");
}

TEST_CASE("capacity: a description is read as far as it goes") {
  using nlohmann::ordered_json;
  CHECK_FALSE(throughput_in(ordered_json::object(), 300s));
  CHECK_FALSE(throughput_in({{"Table", "t"}}, 300s));
  const auto read = throughput_in({{"Table", {{"ProvisionedThroughput", 5}}}}, 300s);
  REQUIRE(read);
  CHECK_FALSE(read->table[0].limits());
}

}  // namespace dynatape::interceptors
