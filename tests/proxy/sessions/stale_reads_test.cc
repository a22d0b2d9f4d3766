#include <catch2/catch.hpp>
#include <chrono>

#include "session_lab.h"

namespace dynatape::sessions {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

json key() { return {{"pk", {{"S", "a"}}}}; }

json get(bool consistent = false) {
  return {{"TableName", "notes"}, {"Key", key()}, {"ConsistentRead", consistent}};
}

/// A table `notes` with a global index by `tag` and a local one, and one client.
struct Lagging {
  explicit Lagging(const json& then, const json& when = json::object())
      : session(session_of(one_rule(when, then))) {
    json table = table_of("notes");
    table["AttributeDefinitions"].push_back({{"AttributeName", "tag"}, {"AttributeType", "S"}});
    table["GlobalSecondaryIndexes"] = {
        {{"IndexName", "by-tag"},
         {"KeySchema", {{{"AttributeName", "tag"}, {"KeyType", "HASH"}}}},
         {"Projection", {{"ProjectionType", "ALL"}}}}};
    caller.ok("CreateTable", table);
  }

  void put(int n) {
    json item = key();
    item["n"] = {{"N", std::to_string(n)}};
    item["tag"] = {{"S", "x"}};
    caller.ok("PutItem", {{"TableName", "notes"}, {"Item", item}});
  }
  static int number(const json& item) { return std::stoi(item.at("n").at("N").get<std::string>()); }
  /// 0 where there is no item.
  int got(bool consistent = false) {
    const json answer = caller.ok("GetItem", get(consistent));
    return answer.contains("Item") ? number(answer.at("Item")) : 0;
  }
  int queried() {
    const json page = caller.ok("Query", {{"TableName", "notes"},
                                          {"IndexName", "by-tag"},
                                          {"KeyConditionExpression", "tag = :x"},
                                          {"ExpressionAttributeValues", {{":x", {{"S", "x"}}}}}});
    return page.at("Count") == 0 ? 0 : number(page.at("Items").at(0));
  }
  [[nodiscard]] std::string why() const { return tally_of(*session).undelivered.begin()->first; }

  std::shared_ptr<Session> session;
  Caller caller{*session};
};

}  // namespace

TEST_CASE("stale: a read finds what there was so long ago by the session's clock") {
  Lagging lagging({{"stale", {{"lag", "200ms"}}}}, {{"operation", "GetItem"}});
  lagging.put(1);
  lagging.session->clock().advance(150ms);
  lagging.put(2);
  CHECK(lagging.got() == 0);
  lagging.session->clock().advance(50ms);
  CHECK(lagging.got() == 1);
  lagging.session->clock().advance(150ms);
  CHECK(lagging.got() == 2);
  CHECK(tally_of(*lagging.session).delivered == 2);
  CHECK(lagging.why() == "nothing that it reads was written within the lag");
}

TEST_CASE("stale: a read finds what there was so many writes ago") {
  Lagging lagging({{"stale", {{"lag", {{"writes", 2}}}}}}, {{"operation", "GetItem"}});
  for (int n = 1; n <= 5; ++n) lagging.put(n);
  CHECK(lagging.got() == 3);
}

TEST_CASE("stale: consistent reads, transactions and conditions never see the past") {
  Lagging lagging({{"stale", {{"lag", "1h"}}}});
  lagging.put(1);
  lagging.put(2);
  CHECK(lagging.got(true) == 2);
  const json read =
      lagging.caller.ok("TransactGetItems",
                        {{"TransactItems", {{{"Get", {{"TableName", "notes"}, {"Key", key()}}}}}}});
  CHECK(Lagging::number(read.at("Responses").at(0).at("Item")) == 2);
  const json batch = lagging.caller.ok(
      "BatchGetItem",
      {{"RequestItems", {{"notes", {{"Keys", json::array({key()})}, {"ConsistentRead", true}}}}}});
  CHECK(Lagging::number(batch.at("Responses").at("notes").at(0)) == 2);
  lagging.caller.ok("UpdateItem", {{"TableName", "notes"},
                                   {"Key", key()},
                                   {"UpdateExpression", "SET n = n + :one"},
                                   {"ConditionExpression", "n = :two"},
                                   {"ExpressionAttributeValues",
                                    {{":one", {{"N", "1"}}}, {":two", {{"N", "2"}}}}}});
  CHECK(lagging.got(true) == 3);
  CHECK(tally_of(*lagging.session).delivered == 0);
}

TEST_CASE("stale: Query, Scan and BatchGetItem lag too") {
  Lagging lagging({{"stale", {{"lag", {{"writes", 1}}}}}});
  lagging.put(1);
  lagging.put(2);
  CHECK(lagging.queried() == 1);
  CHECK(Lagging::number(lagging.caller.ok("Scan", {{"TableName", "notes"}}).at("Items").at(0)) ==
        1);
  const json batch = lagging.caller.ok(
      "BatchGetItem", {{"RequestItems", {{"notes", {{"Keys", json::array({key()})}}}}}});
  CHECK(Lagging::number(batch.at("Responses").at("notes").at(0)) == 1);
}

TEST_CASE("index_lag: a global index lags behind its table, and nothing else does") {
  Lagging lagging({{"index_lag", {{"lag", "1s"}}}}, {{"operation", {"Query", "GetItem"}}});
  lagging.put(1);
  CHECK(lagging.queried() == 0);
  CHECK(lagging.got() == 1);
  CHECK(lagging.why() == "the call reads no index");
  lagging.session->clock().advance(1s);
  CHECK(lagging.queried() == 1);
}

TEST_CASE("stale: an error is never from the past, and nothing lags behind a table's making") {
  Lagging lagging({{"stale", {{"lag", "1h"}}}});
  lagging.put(1);
  lagging.put(2);
  CHECK(lagging.caller.call("Scan", {{"TableName", "none"}}).type() == "ResourceNotFoundException");
  CHECK(lagging.caller.call("Scan", {{"TableName", "notes"}, {"Limit", -1}}).type() ==
        "ValidationException");
  CHECK(tally_of(*lagging.session).delivered == 0);
  CHECK(lagging.got() == 0);
}

TEST_CASE("stale: rules that are put in place later know what was written from then on") {
  const auto session = session_of("");
  Caller caller(*session);
  caller.ok("CreateTable", table_of("notes"));
  const auto put = [&](const char* n) {
    caller.ok("PutItem",
              {{"TableName", "notes"}, {"Item", {{"pk", {{"S", "a"}}}, {"n", {{"N", n}}}}}});
  };
  put("1");
  put("2");
  const std::string text = one_rule(json::object(), {{"stale", {{"lag", "1h"}}}});
  REQUIRE(session->edit_rules(
      [&](const auto&) { return std::optional<RuleText>(RuleText{text, "rules.json"}); }));
  put("3");
  CHECK(caller.ok("GetItem", get()).at("Item").at("n").at("N") == "2");
}

}  // namespace dynatape::sessions
