#include "interceptors/on_demand_growth.h"

#include <catch2/catch.hpp>

#include "charging.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// An on-demand table's writes.
struct Table {
  /// Takes `units` within the second that begins now.
  void take(std::int64_t units) {
    static_cast<void>(growth.at(now));
    growth.take(units * kUnit, now);
  }
  std::int64_t left() { return growth.at(now) / kUnit; }

  core::TimePoint now{std::chrono::seconds(1'700'000'000)};
  OnDemandGrowth growth{4'000, 1s, now};
};

}  // namespace

TEST_CASE("on-demand: a new table takes 4,000 writes or 12,000 reads a second, and not one more") {
  ChargingBench bench(R"({"billing":"on_demand"})");
  CHECK(bench.passed(put_item("t", "a")) == 4'000);
  CHECK(bench.passed(put_item("u", "a"), 1) == 1);
  bench.lab.clock.advance(249us);
  CHECK(bench.passed(put_item("t", "a")) == 0);
  bench.lab.clock.advance(1us);
  CHECK(bench.passed(put_item("t", "a")) == 1);
  CHECK(bench.passed({"GetItem", R"({"TableName":"t","ConsistentRead":true})"}) == 12'000);
}

TEST_CASE("on-demand: what it has reached, it takes twice of half an hour later") {
  ChargingBench bench(R"({"billing":"on_demand"})");
  CHECK(bench.passed(put_item("t", "a")) == 4'000);
  bench.lab.clock.advance(30min - 1us);
  CHECK(bench.passed(put_item("t", "a")) == 4'000);
  bench.lab.clock.advance(1us);
  CHECK(bench.passed(put_item("t", "a")) == 4'000);  // the second half of 8,000
  bench.lab.clock.advance(1s);
  CHECK(bench.passed(put_item("t", "a")) == 8'000);
  CHECK(bench.passed({"GetItem", R"({"TableName":"t","ConsistentRead":true})"}) == 12'000);
}

TEST_CASE("on-demand: beyond that it throttles as a table that is scaling") {
  ChargingBench bench(R"({"billing":"on_demand"})");
  bench.upstream->units = 4'000;
  bench.passed(put_item("t", "a"));
  CHECK(bench.error(put_item("t", "a")).dump().find("is automatically scaling") !=
        std::string::npos);
  CHECK(bench.throttled_as(put_item("t", "a")) ==
        "ThrottlingException TableWriteKeyRangeThroughputExceeded");
}

TEST_CASE("on-demand: a peak below half of what it takes changes nothing") {
  Table table;
  table.take(2'000);
  table.now += 30min;
  CHECK(table.left() == 4'000);
  table.take(2'001);
  table.now += 30min;
  CHECK(table.left() == 4'002);
}

TEST_CASE("on-demand: each peak counts in its turn, and for ever") {
  Table table;
  table.take(2'500);
  table.now += 10min;
  table.take(3'000);
  table.now += 10min;
  table.take(2'900);
  table.now += 10min;
  CHECK(table.left() == 5'000);
  table.now += 10min;
  CHECK(table.left() == 6'000);
  table.now += 10min;
  CHECK(table.left() == 6'000);
  table.now += 24h * 365;
  CHECK(table.left() == 6'000);
}

TEST_CASE(
    "on-demand: a second's traffic is a peak as a whole, and no higher than was to be taken") {
  Table sum;
  for (int i = 0; i < 3; ++i) sum.take(1'000);
  sum.now += 30min;
  CHECK(sum.left() == 6'000);
  Table burst;
  burst.take(4'000);
  burst.now += 999ms;
  burst.take(3'000);
  burst.now += 30min;
  CHECK(burst.left() == 8'000);
  Table returned;
  returned.take(3'000);
  returned.take(-500);
  returned.now += 30min;
  CHECK(returned.left() == 5'000);
}

TEST_CASE(
    "on-demand: it doubles until the account's quota for a table, which throttles otherwise") {
  Table table;
  for (int i = 0; i < 5; ++i) {
    table.take(table.left());
    table.now += 30min;
  }
  CHECK(table.left() == 40'000);
  CHECK(table.growth.at_quota());

  ChargingBench bench(R"({"billing":"on_demand"})");
  bench.upstream->units = 40'000;
  for (int i = 0; i < 5; ++i) {
    bench.lab.call(put_item("t", "a"));
    bench.lab.clock.advance(30min);
  }
  bench.passed(put_item("t", "a"));
  CHECK(bench.throttled_as(put_item("t", "a")) ==
        "RequestLimitExceeded TableWriteAccountLimitExceeded");
}

TEST_CASE("on-demand: a maximum throttles before, with its own reason") {
  ChargingBench bench(R"({"billing":"on_demand","write":50})");
  CHECK(bench.passed(put_item("t", "a")) == 50);
  CHECK(bench.error(put_item("t", "a")).at("message") ==
        "Throughput exceeds the maximum OnDemandThroughput configured on table or index");
  CHECK(bench.throttled_as(put_item("t", "a")) ==
        "ThrottlingException TableWriteMaxOnDemandThroughputExceeded");
}

}  // namespace dynatape::interceptors
