#include "proxy/sessions/hydrated_emulator.h"

#include <catch2/catch.hpp>
#include <random>

#include "core/clock.h"
#include "tests/support/manual_loop.h"
#include "tests/support/random_seed.h"

namespace dynatape::sessions {
namespace {

using nlohmann::json;

const json kSorted = json::parse(R"({"TableName":"tab","BillingMode":"PAY_PER_REQUEST",
  "AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],
  "KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]})");

json key(const std::string& p, int n) {
  return {{"p", {{"S", p}}}, {"n", {{"N", std::to_string(n)}}}};
}
json item(const std::string& p, int n, int v) {
  json made = key(p, n);
  made["v"] = {{"N", std::to_string(v)}};
  return made;
}
json on_t(json members) {
  members["TableName"] = "tab";
  return members;
}
json query_of(const std::string& p) {
  return on_t(
      {{"KeyConditionExpression", "p = :p"}, {"ExpressionAttributeValues", {{":p", {{"S", p}}}}}});
}
json add_one(const std::string& p, int n) {
  return on_t({{"Key", key(p, n)},
               {"UpdateExpression", "ADD v :one"},
               {"ExpressionAttributeValues", {{":one", {{"N", "1"}}}}}});
}

/// A stand-in, and a table as it really is, which it learns about by calls alone.
class Stage {
 public:
  /// What the table answers; nobody sees it.
  emulator::Answer truly(const std::string& operation, const json& request) {
    return truth_.handle(operation, request.dump(), {"a", "us-east-1", clock_.now()});
  }
  /// A replayed call.
  json replay(const std::string& operation, const json& request) {
    const auto answer = truly(operation, request);
    told(operation, request, answer.status, answer.body);
    return json::parse(answer.body);
  }
  void told(const std::string& operation, const json& request, int status,
            const std::string& body) {
    const core::Exchange exchange(1, request_of(operation, request), loop_, clock_);
    stand_in.learn(exchange, {status, {}, body});
  }
  void describe() { stand_in.describe(truly("DescribeTable", on_t({})).body); }

  /// The body of its answer, or "no: " and why.
  std::string ask(const std::string& operation, const json& request) {
    const core::Exchange exchange(1, request_of(operation, request), loop_, clock_);
    const auto answer = stand_in.answer(exchange);
    return answer ? answer->body : "no: " + answer.error();
  }
  bool claims(const std::string& operation, const json& request) {
    return stand_in.claims(core::Exchange(1, request_of(operation, request), loop_, clock_));
  }

  HydratedEmulator stand_in{emulator::Options()};

 private:
  static core::Request request_of(const std::string& operation, const json& request) {
    return {"POST", "/", {{"X-Amz-Target", "DynamoDB_20120810." + operation}}, request.dump(), {}};
  }

  emulator::Emulator truth_{emulator::Options()};
  support::ManualLoop loop_;
  core::FrozenClock clock_{core::TimePoint(std::chrono::seconds(1'700'000'000))};
};

}  // namespace

TEST_CASE("emulate: of a table that the tape created everything is known") {
  Stage stage;
  stage.replay("CreateTable", kSorted);
  stage.replay("PutItem", on_t({{"Item", item("a", 1, 10)}}));
  CHECK(json::parse(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})))["Item"] ==
        item("a", 1, 10));
  CHECK(stage.ask("GetItem", on_t({{"Key", key("b", 1)}})) == "{}");
  CHECK(json::parse(stage.ask("Scan", on_t({})))["Count"] == 1);
  CHECK(json::parse(stage.ask("Query", query_of("b")))["Count"] == 0);
}

TEST_CASE("emulate: of an older table only what was seen or written is known") {
  Stage stage;
  CHECK_THAT(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})),
             Catch::Contains("no: no replayed call tells the keys and indexes of 'tab'"));
  stage.truly("CreateTable", kSorted);
  stage.truly("PutItem", on_t({{"Item", item("a", 1, 10)}}));
  stage.describe();
  const auto unseen =
      R"(no: no replayed call tells what stands at {"n":{"N":"1"},"p":{"S":"a"}} in 'tab')";
  CHECK(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})) == unseen);
  CHECK(stage.ask("UpdateItem", add_one("a", 1)) == unseen);
  CHECK(stage.ask("PutItem", on_t({{"Item", item("a", 1, 11)},
                                   {"ConditionExpression", "attribute_not_exists(p)"}})) == unseen);
  CHECK(stage.ask("Query", query_of("a")) ==
        "no: no replayed call shows that partition of 'tab' as a whole");
  CHECK(stage.ask("Scan", on_t({})) == "no: no replayed call shows all of 'tab'");
  stage.replay("UpdateItem", add_one("a", 1));
  CHECK(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})) == unseen);
  stage.replay("GetItem", on_t({{"Key", key("a", 1)}}));
  stage.replay("UpdateItem", add_one("a", 1));
  CHECK(json::parse(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})))["Item"] ==
        item("a", 1, 12));
  stage.replay("GetItem", on_t({{"Key", key("b", 1)}}));
  CHECK(stage.ask("GetItem", on_t({{"Key", key("b", 1)}})) == "{}");
  stage.replay("Query", query_of("a"));
  CHECK(json::parse(stage.ask("Query", query_of("a")))["Count"] == 1);
  CHECK(stage.ask("GetItem", on_t({{"Key", key("a", 9)}})) == "{}");
  CHECK(stage.ask("Scan", on_t({})).starts_with("no: "));
  stage.replay("Scan", on_t({}));
  CHECK(json::parse(stage.ask("Scan", on_t({})))["Count"] == 1);
}

TEST_CASE("emulate: a write without a condition needs no item, and is known from then on") {
  Stage stage;
  stage.truly("CreateTable", kSorted);
  stage.describe();
  CHECK(stage.ask("PutItem", on_t({{"Item", item("a", 1, 10)}})) == "{}");
  CHECK(json::parse(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})))["Item"] ==
        item("a", 1, 10));
  CHECK(stage.ask("DeleteItem", on_t({{"Key", key("a", 2)}})) == "{}");
  CHECK(stage.ask("GetItem", on_t({{"Key", key("a", 2)}})) == "{}");
}

TEST_CASE("emulate: what an answer of its own has written the tape no longer answers") {
  Stage stage;
  stage.replay("CreateTable", kSorted);
  CHECK_FALSE(stage.claims("GetItem", on_t({{"Key", key("a", 1)}})));
  CHECK(stage.ask("PutItem", on_t({{"Item", item("a", 1, 10)}})) == "{}");
  CHECK(stage.claims("GetItem", on_t({{"Key", key("a", 1)}})));
  CHECK(stage.claims("PutItem", on_t({{"Item", item("a", 1, 11)}})));
  CHECK(stage.claims("Scan", on_t({})));
  CHECK(stage.claims("Query", query_of("a")));
  CHECK_FALSE(stage.claims("GetItem", on_t({{"Key", key("a", 2)}})));
  CHECK_FALSE(stage.claims("Query", query_of("b")));
  CHECK_FALSE(stage.claims("DeleteTable", on_t({})));
  stage.told("DeleteTable", on_t({}), 200, "{}");
  CHECK_FALSE(stage.claims("GetItem", on_t({{"Key", key("a", 1)}})));
}

TEST_CASE("emulate: a table that somebody else writes too is no longer known as a whole") {
  Stage stage;
  stage.replay("CreateTable", kSorted);
  stage.replay("PutItem", on_t({{"Item", item("a", 1, 10)}}));
  stage.truly("PutItem", on_t({{"Item", item("b", 1, 20)}}));
  stage.replay("GetItem", on_t({{"Key", key("b", 1)}}));
  CHECK(stage.ask("GetItem", on_t({{"Key", key("c", 1)}})).starts_with("no: "));
  CHECK(stage.ask("Scan", on_t({})).starts_with("no: "));
  CHECK(json::parse(stage.ask("GetItem", on_t({{"Key", key("b", 1)}})))["Item"] ==
        item("b", 1, 20));
}

TEST_CASE(
    "emulate: after a statement that writes, or a write that failed within the service, "
    "nothing is known") {
  const std::pair<const char*, int> unclear[] = {
      {R"({"Statement":"DELETE FROM tab WHERE p = 'a' AND n = 1"})", 200},
      {R"({"Statement":" update tab SET v = 1 WHERE p = 'a' AND n = 1"})", 500}};
  for (const auto& [request, status] : unclear) {
    Stage stage;
    stage.replay("CreateTable", kSorted);
    stage.told("ExecuteStatement", json::parse(R"({"Statement":"select * from tab"})"), 200,
               R"({"Items":[]})");
    CHECK(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})) == "{}");
    stage.told("ExecuteStatement", json::parse(request), status, "{}");
    CHECK(stage.ask("GetItem", on_t({{"Key", key("a", 1)}})).starts_with("no: "));
  }
}

TEST_CASE("emulate: what no tape determines is never synthesised") {
  Stage stage;
  stage.replay("CreateTable", kSorted);
  for (const char* operation : {"CreateTable", "DescribeTable", "ListTables", "ExecuteStatement",
                                "DeleteTable", "UpdateTable"}) {
    CHECK(stage.ask(operation, on_t({})) ==
          "no: " + std::string(operation) + " is never synthesised");
  }
}

namespace {

class RandomCalls {
 public:
  explicit RandomCalls(std::uint64_t seed) : random_(seed) {}

  std::pair<std::string, json> next() {
    const std::string p = std::string(1, static_cast<char>('a' + below(3)));
    const int n = below(3);
    switch (below(13)) {
      case 0:
        return {"PutItem", on_t({{"Item", item(p, n, below(5))}})};
      case 1:
        return {"PutItem", on_t({{"Item", item(p, n, below(5))},
                                 {"ConditionExpression", "attribute_not_exists(p)"}})};
      case 2:
        return {"UpdateItem", add_one(p, n)};
      case 3: {
        json update = add_one(p, n);
        update["ReturnValues"] = below(2) ? "ALL_NEW" : "UPDATED_OLD";
        return {"UpdateItem", update};
      }
      case 4:
        return {"DeleteItem", on_t({{"Key", key(p, n)}})};
      case 5:
        return {"DeleteItem", on_t({{"Key", key(p, n)}, {"ReturnValues", "ALL_OLD"}})};
      case 6:
        return {"Query", with_page(query_of(p))};
      case 7:
        return {"Scan", with_page(on_t({}))};
      case 8:
        return {"BatchGetItem",
                {{"RequestItems", {{"tab", {{"Keys", {key("a", n), key("b", n)}}}}}}}};
      case 9:
        return {"BatchWriteItem",
                {{"RequestItems",
                  {{"tab", json::array({{{"PutRequest", {{"Item", item("a", n, below(5))}}}},
                                        {{"DeleteRequest", {{"Key", key("b", n)}}}}})}}}}};
      case 10: {
        const json put = {{"Put", on_t({{"Item", item("a", n, below(5))}})}};
        const json update = {{"Update", add_one("c", n)}};
        const json check = {
            {"ConditionCheck",
             on_t({{"Key", key("b", n)}, {"ConditionExpression", "attribute_not_exists(v)"}})}};
        return {"TransactWriteItems", {{"TransactItems", json::array({put, update, check})}}};
      }
      case 11: {
        json get = on_t({{"Key", key(p, n)}});
        if (below(2)) get["ProjectionExpression"] = "v";
        return {"TransactGetItems", {{"TransactItems", json::array({{{"Get", get}}})}}};
      }
      default:
        return {"GetItem", on_t({{"Key", key(p, n)}})};
    }
  }

  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

 private:
  json with_page(json request) {
    if (below(3) == 0) request["Limit"] = 1 + below(3);
    return request;
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("emulate: whatever it answers is what the table would have answered") {
  RandomCalls calls(support::random_seed("emulate"));
  int answered = 0;
  for (int round = 0; round < 150; ++round) {
    Stage stage;
    const bool created_on_tape = calls.below(3) == 0;
    if (created_on_tape) {
      stage.replay("CreateTable", kSorted);
    } else {
      stage.truly("CreateTable", kSorted);
      for (int i = 0; i < 5; ++i) {
        const auto [operation, request] = calls.next();
        stage.truly(operation, request);
      }
      stage.describe();
    }
    for (int i = calls.below(12); i > 0; --i) {
      const auto [operation, request] = calls.next();
      stage.replay(operation, request);
    }
    for (int i = 0; i < 12; ++i) {
      const auto [operation, request] = calls.next();
      const std::string said = stage.ask(operation, request);
      if (said.starts_with("no: ")) continue;
      ++answered;
      INFO("round " << round << ": " << operation << " " << request.dump());
      REQUIRE(json::parse(said) == json::parse(stage.truly(operation, request).body));
    }
  }
  CHECK(answered > 300);
}

}  // namespace dynatape::sessions
