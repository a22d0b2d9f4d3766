#include <catch2/catch.hpp>

#include "tests/emulator/operations/partiql_fixture.h"

namespace dynatape::emulator {
namespace {

using json = nlohmann::json;

json s(const std::string& text) { return {{"S", text}}; }

class Batches : public PartiqlFixture {
 public:
  json batch(std::vector<json> statements, json more = json::object()) {
    more["Statements"] = json::array();
    for (json& each : statements) {
      more["Statements"].push_back(each.is_string() ? json{{"Statement", each}} : each);
    }
    return call("BatchExecuteStatement", more);
  }
  json responses(std::vector<json> statements) {
    const json answer = batch(std::move(statements));
    INFO(answer.dump());
    REQUIRE(answer["status"] == 200);
    return answer["Responses"];
  }
};

json failed(const std::string& code, const std::string& message) {
  return {{"Error", {{"Code", code}, {"Message", message}}}};
}

}  // namespace

TEST_CASE_METHOD(Batches, "batch execute statement: reads give an item each, or none") {
  put("hash", {{"pk", s("a")}, {"v", s("1")}});
  CHECK(responses({"SELECT v FROM hash WHERE pk = 'a'", "SELECT * FROM hash WHERE pk = 'b'"}) ==
        json::array({{{"Item", {{"v", s("1")}}}, {"TableName", "hash"}}, {{"TableName", "hash"}}}));
}

TEST_CASE_METHOD(Batches, "batch execute statement: writes run one by one") {
  put("hash", {{"pk", s("a")}, {"v", s("1")}});
  CHECK(responses({"INSERT INTO hash VALUE {'pk': 'b'}",
                   "UPDATE hash SET v = '2' WHERE pk = 'a' RETURNING MODIFIED NEW *",
                   "DELETE FROM hash WHERE pk = 'c' RETURNING ALL OLD *"}) ==
        json::array({{{"TableName", "hash"}},
                     {{"Item", {{"v", s("2")}}}, {"TableName", "hash"}},
                     {{"TableName", "hash"}}}));
  CHECK(responses({"UPDATE hash REMOVE v WHERE pk = 'a' RETURNING MODIFIED NEW *"}) ==
        json::array({{{"TableName", "hash"}}}));
  CHECK_FALSE(get("hash", {{"pk", s("b")}}).is_null());
}

TEST_CASE_METHOD(Batches, "batch execute statement: a failure is its statement's own") {
  put("hash", {{"pk", s("a")}, {"v", s("1")}});
  constexpr auto kNeedsKey =
      "Select statements within BatchExecuteStatement must specify the primary key in the where "
      "clause.";
  const json good = {{"Item", {{"v", s("1")}, {"pk", s("a")}}}, {"TableName", "hash"}};
  CHECK(responses({"SLECT * FROM hash", "SELECT * FROM hash WHERE v = '1'",
                   "SELECT * FROM hash WHERE pk = 'x' AND attribute_exists(v)",
                   R"(SELECT * FROM "indexed"."gsi-all" WHERE pk = 'p' AND sk = 's')",
                   "SELECT * FROM nowhere WHERE pk = 'a'", "SELECT * FROM hash WHERE pk = 'a'"}) ==
        json::array(
            {failed("ValidationError",
                    "Statement wasn't well formed, can't be processed: Expected data manipulation"),
             failed("ValidationError", kNeedsKey), failed("ValidationError", kNeedsKey),
             failed("ValidationError", kNeedsKey),
             failed("ResourceNotFound", "Requested resource not found"), good}));
  CHECK(responses({"DELETE FROM hash WHERE pk = 'x' RETURNING MODIFIED OLD *"}) ==
        json::array({failed("ValidationError",
                            "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING "
                            "ALL OLD * is allowed in DELETE statements.")}));
}

TEST_CASE_METHOD(Batches,
                 "batch execute statement: a write that ran names its table, never its item") {
  put("hash", {{"pk", s("a")}, {"v", s("1")}});
  json conditional = failed("ConditionalCheckFailed", "The conditional request failed");
  conditional["TableName"] = "hash";
  json duplicate = failed("DuplicateItem", "Duplicate primary key exists in table");
  duplicate["TableName"] = "hash";
  for (const std::string setting : {"ALL_OLD", "NONE"}) {
    CHECK(responses({json{{"Statement", "UPDATE hash SET t = 1 WHERE pk = ? AND v = ?"},
                          {"Parameters", {s("a"), s("wrong")}},
                          {"ReturnValuesOnConditionCheckFailure", setting}}}) ==
          json::array({conditional}));
  }
  CHECK(responses({json{{"Statement", "INSERT INTO hash VALUE {'pk': ?}"},
                        {"Parameters", json::array({s("a")})}}}) == json::array({duplicate}));
}

TEST_CASE_METHOD(Batches, "batch execute statement: what refuses the whole batch") {
  CHECK(refusal_in(batch({})) ==
        "ValidationException: 1 validation error detected: Value '[]' at 'statements' failed to "
        "satisfy constraint: Member must have length greater than or equal to 1");
  CHECK(
      refusal_in(batch({"SELECT * FROM hash WHERE pk = 'a'", "DELETE FROM hash WHERE pk = 'b'"})) ==
      "ValidationException: Read and write requests together in the same batch is not supported.");
  constexpr auto kTwice = "ValidationException: Provided list of item keys contains duplicates";
  CHECK(refusal_in(batch(
            {"SELECT * FROM hash WHERE pk = 'a'", "SELECT v FROM hash WHERE pk = 'a'"})) == kTwice);
  CHECK(refusal_in(batch(
            {"INSERT INTO hash VALUE {'pk': 'a'}", "DELETE FROM hash WHERE pk = 'a'"})) == kTwice);
  CHECK(get("hash", {{"pk", s("a")}}).is_null());
  CHECK(refusal_in(batch(std::vector<json>(26, "SELECT * FROM hash WHERE pk = 'a'")))
            .find("Member must have length less than or equal to 25") != std::string::npos);
}

TEST_CASE_METHOD(Batches, "batch execute statement: each read has its own consistency") {
  put("hash", {{"pk", s("a")}});
  put("hash", {{"pk", s("b")}});
  const auto units = [&](std::vector<json> statements) {
    return batch(std::move(statements),
                 {{"ReturnConsumedCapacity", "TOTAL"}})["ConsumedCapacity"][0]["CapacityUnits"];
  };
  const json strong = {{"Statement", "SELECT * FROM hash WHERE pk = 'a'"},
                       {"ConsistentRead", true}};
  CHECK(units({"SELECT * FROM hash WHERE pk = 'a'"}) == 0.5);
  CHECK(units({strong}) == 1.0);
  CHECK(units({strong, "SELECT * FROM hash WHERE pk = 'b'"}) == 1.5);
}

TEST_CASE_METHOD(Batches,
                 "batch execute statement: failed writes are charged beside others that succeed") {
  put("hash", {{"pk", s("big")}, {"v", s(std::string(3000, 'x'))}});
  put("hash", {{"pk", s("a")}});
  const json more = {{"ReturnConsumedCapacity", "INDEXES"}};
  const json mixed =
      batch({"INSERT INTO hash VALUE {'pk': 'big'}", "INSERT INTO hash VALUE {'pk': 'a'}",
             "INSERT INTO hash VALUE {'pk': 'new'}"},
            more)["ConsumedCapacity"];
  CHECK(mixed[0]["CapacityUnits"] == 5.0);
  CHECK(mixed[0]["Table"]["CapacityUnits"] == 1.0);
  CHECK_FALSE(batch({"INSERT INTO hash VALUE {'pk': 'a'}"}, more).contains("ConsumedCapacity"));
}

}  // namespace dynatape::emulator
