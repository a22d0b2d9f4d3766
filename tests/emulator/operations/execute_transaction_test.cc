#include <catch2/catch.hpp>

#include "tests/emulator/operations/partiql_fixture.h"

namespace dynatape::emulator {
namespace {

using json = nlohmann::json;

json s(const std::string& text) { return {{"S", text}}; }
json n(const std::string& text) { return {{"N", text}}; }

class Transactions : public PartiqlFixture {
 public:
  json transact(std::vector<json> statements, json more = json::object()) {
    more["TransactStatements"] = json::array();
    for (json& each : statements) {
      more["TransactStatements"].push_back(each.is_string() ? json{{"Statement", each}} : each);
    }
    return call("ExecuteTransaction", more);
  }
  std::string refused(std::vector<json> statements) {
    return refusal_in(transact(std::move(statements)));
  }
};

}  // namespace

TEST_CASE_METHOD(Transactions, "execute transaction: writes happen together and answer nothing") {
  put("hash", {{"pk", s("u")}, {"v", n("1")}});
  put("hash", {{"pk", s("d")}});
  const json answer = transact({"INSERT INTO hash VALUE {'pk': 'i'}",
                                "UPDATE hash SET v = v + 1 WHERE pk = 'u' AND v = 1",
                                "DELETE FROM hash WHERE pk = 'd'"});
  CHECK(answer == json{{"Responses", json::array()}, {"status", 200}});
  CHECK_FALSE(get("hash", {{"pk", s("i")}}).is_null());
  CHECK(get("hash", {{"pk", s("u")}})["v"] == n("2"));
  CHECK(get("hash", {{"pk", s("d")}}).is_null());
}

TEST_CASE_METHOD(Transactions,
                 "execute transaction: one failure cancels all, each reason in its place") {
  put("hash", {{"pk", s("a")}, {"v", n("1")}});
  const json answer =
      transact({"INSERT INTO hash VALUE {'pk': 'new'}", "INSERT INTO hash VALUE {'pk': 'a'}",
                json{{"Statement", "UPDATE composite SET v = 1 WHERE pk = 'x' AND sk = 'y'"}}});
  CHECK(refusal_in(answer) ==
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons "
        "for specific reasons [None, DuplicateItem, ConditionalCheckFailed]");
  CHECK(answer["CancellationReasons"] ==
        json::array(
            {{{"Code", "None"}},
             {{"Code", "DuplicateItem"}, {"Message", "Duplicate primary key exists in table"}},
             {{"Code", "ConditionalCheckFailed"}, {"Message", "The conditional request failed"}}}));
  CHECK(get("hash", {{"pk", s("new")}}).is_null());
}

TEST_CASE_METHOD(Transactions,
                 "execute transaction: a failed condition returns its item if asked") {
  put("hash", {{"pk", s("a")}, {"v", n("1")}});
  const json answer = transact({json{{"Statement", "DELETE FROM hash WHERE pk = 'a' AND v = 2"},
                                     {"ReturnValuesOnConditionCheckFailure", "ALL_OLD"}}});
  CHECK(answer["CancellationReasons"][0]["Item"] == json{{"pk", s("a")}, {"v", n("1")}});
}

TEST_CASE_METHOD(Transactions,
                 "execute transaction: an invalid statement cancels and is reported alone") {
  put("hash", {{"pk", s("a")}, {"v", s("text")}});
  const json answer = transact({"INSERT INTO hash VALUE {'pk': 'a'}",
                                "UPDATE hash SET v = v + 1 WHERE pk = 'ghost'",
                                "UPDATE composite SET v = 1 WHERE pk = 5 AND sk = 'y'"});
  CHECK(answer["CancellationReasons"] ==
        json::array({{{"Code", "None"}},
                     {{"Code", "None"}},
                     {{"Code", "ValidationError"},
                      {"Message", "The provided key element does not match the schema"}}}));
}

TEST_CASE_METHOD(Transactions, "execute transaction: EXISTS checks an item without writing it") {
  put("hash", {{"pk", s("a")}, {"v", n("1")}});
  CHECK(transact({"EXISTS(SELECT * FROM hash WHERE pk = 'a' AND v = 1)",
                  "INSERT INTO hash VALUE {'pk': 'b'}"})["status"] == 200);
  CHECK(refused({"EXISTS(SELECT * FROM hash WHERE pk = 'a' AND v = 2)",
                 "INSERT INTO hash VALUE {'pk': 'c'}"}) ==
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons "
        "for specific reasons [ConditionalCheckFailed, None]");
  constexpr auto kNoCondition =
      "ValidationException: Validation failed in TransactStatements[0]: EXISTS() must contain a "
      "single item read with additional condition";
  CHECK(refused({"EXISTS(SELECT * FROM hash WHERE pk = 'a')",
                 "UPDATE hash SET z = 1 WHERE pk = 'other'"}) == kNoCondition);
  CHECK(refused({"EXISTS(SELECT * FROM hash WHERE v = 1)"}) == kNoCondition);
}

TEST_CASE_METHOD(Transactions, "execute transaction: reads answer one item each") {
  put("hash", {{"pk", s("a")}, {"v", n("1")}});
  const json answer =
      transact({"SELECT v FROM hash WHERE pk = 'a'", "SELECT * FROM hash WHERE pk = 'ghost'"},
               {{"ReturnConsumedCapacity", "TOTAL"}});
  CHECK(answer["Responses"] == json::array({{{"Item", {{"v", n("1")}}}}, json::object()}));
  CHECK(answer["ConsumedCapacity"][0]["CapacityUnits"] == 4.0);
  CHECK(answer["ConsumedCapacity"][0]["ReadCapacityUnits"] == 4.0);
}

TEST_CASE_METHOD(Transactions, "execute transaction: what is refused before anything runs") {
  const std::string in_first = "ValidationException: Validation failed in TransactStatements[0]: ";
  CHECK(refused({"SELECT * FROM hash WHERE"}) ==
        in_first + "Statement wasn't well formed, can't be processed: Unexpected term");
  CHECK(refused({"UPDATE hash SET v = 1 WHERE pk = 'x' RETURNING ALL NEW *"}) ==
        in_first + "RETURNING clause is not supported in ExecuteTransaction.");
  CHECK(refused({R"(SELECT * FROM "indexed"."gsi-all" WHERE gsiPk = 'x')"}) ==
        in_first + "Reads on indices are not supported within transactions.");
  CHECK(refused({"SELECT * FROM hash WHERE pk = 'it' AND attribute_exists(ss)"}) ==
        in_first +
            "Select statements within ExecuteTransaction must specify the primary key in the where "
            "clause.");
  CHECK(refused({"INSERT INTO hash VALUE {'pk': 'a'}", "SELECT * FROM hash WHERE pk = 'b'"}) ==
        "ValidationException: ExecuteTransaction API does not support both read and write "
        "operations in the same request.");
  constexpr auto kTwice =
      "ValidationException: Transaction request cannot include multiple operations on one item";
  CHECK(refused({"INSERT INTO hash VALUE {'pk': 'a'}", "DELETE FROM hash WHERE pk = 'a'"}) ==
        kTwice);
  CHECK(refused({"SELECT * FROM hash WHERE pk = 'a'", "SELECT v FROM hash WHERE pk = 'a'"}) ==
        kTwice);
  CHECK(refused({"INSERT INTO nowhere VALUE {'pk': 'a'}"}) ==
        "ResourceNotFoundException: Requested resource not found");
  CHECK(refused({json{{"Statement", "UPDATE hash SET n = ? WHERE pk = 'a'"},
                      {"Parameters", json::array({n("1e99999999999")})}}}) ==
        "ValidationException: The parameter cannot be converted to a numeric value: 1e99999999999");
  CHECK(refused({}).find("Member must have length greater than or equal to 1") !=
        std::string::npos);
}

TEST_CASE_METHOD(Transactions,
                 "execute transaction: a token runs its statements once in ten minutes") {
  put("hash", {{"pk", s("a")}, {"n", n("0")}});
  const json more = {{"ClientRequestToken", "token"}, {"ReturnConsumedCapacity", "INDEXES"}};
  const std::string increment = "UPDATE hash SET n = n + 1 WHERE pk = 'a'";
  const json first = transact({increment}, more)["ConsumedCapacity"][0];
  CHECK(first["WriteCapacityUnits"] == 2.0);
  CHECK_FALSE(first.contains("ReadCapacityUnits"));
  const json replay = transact({increment}, more)["ConsumedCapacity"][0];
  CHECK(replay["ReadCapacityUnits"] == 2.0);
  CHECK_FALSE(replay.contains("WriteCapacityUnits"));
  CHECK(get("hash", {{"pk", s("a")}})["n"] == n("1"));
  CHECK(refusal_in(transact({"UPDATE hash SET n = n + 2 WHERE pk = 'a'"}, more))
            .starts_with("IdempotentParameterMismatchException"));
  wait(std::chrono::minutes(10));
  CHECK(transact({increment}, more)["ConsumedCapacity"][0]["WriteCapacityUnits"] == 2.0);
  CHECK(get("hash", {{"pk", s("a")}})["n"] == n("2"));
}

TEST_CASE_METHOD(Transactions, "execute transaction: the table costs twice, its indexes once") {
  const json answer =
      transact({"INSERT INTO indexed VALUE {'pk': 'p', 'sk': 's', 'gsiPk': 'x', 'lsiSk': 'l'}"},
               {{"ReturnConsumedCapacity", "INDEXES"}});
  const json consumed = answer["ConsumedCapacity"][0];
  CHECK(consumed["CapacityUnits"] == 4.0);
  CHECK(consumed["Table"]["CapacityUnits"] == 2.0);
  CHECK(consumed["GlobalSecondaryIndexes"]["gsi-all"]["CapacityUnits"] == 1.0);
  CHECK(consumed["LocalSecondaryIndexes"]["lsi-all"]["CapacityUnits"] == 1.0);
}

}  // namespace dynatape::emulator
