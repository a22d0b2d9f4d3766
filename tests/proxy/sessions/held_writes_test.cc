// A write that is held between its checks and its effect, and the writes that meet it.

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "proxy/sessions/holds.h"
#include "session_lab.h"

namespace dynatape::sessions {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

json key(const std::string& id) { return {{"pk", {{"S", id}}}}; }
json item(const std::string& id, const std::string& value) {
  return {{"pk", {{"S", id}}}, {"v", {{"S", value}}}};
}
json put(const std::string& id, const std::string& value) {
  return {{"TableName", "notes"}, {"Item", item(id, value)}};
}
json put_all(std::vector<json> puts, const std::string& token = "") {
  json actions = json::array();
  for (json& one : puts) actions.push_back({{"Put", std::move(one)}});
  json transaction = {{"TransactItems", std::move(actions)}};
  if (!token.empty()) transaction["ClientRequestToken"] = token;
  return transaction;
}

/// A call that is held, on a thread of its own, until it is released.
class HeldCall {
 public:
  HeldCall(Session& session, std::string operation, json parameters)
      : session_(session),
        thread_([this, operation = std::move(operation), parameters = std::move(parameters)] {
          seen_ = Caller(session_).call(operation, parameters);
          ended_ = true;
        }) {
    while (session.holds()->list().empty() && !ended_) std::this_thread::yield();
  }
  ~HeldCall() { static_cast<void>(released()); }

  /// Its answer, once it is released.
  Seen released() {
    session_.holds()->release();
    if (thread_.joinable()) thread_.join();
    return seen_;
  }

 private:
  Session& session_;
  Seen seen_;
  std::atomic<bool> ended_ = false;  ///< also of a call that is not held
  std::thread thread_;
};

struct Held {
  explicit Held(const json& when)
      : session(session_of(one_rule(when, {{"hold", {{"for", "1h"}}}}))) {
    caller.ok("CreateTable", table_of("notes"));
  }
  std::string value(const std::string& id) {
    const json answer = caller.ok("GetItem", {{"TableName", "notes"}, {"Key", key(id)}});
    return answer.contains("Item") ? answer.at("Item").at("v").at("S").get<std::string>() : "";
  }
  [[nodiscard]] std::vector<std::string> reasons(const Seen& seen) const {
    std::vector<std::string> codes;
    for (const json& reason : seen.body.value("CancellationReasons", json::array())) {
      codes.push_back(reason.at("Code").get<std::string>());
    }
    return codes;
  }

  std::shared_ptr<Session> session;
  Caller caller{*session};
};

const json kFirstTransaction = {{"operation", "TransactWriteItems"}, {"nth", 1}};

}  // namespace

TEST_CASE("hold: who meets a held transaction gets the conflict that the service gives") {
  Held held(kFirstTransaction);
  HeldCall first(*held.session, "TransactWriteItems", put_all({put("a", "1"), put("b", "1")}));
  Caller& other = held.caller;

  const Seen single = other.call("PutItem", put("a", "2"));
  CHECK(single.status == 400);
  CHECK(single.type() == "TransactionConflictException");
  CHECK(single.body.at("message") == "Transaction is ongoing for the item");
  for (const char* operation : {"UpdateItem", "DeleteItem"}) {
    CHECK(other.call(operation, {{"TableName", "notes"}, {"Key", key("b")}}).type() ==
          "TransactionConflictException");
  }
  const Seen transaction =
      other.call("TransactWriteItems", put_all({put("c", "2"), put("b", "2")}));
  CHECK(transaction.type() == "TransactionCanceledException");
  CHECK(held.reasons(transaction) == std::vector<std::string>{"None", "TransactionConflict"});
  const Seen read =
      other.call("TransactGetItems",
                 {{"TransactItems", {{{"Get", {{"TableName", "notes"}, {"Key", key("a")}}}}}}});
  CHECK(held.reasons(read) == std::vector<std::string>{"TransactionConflict"});
  const Seen statement = other.call(
      "ExecuteStatement", {{"Statement", "INSERT INTO notes VALUE {'pk': 'a', 'v': '3'}"}});
  CHECK(statement.type() == "TransactionConflictException");
  const json batch =
      other.ok("BatchWriteItem", {{"RequestItems",
                                   {{"notes",
                                     {{{"PutRequest", {{"Item", item("b", "4")}}}},
                                      {{"PutRequest", {{"Item", item("d", "4")}}}}}}}}});
  CHECK(batch.at("UnprocessedItems") ==
        json{{"notes", json::array({{{"PutRequest", {{"Item", item("b", "4")}}}}})}});

  CHECK(held.value("a").empty());
  CHECK(held.value("d") == "4");
  CHECK(first.released().status == 200);
  CHECK(held.value("a") == "1");
  CHECK(held.value("b") == "1");
  CHECK(other.call("PutItem", put("a", "2")).status == 200);
  CHECK(tally_of(*held.session).delivered == 1);
}

TEST_CASE("hold: other items go on as ever") {
  Held held(kFirstTransaction);
  HeldCall first(*held.session, "TransactWriteItems", put_all({put("a", "1")}));
  CHECK(held.caller.call("PutItem", put("b", "1")).status == 200);
  CHECK(held.caller.call("TransactWriteItems", put_all({put("c", "1")})).status == 200);
  CHECK(first.released().status == 200);
}

TEST_CASE("hold: the token of a held transaction is in progress, and done when it is released") {
  Held held(kFirstTransaction);
  const json call = put_all({put("a", "1")}, "token");
  HeldCall first(*held.session, "TransactWriteItems", call);
  CHECK(held.caller.call("TransactWriteItems", call).type() == "TransactionInProgressException");
  CHECK(first.released().status == 200);
  CHECK(held.caller.call("TransactWriteItems", call).status == 200);
}

TEST_CASE("hold: a held single write conflicts with transactions, and goes after other writes") {
  Held held({{"operation", "PutItem"}, {"nth", 2}});
  held.caller.ok("PutItem", put("a", "0"));
  json conditional = put("a", "1");
  conditional["ConditionExpression"] = "v = :zero";
  conditional["ExpressionAttributeValues"] = {{":zero", {{"S", "0"}}}};
  HeldCall first(*held.session, "PutItem", conditional);
  CHECK(held.reasons(held.caller.call("TransactWriteItems", put_all({put("a", "2")}))) ==
        std::vector<std::string>{"TransactionConflict"});
  CHECK(held.caller.call("PutItem", put("a", "3")).status == 200);
  CHECK(first.released().type() == "ConditionalCheckFailedException");
  CHECK(held.value("a") == "3");
}

TEST_CASE("hold: a transaction of condition checks alone stands in the way like a write") {
  const json check = {
      {"TableName", "notes"}, {"Key", key("a")}, {"ConditionExpression", "attribute_exists(pk)"}};
  const std::pair<const char*, json> transactions[] = {
      {"TransactWriteItems", {{"TransactItems", {{{"ConditionCheck", check}}}}}},
      {"ExecuteTransaction",
       {{"TransactStatements",
         {{{"Statement", "EXISTS(SELECT * FROM notes WHERE pk = 'a' AND v = '0')"}}}}}}};
  for (const auto& [operation, transaction] : transactions) {
    Held held({{"operation", operation}, {"nth", 1}});
    held.caller.ok("PutItem", put("a", "0"));
    HeldCall first(*held.session, operation, transaction);
    CHECK(held.caller.call("PutItem", put("a", "1")).type() == "TransactionConflictException");
    CHECK(held.reasons(held.caller.call("TransactWriteItems", put_all({put("a", "2")}))) ==
          std::vector<std::string>{"TransactionConflict"});
    CHECK(held.reasons(held.caller.call(operation, transaction)) ==
          std::vector<std::string>{"TransactionConflict"});
    CHECK(first.released().status == 200);
    CHECK(held.value("a") == "0");
    CHECK(held.caller.call("PutItem", put("a", "1")).status == 200);
    CHECK(tally_of(*held.session).delivered == 1);
  }
}

TEST_CASE("hold: a deletion of nothing conflicts with transactions like any other") {
  Held held({{"operation", "DeleteItem"}});
  HeldCall first(*held.session, "DeleteItem", {{"TableName", "notes"}, {"Key", key("a")}});
  CHECK(held.reasons(held.caller.call("TransactWriteItems", put_all({put("a", "1")}))) ==
        std::vector<std::string>{"TransactionConflict"});
  CHECK(first.released().status == 200);
}

TEST_CASE("hold: a write that fails its checks is not held, and neither is what locks nothing") {
  Held held(json::object());
  json conditional = put_all({put("a", "1")});
  conditional["TransactItems"][0]["Put"]["ConditionExpression"] = "attribute_exists(pk)";
  CHECK(held.caller.call("TransactWriteItems", conditional).type() ==
        "TransactionCanceledException");
  held.caller.ok("Scan", {{"TableName", "notes"}});
  const json get = {{"TableName", "notes"}, {"Key", key("a")}};
  held.caller.ok("TransactGetItems", {{"TransactItems", {{{"Get", get}}}}});
  held.caller.ok("ExecuteTransaction",
                 {{"TransactStatements", {{{"Statement", "SELECT * FROM notes WHERE pk = 'a'"}}}}});
  const auto undelivered = tally_of(*held.session).undelivered;
  CHECK(undelivered.at("the write did not pass its checks") == 1);
  CHECK(undelivered.at("there is nothing to hold") == 4);  // CreateTable is one
}

TEST_CASE("hold: closing a session releases its calls first") {
  Held held(kFirstTransaction);
  HeldCall first(*held.session, "TransactWriteItems", put_all({put("a", "1")}));
  support::ManualLoop loop;
  // This loop's patience costs no time, and the call's thread may need some.
  while (!loop.run(held.session->close(loop))) std::this_thread::yield();
  CHECK(first.released().status == 200);
}

TEST_CASE("hold: it ends by itself when its time has passed on the session's clock") {
  Held held(kFirstTransaction);
  HeldCall first(*held.session, "TransactWriteItems", put_all({put("a", "1")}));
  const auto waiting = held.session->holds()->list();
  CHECK(waiting.front().rule == "r");
  CHECK(waiting.front().operation == "TransactWriteItems");
  held.session->clock().advance(1h);
  while (!held.session->holds()->list().empty()) std::this_thread::yield();
  CHECK(first.released().status == 200);
}

}  // namespace dynatape::sessions
