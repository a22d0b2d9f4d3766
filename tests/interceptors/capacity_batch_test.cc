// A capacity that is enough for a part of a batch, or not for all of a transaction.

#include <catch2/catch.hpp>

#include "charging.h"
#include "tests/support/random_seed.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Bench = ChargingBench;

json put(const std::string& pk, std::size_t bytes = 1) {
  return {
      {"PutRequest", {{"Item", {{"pk", {{"S", pk}}}, {"x", {{"S", std::string(bytes, 'x')}}}}}}}};
}
json key(const std::string& pk) { return {{"pk", {{"S", pk}}}}; }

/// `count` entries of different keys: "0", "1", …
json puts(int count) {
  json list = json::array();
  for (int i = 0; i < count; ++i) list.push_back(put(std::to_string(i)));
  return list;
}
json keys(int count) {
  json list = json::array();
  for (int i = 0; i < count; ++i) list.push_back(key(std::to_string(i)));
  return list;
}

CallSpec batch_write(const json& tables) {
  return {"BatchWriteItem", json{{"RequestItems", tables}}.dump()};
}
CallSpec batch_get(const json& tables) {
  return {"BatchGetItem", json{{"RequestItems", tables}}.dump()};
}
CallSpec transact(const json& actions) {
  return {"TransactWriteItems", json{{"TransactItems", actions}}.dump()};
}
json action(const std::string& table, const std::string& pk) {
  return {{"Put", {{"TableName", table}, {"Item", key(pk)}}}};
}

}  // namespace

TEST_CASE("capacity: of a batch so many entries are written as there is capacity for") {
  Bench bench(R"({"write":10,"burst":"1s"})");
  const json answer = bench.answer(batch_write({{"t", puts(25)}}));
  CHECK(bench.upstream->got.at("RequestItems").at("t") == puts(10));
  json rest = puts(25);
  rest.erase(rest.begin(), rest.begin() + 10);
  CHECK(answer.at("UnprocessedItems") == json{{"t", rest}});
  CHECK_FALSE(answer.contains("ConsumedCapacity"));
  CHECK(bench.lab.rules->tallies().front().delivered == 1);
  CHECK(bench.lab.notes.front() == core::Note{"capacity", "r: throttled 15 of 25 parts"});
  bench.lab.clock.advance(500ms);
  CHECK(bench.answer(batch_write({{"t", rest}})).at("UnprocessedItems").at("t").size() == 10);
}

TEST_CASE("capacity: where no entry of a batch fits, the batch is throttled as a call is") {
  Bench bench(R"({"write":10,"burst":"1s"})");
  bench.answer(batch_write({{"t", puts(10)}}));
  CHECK(bench.throttled_as(batch_write({{"t", puts(3)}})) ==
        "ProvisionedThroughputExceededException TableWriteProvisionedThroughputExceeded");
  CHECK(bench.upstream->calls == 1);
}

TEST_CASE("capacity: a table of a batch that lacks capacity does not hold up another one") {
  Bench bench(R"({"read":4,"burst":"1s"})");
  bench.upstream->units = 0.5;
  CHECK(bench.answer(batch_get({{"t", {{"Keys", keys(8)}}}})).count("UnprocessedKeys") == 0);
  const json asked = {{"Keys", keys(3)}, {"ProjectionExpression", "pk"}};
  const json answer = bench.answer(batch_get({{"t", asked}, {"u", {{"Keys", keys(2)}}}}));
  CHECK(answer.at("UnprocessedKeys") == json{{"t", asked}});
  CHECK(bench.upstream->got.at("RequestItems") == json{{"u", {{"Keys", keys(2)}}}});
}

TEST_CASE("capacity: entries of a batch pay for their size, the rest when it is known") {
  Bench bench(R"({"write":10,"burst":"1s"})");
  const json large = {put("a", 3000), put("b", 3000), put("c", 3000), put("d", 3000), put("e", 1)};
  // 10, 7, 4, 1, then 2 are owed.
  bench.upstream->units = 3;
  CHECK(bench.answer(batch_write({{"t", large}})).at("UnprocessedItems").at("t") ==
        json::array({put("e", 1)}));
  bench.lab.clock.advance(200ms);
  CHECK(bench.passed(put_item("t", "a")) == 0);
  bench.lab.clock.advance(100ms);
  CHECK(bench.passed(put_item("t", "a")) == 1);
}

TEST_CASE("capacity: each entry of a batch draws from its own partition") {
  Bench bench(R"({"of":"partition","partition_key":"pk","write":2,"burst":"1s"})");
  const json hot = {put("a", 1), put("b", 1)};
  CHECK(bench.passed(put_item("t", "a")) == 2);
  CHECK(bench.answer(batch_write({{"t", hot}})).at("UnprocessedItems") ==
        json{{"t", {put("a", 1)}}});
  CHECK(bench.passed(put_item("t", "b")) == 1);
  bench.upstream->units = 2;  // 1 more than expected of each, shared
  CHECK(bench.answer(batch_write({{"t", {put("c"), put("d")}}})).count("UnprocessedItems") == 0);
  CHECK(bench.passed(put_item("t", "c")) == 0);
  CHECK(bench.passed(put_item("t", "d")) == 0);
}

TEST_CASE("capacity: written and unprocessed are what was asked for, over random batches") {
  core::Rng rng(support::random_seed("capacity of random batches"));
  Bench bench(R"({"write":20,"burst":"1s"})");
  for (int round = 0; round < 2000; ++round) {
    json tables = json::object();
    for (const char* table : {"t", "u"}) {
      const auto count = static_cast<int>(rng.uniform() * 13);
      if (count > 0) tables[table] = puts(count);
    }
    if (tables.empty()) continue;
    bench.upstream->got = {{"RequestItems", json::object()}};
    const core::Reply reply = bench.lab.call(batch_write(tables));
    const json answer = json::parse(reply.response.body);
    const json left = answer.value("UnprocessedItems", json::object());
    const bool throttled = reply.response.status == 400;
    for (const auto& [table, asked] : tables.items()) {
      const json written = bench.upstream->got.at("RequestItems").value(table, json::array());
      json sum = written;
      for (const json& one : left.value(table, json::array())) sum.push_back(one);
      CHECK(sum == (throttled ? json::array() : asked));
    }
    bench.lab.clock.advance(std::chrono::milliseconds(static_cast<int>(rng.uniform() * 400)));
  }
  CHECK(bench.lab.rules->tallies().front().delivered > 100);
}

TEST_CASE(
    "capacity: a transaction that lacks capacity is cancelled with the reason of each action") {
  Bench bench(R"({"write":4,"burst":"1s"})");
  CHECK(bench.passed(put_item("t", "a"), 2) == 2);
  // Actions cost 2 each: of table t there is enough for one, of u for two.
  const json error = bench.error(
      transact({action("t", "a"), action("u", "b"), action("t", "c"), action("u", "d")}));
  CHECK(error.at("__type") == "com.amazonaws.dynamodb.v20120810#TransactionCanceledException");
  const std::string said =
      "The level of configured provisioned throughput for the table was exceeded. Consider "
      "increasing your provisioning level with the UpdateTable API.";
  CHECK(error.at("CancellationReasons") ==
        json{{{"Code", "None"}},
             {{"Code", "None"}},
             {{"Code", "ProvisionedThroughputExceeded"}, {"Message", said}},
             {{"Code", "None"}}});
  CHECK(error.at("Message") ==
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
        "None, ProvisionedThroughputExceeded, None]");
  CHECK(bench.upstream->calls == 2);
  // Nothing was taken for those that had capacity.
  bench.upstream->units = 2;
  CHECK(bench.lab.call(transact(json::array({action("t", "a")}))).response.status == 200);
}

TEST_CASE("capacity: statements of a batch that lack capacity have errors of their own") {
  const auto batch = [](int count) {
    json statements = json::array();
    for (int i = 0; i < count; ++i) {
      statements.push_back({{"Statement", "DELETE FROM t WHERE pk = '" + std::to_string(i) + "'"}});
    }
    return CallSpec{"BatchExecuteStatement", json{{"Statements", statements}}.dump()};
  };
  Bench bench(R"({"write":3,"burst":"1s"})");
  const json answer = bench.answer(batch(5)).at("Responses");
  REQUIRE(answer.size() == 5);
  CHECK(bench.upstream->got.at("Statements").size() == 3);
  CHECK(answer.at(2).at("Item").at("said").at("S") ==
        R"({"Statement":"DELETE FROM t WHERE pk = '2'"})");
  const json error = {
      {"Error",
       {{"Code", "ProvisionedThroughputExceeded"},
        {"Message",
         "The level of configured provisioned throughput for the table was exceeded. "
         "Consider increasing your provisioning level with the UpdateTable API."}}}};
  CHECK(answer.at(3) == error);
  CHECK(answer.at(4) == error);
  CHECK(bench.answer(batch(2)) == json{{"Responses", {error, error}}});
  CHECK(bench.upstream->calls == 1);
  CHECK(bench.lab.rules->tallies().front().delivered == 2);
}

TEST_CASE("capacity: a transaction of statements is cancelled as any transaction") {
  Bench bench(R"({"write":3,"burst":"1s"})");
  const json error = bench.error({"ExecuteTransaction", R"({"TransactStatements":[
      {"Statement":"INSERT INTO t VALUE {'pk': 'a'}"}, {"Statement":"INSERT INTO t VALUE {'pk': 'b'}"},
      {"Statement":"INSERT INTO u VALUE {'pk': 'c'}"}]})"});
  std::string codes;
  for (const json& reason : error.at("CancellationReasons")) {
    codes += reason.at("Code").get<std::string>() + " ";
  }
  CHECK(codes == "None ProvisionedThroughputExceeded None ");
}

TEST_CASE("capacity: an on-demand table's transactions are told that it is scaling") {
  Bench bench(R"({"billing":"on_demand"})");
  bench.upstream->units = 4'000;
  bench.passed(put_item("t", "a"));
  const json error = bench.error(transact(json::array({action("t", "a")})));
  CHECK(error.at("CancellationReasons").at(0).at("Code") == "ThrottlingError");
  const json get = {{"Get", {{"TableName", "t"}, {"Key", key("a")}}}};
  CHECK(bench.lab.call({"TransactGetItems", json{{"TransactItems", json::array({get})}}.dump()})
            .response.status == 200);
}

TEST_CASE("capacity: an account that lacks capacity refuses a transaction as any call") {
  Bench bench(R"({"of":"account","write":2,"burst":"1s"})");
  CHECK(bench.passed(put_item("t", "a")) == 2);
  CHECK(bench.throttled_as(transact(json::array({action("u", "a")}))) ==
        "RequestLimitExceeded TableWriteAccountLimitExceeded");
}

TEST_CASE("capacity: a batch that the service refuses is not cut down") {
  Bench bench(R"({"write":1,"burst":"1s"})");
  bench.upstream->status = 400;
  bench.upstream->error = R"({"__type":"x#ValidationException"})";
  const CallSpec twice = batch_write({{"t", {put("a"), put("a")}}});
  CHECK(bench.lab.call(twice).source == core::Source::emulator);
  CHECK(bench.upstream->got == json::parse(twice.body));
  CHECK(bench.why() == "the service refuses the batch as a whole");
}

TEST_CASE("capacity: what was taken for a call that failed is given back") {
  Bench bench(R"({"write":2,"burst":"1s"})");
  bench.upstream->status = 400;
  bench.upstream->error = R"({"__type":"x#ValidationException"})";
  for (int i = 0; i < 10; ++i) CHECK_FALSE(bench.lab.faulted(put_item("t", "a")));
  bench.upstream->status = 200;
  CHECK(bench.passed(put_item("t", "a")) == 2);
}

}  // namespace dynatape::interceptors
