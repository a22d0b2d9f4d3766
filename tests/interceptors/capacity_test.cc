#include "interceptors/capacity.h"

#include <catch2/catch.hpp>

#include "charging.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Bench = ChargingBench;

std::string rule(std::string_view options) { return capacity_rule(options); }

}  // namespace

TEST_CASE("capacity: a burst of 300 s is throttled at the very next unit") {
  Bench bench(R"({"write":5})");
  CHECK(bench.passed(put_item("t", "a")) == 1500);
  CHECK(bench.upstream->calls == 1500);
  CHECK(bench.lab.rules->tallies().front().delivered == 1);
}

TEST_CASE("capacity: it flows in at its rate by the session's clock, to the microsecond") {
  Bench bench(R"({"write":5,"burst":"1s"})");
  CHECK(bench.passed(put_item("t", "a")) == 5);
  bench.lab.clock.advance(199'999us);
  CHECK(bench.passed(put_item("t", "a")) == 0);
  bench.lab.clock.advance(1us);
  CHECK(bench.passed(put_item("t", "a")) == 1);
  bench.lab.clock.advance(1s);
  CHECK(bench.passed(put_item("t", "a")) == 5);
  bench.lab.clock.advance(24h * 3650);
  CHECK(bench.passed(put_item("t", "a")) == 5);
}

TEST_CASE("capacity: a partition takes 1,000 writes and 3,000 reads a second") {
  Bench bench(R"({"of":"partition","partition_key":"pk","burst":"1s"})");
  CHECK(bench.passed(put_item("t", "a")) == 1000);
  CHECK(bench.passed(get_item("t", "a")) == 3000);
  CHECK(bench.passed(put_item("t", "b"), 10) == 10);
  CHECK(bench.passed(put_item("u", "a"), 10) == 10);
}

TEST_CASE("capacity: calls pay what they consume, and may owe what they take too much") {
  Bench bench(R"({"write":10,"burst":"1s"})");
  bench.upstream->units = 4;
  CHECK(bench.passed(put_item("t", "a")) == 3);  // 10, 6, 2, then 2 are owed
  bench.lab.clock.advance(200ms);
  CHECK(bench.passed(put_item("t", "a")) == 0);
  bench.lab.clock.advance(100ms);
  CHECK(bench.passed(put_item("t", "a")) == 1);
}

TEST_CASE("capacity: an eventually consistent read goes on while half a unit is left") {
  Bench bench(R"({"read":1,"burst":"1s"})");
  bench.upstream->units = 0.5;
  CHECK(bench.passed(get_item("t", "a")) == 2);
  CHECK(bench.passed(put_item("t", "a"), 5) == 5);
}

TEST_CASE("capacity: an index that lacks capacity throttles the writes of its table") {
  Bench bench(R"({"of":"index","index":"by-day","write":2,"burst":"1s"})");
  CHECK(bench.passed(put_item("t", "a"), 10) == 10);  // the index is not touched
  bench.upstream->index_units = 1;
  CHECK(bench.passed(put_item("t", "a")) == 2);
  CHECK(bench.error(put_item("t", "a")).at("ThrottlingReasons") ==
        json::array(
            {{{"reason", "IndexWriteProvisionedThroughputExceeded"},
              {"resource", "arn:aws:dynamodb:us-east-1:000000000000:table/t/index/by-day"}}}));
}

TEST_CASE("capacity: each scope throttles with its exception, reason and ARN") {
  const auto throttle = [](std::string_view options) {
    Bench bench(options);
    bench.passed(put_item("t", "a"));
    return bench.throttled_as(put_item("t", "a"));
  };
  CHECK(throttle(R"({"write":1,"burst":"1s"})") ==
        "ProvisionedThroughputExceededException TableWriteProvisionedThroughputExceeded");
  CHECK(throttle(R"({"write":1,"burst":"1s","billing":"on_demand"})") ==
        "ThrottlingException TableWriteMaxOnDemandThroughputExceeded");
  CHECK(throttle(R"({"of":"partition","partition_key":"pk","write":1,"burst":"1s"})") ==
        "ProvisionedThroughputExceededException TableWriteKeyRangeThroughputExceeded");
  CHECK(throttle(R"({"of":"account","write":1,"burst":"1s"})") ==
        "RequestLimitExceeded TableWriteAccountLimitExceeded");
}

TEST_CASE("capacity: an account's tables share, other tables have each their own") {
  Bench account(R"({"of":"account","write":10,"burst":"1s"})");
  CHECK(account.passed(put_item("t", "a"), 6) == 6);
  CHECK(account.passed(put_item("u", "a")) == 4);
  Bench tables(R"({"write":10,"burst":"1s"})");
  CHECK(tables.passed(put_item("t", "a")) == 10);
  CHECK(tables.passed(put_item("u", "a")) == 10);
}

TEST_CASE("capacity: the client sees what it asked to see") {
  Bench bench(R"({"write":100})");
  const auto consumed = [&](const std::string& asked) {
    json params = json::parse(put_item("t", "a").body);
    if (!asked.empty()) params["ReturnConsumedCapacity"] = asked;
    const json answer = json::parse(bench.lab.call({"PutItem", params.dump()}).response.body);
    CHECK(bench.upstream->asked == "INDEXES");
    return answer.value("ConsumedCapacity", json());
  };
  CHECK(consumed("") == json());
  CHECK(consumed("NONE") == json());
  CHECK(consumed("TOTAL") == json{{"CapacityUnits", 1.0}, {"TableName", "t"}});
  CHECK(consumed("INDEXES") ==
        json{{"CapacityUnits", 1.0}, {"Table", {{"CapacityUnits", 1.0}}}, {"TableName", "t"}});
}

TEST_CASE("capacity: a failed condition is paid for") {
  Bench bench(R"({"write":3,"burst":"1s"})");
  bench.upstream->status = 400;
  for (int i = 0; i < 3; ++i) {
    CHECK(bench.lab.call(put_item("t", "a")).source == core::Source::emulator);
  }
  CHECK(bench.lab.call(put_item("t", "a")).source == core::Source::fault);
}

TEST_CASE("capacity: a query draws from the partition that its key condition names") {
  const auto query = [](const std::string& key, const std::string& more = "") {
    return CallSpec{"Query", R"({"TableName":"t","KeyConditionExpression":"pk = :k AND sk > :s",
        "ExpressionAttributeValues":{":s":{"N":"1"},":k":{"S":")" +
                                 key + R"("}})" + more + "}"};
  };
  Bench bench(R"({"of":"partition","partition_key":"pk","read":10,"burst":"1s"})");
  CHECK(bench.passed(query("a")) == 10);
  CHECK(bench.passed(query("b"), 1) == 1);
  CHECK(bench.passed(get_item("t", "a")) == 0);
  CHECK(bench.throttled_as(query("a")) ==
        "ProvisionedThroughputExceededException TableReadKeyRangeThroughputExceeded");
  CHECK(bench.passed(query("a", R"(,"IndexName":"by-day")")) == 10);
  CHECK(bench.throttled_as(query("a", R"(,"IndexName":"by-day")")) ==
        "ProvisionedThroughputExceededException IndexReadKeyRangeThroughputExceeded");
  CHECK(bench.passed({"Scan", R"({"TableName":"t"})"}, 20) == 20);
}

TEST_CASE("capacity: a partition is told by its value, however it is written") {
  Bench bench(R"({"of":"partition","partition_key":"n","read":3,"burst":"1s"})");
  const auto get = [](const std::string& number) {
    return CallSpec{"GetItem", R"({"TableName":"t","Key":{"n":{"N":")" + number + R"("}}})"};
  };
  CHECK(bench.passed(get("5"), 1) == 1);
  CHECK(bench.passed(get("5.0"), 1) == 1);
  CHECK(bench.passed(get("0.5e1")) == 1);
}

TEST_CASE("capacity: a statement draws as the call that it is") {
  const auto statement = [](const std::string& text) {
    return CallSpec{"ExecuteStatement", R"({"Statement":")" + text + R"("})"};
  };
  Bench table(R"({"read":3,"write":2,"burst":"1s"})");
  CHECK(table.passed(statement("SELECT * FROM t")) == 3);
  CHECK(table.passed(statement("DELETE FROM t WHERE pk = 'a'")) == 2);
  CHECK(table.passed(put_item("t", "a")) == 0);
  CHECK(table.throttled_as(statement("INSERT INTO t VALUE {'pk': 'a'}")) ==
        "ProvisionedThroughputExceededException TableWriteProvisionedThroughputExceeded");
  Bench partition(R"({"of":"partition","partition_key":"pk","write":2,"burst":"1s"})");
  CHECK(partition.passed(statement("UPDATE t SET x = 1 WHERE pk = 'a' AND sk = 1")) == 2);
  CHECK(partition.passed(statement("INSERT INTO t VALUE {'pk': 'a'}")) == 0);
  CHECK(partition.passed(statement("INSERT INTO t VALUE {'pk': 'b'}")) == 2);
}

TEST_CASE("capacity: a put is known to cost its size, though calls come before its answer") {
  // The second of two calls under way at once meets what the first one takes.
  Bench bench(R"({"write":5,"burst":"1s"})");
  bench.upstream->reports = false;
  const CallSpec put{"PutItem", R"({"TableName":"t","Item":{"pk":{"S":")" +
                                    std::string(3 * 1024, 'x') + R"("}}})"};
  CHECK(bench.passed(put) == 2);  // 4 units each
}

TEST_CASE("capacity: what it cannot limit is told") {
  Bench partition(R"({"of":"partition","partition_key":"id"})");
  CHECK(partition.passed(put_item("t", "a"), 1) == 1);
  CHECK(partition.why() == "the call names no one partition");
  Bench reads(R"({"read":1})");
  CHECK(reads.passed(put_item("t", "a"), 1) == 1);
  CHECK(reads.why() == "it limits no call of this kind");
  Bench silent(R"({"write":1})");
  silent.upstream->reports = false;
  CHECK(silent.passed(put_item("t", "a"), 1) == 1);
  CHECK(silent.why() == "the upstream does not say what it consumed");
}

TEST_CASE("capacity: its options are told apart") {
  const std::string needs =
      "rules.json: rules[0].then.capacity: it needs read or write, in units per second";
  CHECK(mistake_in(rule(R"({"of":"account"})")) == needs);
  CHECK(mistake_in(rule(R"({"billing":"provisioned"})")) == needs);
  CHECK(mistake_in(rule(R"({"of":"account","billing":"on_demand"})")) == needs);
  CHECK(mistake_in(rule(R"({"of":"index","write":1})")) ==
        "rules.json: rules[0].then.capacity: a limit of index needs \"index\"");
  CHECK(mistake_in(rule(R"({"write":1,"partition_key":"id"})")) ==
        "rules.json: rules[0].then.capacity.partition_key: only a limit of partition takes it");
  CHECK(mistake_in(rule(R"({"write":1,"burst":"10ms"})")) ==
        "rules.json: rules[0].then.capacity.burst is \"10ms\"; it must be at least 1s");
}

}  // namespace dynatape::interceptors
