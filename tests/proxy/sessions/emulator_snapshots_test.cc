// What the emulator offers as an upstream besides answering: moments at O(1).

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "proxy/sessions/emulator_upstream.h"
#include "tests/support/manual_loop.h"

namespace dynatape::sessions {
namespace {

using nlohmann::json;

struct Bench {
  core::Exchange& exchange(const std::string& operation, const json& params) {
    current = std::make_unique<core::Exchange>(
        1,
        core::Request{
            "POST",
            "/",
            {{"Content-Type", "application/x-amz-json-1.0"},
             {"X-Amz-Target", "DynamoDB_20120810." + operation},
             {"Authorization",
              "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/dynamodb/aws4_request"}},
            params.dump(),
            {}},
        loop, clock);
    return *current;
  }
  json call(core::Upstream& upstream, const std::string& operation, const json& params) {
    const auto reply = loop.run(upstream.send(exchange(operation, params)));
    status = reply->response.status;
    return json::parse(reply->response.body);
  }
  json call(const std::string& operation, const json& params) {
    return call(emulator.inside(), operation, params);
  }
  void create(const std::string& name, json indexes = nullptr, const std::string& key = "id") {
    json input = {{"TableName", name},
                  {"BillingMode", "PAY_PER_REQUEST"},
                  {"KeySchema", {{{"AttributeName", key}, {"KeyType", "HASH"}}}},
                  {"AttributeDefinitions", {{{"AttributeName", key}, {"AttributeType", "S"}}}}};
    if (!indexes.is_null()) {
      input["AttributeDefinitions"].push_back({{"AttributeName", "x"}, {"AttributeType", "S"}});
      input["GlobalSecondaryIndexes"] = std::move(indexes);
    }
    call("CreateTable", input);
    REQUIRE(status == 200);
  }
  void put(const std::string& table, const std::string& id) {
    call("PutItem", {{"TableName", table}, {"Item", {{"id", {{"S", id}}}, {"x", {{"S", "y"}}}}}});
    REQUIRE(status == 200);
  }
  std::size_t count(const std::string& table, const std::string& index = "") {
    json scan = {{"TableName", table}};
    if (!index.empty()) scan["IndexName"] = index;
    return call("Scan", scan).at("Count").get<std::size_t>();
  }

  support::ManualLoop loop;
  core::FrozenClock clock{core::TimePoint(std::chrono::seconds(1'700'000'000))};
  EmulatorUpstream emulator{{}};
  std::unique_ptr<core::Exchange> current;
  int status = 0;
};

json by_x(const char* projection = "ALL") {
  return json::array({{{"IndexName", "by-x"},
                       {"KeySchema", {{{"AttributeName", "x"}, {"KeyType", "HASH"}}}},
                       {"Projection", {{"ProjectionType", projection}}}}});
}

}  // namespace

TEST_CASE("emulator snapshots: one is read as the database was") {
  Bench it;
  it.create("notes");
  it.put("notes", "a");
  const auto moment = it.emulator.take(it.exchange("Scan", {}));
  it.put("notes", "b");
  CHECK(it.call(moment->reader(), "Scan", {{"TableName", "notes"}}).at("Count") == 1);
  const json table = it.call(moment->reader(), "DescribeTable", {{"TableName", "notes"}})["Table"];
  CHECK(table.at("ItemCount") == 1);
  CHECK(table.at("TableArn") == "arn:aws:dynamodb:eu-west-1:000000000000:table/notes");
  CHECK(it.count("notes") == 2);
}

TEST_CASE("emulator snapshots: a table is filled with another's items and indexes") {
  Bench it;
  it.create("notes", by_x());
  it.put("notes", "a");
  it.put("notes", "b");
  const auto moment = it.emulator.take(it.exchange("Scan", {}));
  it.create("again", by_x());
  it.create("bare");
  CHECK(it.emulator.fill(*it.current, "again", *moment, "notes"));
  CHECK(it.emulator.fill(*it.current, "bare", *moment, "notes"));
  CHECK((it.count("again") == 2 && it.count("again", "by-x") == 2 && it.count("bare") == 2));
  // What is written to one of them from now on, the others do not see.
  it.put("again", "c");
  it.call("DeleteItem", {{"TableName", "notes"}, {"Key", {{"id", {{"S", "a"}}}}}});
  CHECK((it.count("again") == 3 && it.count("again", "by-x") == 3));
  CHECK((it.count("notes") == 1 && it.count("notes", "by-x") == 1 && it.count("bare") == 2));
}

TEST_CASE("emulator snapshots: what does not fit is left alone") {
  Bench it;
  it.create("notes");
  it.put("notes", "a");
  const auto moment = it.emulator.take(it.exchange("Scan", {}));
  it.create("other-key", nullptr, "pk");
  it.create("with-index", by_x());
  CHECK(!it.emulator.fill(*it.current, "other-key", *moment, "notes"));
  CHECK(!it.emulator.fill(*it.current, "with-index", *moment, "notes"));
  CHECK(!it.emulator.fill(*it.current, "none", *moment, "notes"));
  CHECK(!it.emulator.fill(*it.current, "notes", *moment, "none"));
  CHECK((it.count("other-key") == 0 && it.count("with-index") == 0 && it.count("notes") == 1));
}

TEST_CASE("emulator snapshots: its inside passes no gate") {
  Bench it;
  EmulatorUpstream strict({}, "", {{"AKIA", "secret"}});
  const json refused = it.call(strict, "ListTables", json::object());
  CHECK(it.status == 400);
  CHECK(!refused.contains("TableNames"));
  CHECK(it.call(strict.inside(), "ListTables", json::object()).at("TableNames").empty());
}

}  // namespace dynatape::sessions
