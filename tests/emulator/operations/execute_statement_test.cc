#include <catch2/catch.hpp>

#include "tests/emulator/operations/partiql_fixture.h"

namespace dynatape::emulator {
namespace {

using json = nlohmann::json;

json s(const std::string& text) { return {{"S", text}}; }
json n(const std::string& text) { return {{"N", text}}; }
json list(const std::vector<std::string>& texts) {
  json values = json::array();
  for (const std::string& text : texts) values.push_back(s(text));
  return {{"L", values}};
}

constexpr auto kFailed = "ConditionalCheckFailedException: The conditional request failed";

}  // namespace

TEST_CASE_METHOD(PartiqlFixture, "execute statement: INSERT writes an item once") {
  CHECK(items("INSERT INTO hash VALUE {'pk': ?, 'data': 'x'}", {s("a")}).empty());
  CHECK(get("hash", {{"pk", s("a")}}) == json{{"pk", s("a")}, {"data", s("x")}});
  CHECK(refusal("INSERT INTO hash VALUE {'pk': 'a', 'data': 'second'}") ==
        "DuplicateItemException: Duplicate primary key exists in table");
  CHECK(items("INSERT INTO hash VALUE {'pk': 'a', 'data': 'third'} IF NOT EXISTS").empty());
  CHECK(get("hash", {{"pk", s("a")}})["data"] == s("x"));
  CHECK(items("DELETE FROM hash WHERE pk = 'a'").empty());
  CHECK(items("INSERT INTO hash VALUE {'pk': 'a', 'data': 'again'}").empty());
  CHECK(refusal("INSERT INTO hash VALUE {'data': 'x'}") ==
        "ValidationException: One or more parameter values were invalid: Missing the key pk in the "
        "item");
  CHECK(refusal("INSERT INTO nowhere VALUE {'pk': 'x'}") ==
        "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: UPDATE changes an item and creates none") {
  put("hash", {{"pk", s("a")}, {"n", n("5")}, {"name", s("alpha")}});
  CHECK(items("UPDATE hash SET n = n + 1 REMOVE name WHERE pk = 'a' AND name = 'alpha'").empty());
  CHECK(get("hash", {{"pk", s("a")}}) == json{{"pk", s("a")}, {"n", n("6")}});
  CHECK(refusal("UPDATE hash SET n = 9 WHERE pk = 'a' AND name = 'beta'") == kFailed);
  CHECK(refusal("UPDATE hash SET n = 1 WHERE pk = 'ghost'") == kFailed);
  CHECK(refusal("UPDATE hash SET n = 1 WHERE pk = 'ghost' AND attribute_not_exists(pk)") ==
        kFailed);
  CHECK(get("hash", {{"pk", s("ghost")}}).is_null());
  CHECK(items("FROM hash WHERE pk = 'a' AND n = 6 SET c = 1 REMOVE n").empty());
  CHECK(get("hash", {{"pk", s("a")}}) == json{{"pk", s("a")}, {"c", n("1")}});
  CHECK(refusal("FROM hash WHERE pk = 'ghost' SET c = 1") == kFailed);
  CHECK(refusal("UPDATE hash SET newlist[0] = 'x' WHERE pk = 'a'") ==
        "ValidationException: The document path provided in the update expression is invalid for "
        "update");
  CHECK(refusal("UPDATE hash SET pk = 'b' WHERE pk = 'a'") ==
        "ValidationException: One or more parameter values were invalid: Cannot update attribute "
        "pk. This attribute is part of the key");
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: a write must name the whole key") {
  constexpr auto kIncomplete =
      "ValidationException: Where clause does not contain a mandatory equality on all key "
      "attributes";
  CHECK(refusal("DELETE FROM hash WHERE name = 'alpha'") == kIncomplete);
  CHECK(refusal("DELETE FROM hash") == kIncomplete);
  CHECK(refusal("UPDATE composite SET a = 1 WHERE pk = 'a'") == kIncomplete);
  CHECK(refusal("FROM hash SET c = 1") == kIncomplete);
  CHECK(refusal("UPDATE hash SET a = 1 WHERE pk = 5") ==
        "ValidationException: The provided key element does not match the schema");
  CHECK(refusal("DELETE FROM hash WHERE pk = ''") ==
        "ValidationException: One or more parameter values are not valid. The AttributeValue for a "
        "key attribute cannot contain an empty string value. Key: pk");
  CHECK(refusal("DELETE FROM nowhere WHERE pk = 'a'") ==
        "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: DELETE takes its condition only of an item") {
  put("hash", {{"pk", s("a")}, {"name", s("alpha")}});
  CHECK(refusal("DELETE FROM hash WHERE pk = 'a' AND NOT begins_with(name, 'al')") == kFailed);
  CHECK_FALSE(get("hash", {{"pk", s("a")}}).is_null());
  CHECK(items("DELETE FROM hash WHERE pk = 'ghost' AND name = 'x'").empty());
  CHECK(items("DELETE FROM hash WHERE pk = 'a' AND name = 'alpha'").empty());
  CHECK(get("hash", {{"pk", s("a")}}).is_null());
}

TEST_CASE_METHOD(PartiqlFixture,
                 "execute statement: a failed condition returns the item if asked") {
  put("hash", {{"pk", s("a")}, {"v", n("1")}});
  const json answer = run("UPDATE hash SET v = 2 WHERE pk = 'a' AND v = 7", {},
                          {{"ReturnValuesOnConditionCheckFailure", "ALL_OLD"}});
  CHECK(refusal_in(answer) == kFailed);
  CHECK(answer["Item"] == json{{"pk", s("a")}, {"v", n("1")}});
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: RETURNING gives whole items or what changed") {
  const json item = {{"pk", s("a")},
                     {"data", s("old")},
                     {"m", {{"M", {{"sub", s("old")}, {"sib", s("keep")}}}}},
                     {"tags", list({"a", "b", "c"})}};
  const auto after = [&](const std::string& change) {
    put("hash", item);
    return items("UPDATE hash " + change);
  };
  const auto with = [&](const std::string& name, const json& value) {
    json changed = item;
    changed[name] = value;
    return json::array({changed});
  };
  const std::string where = " WHERE pk = 'a' RETURNING ";
  CHECK(after("SET data = 'new'" + where + "ALL OLD *") == json::array({item}));
  CHECK(after("SET data = 'new'" + where + "ALL NEW *") == with("data", s("new")));
  CHECK(after("SET data = 'new'" + where + "MODIFIED OLD *") ==
        json::array({{{"data", s("old")}}}));
  CHECK(after("SET data = 'new'" + where + "MODIFIED NEW *") ==
        json::array({{{"data", s("new")}}}));
  CHECK(after("SET m.sub = 'new'" + where + "MODIFIED NEW *") ==
        json::array({{{"m", {{"M", {{"sub", s("new")}}}}}}}));
  CHECK(after("REMOVE data" + where + "MODIFIED OLD *") == json::array({{{"data", s("old")}}}));
  CHECK(after("REMOVE data" + where + "MODIFIED NEW *").empty());
  CHECK(after("SET fresh = 1" + where + "MODIFIED OLD *").empty());

  const auto tags = [](const std::vector<std::string>& texts) {
    return json::array({{{"tags", list(texts)}}});
  };
  CHECK(after("SET tags[2] = 'y', tags[0] = 'x'" + where + "MODIFIED NEW *") == tags({"x", "y"}));
  CHECK(after("SET tags[2] = 'y', tags[0] = 'x'" + where + "MODIFIED OLD *") == tags({"a", "c"}));
  CHECK(after("SET tags[5] = 'd'" + where + "MODIFIED NEW *").empty());
  CHECK(after("SET tags[3] = 'd'" + where + "MODIFIED NEW *") == tags({"d"}));
  CHECK(after("SET tags[3] = 'd'" + where + "MODIFIED OLD *").empty());
  CHECK(after("REMOVE tags[1]" + where + "MODIFIED OLD *") == tags({"b"}));
  CHECK(after("REMOVE tags[1]" + where + "MODIFIED NEW *") == tags({"c"}));
  CHECK(after("REMOVE tags[2]" + where + "MODIFIED NEW *").empty());

  put("hash", item);
  CHECK(items("DELETE FROM hash WHERE pk = 'a' RETURNING ALL OLD *") == json::array({item}));
  CHECK(items("DELETE FROM hash WHERE pk = 'a' RETURNING ALL OLD *").empty());
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: set_add and set_delete keep sets") {
  put("hash", {{"pk", s("a")}, {"ss", {{"SS", {"a", "b"}}}}, {"s", s("str")}});
  const auto update = [&](const std::string& change, std::vector<json> parameters = {}) {
    return items("UPDATE hash SET " + change + " WHERE pk = 'a' RETURNING ALL NEW *",
                 std::move(parameters))[0];
  };
  CHECK(update("ss = set_add(ss, <<'z', 'a'>>)")["ss"] == json{{"SS", {"a", "b", "z"}}});
  CHECK(update("bs = set_add(bs, ?)", {{{"BS", {"AQ=="}}}})["bs"] == json{{"BS", {"AQ=="}}});
  CHECK_FALSE(update("ss = set_delete(ss, <<'a', 'b', 'z'>>)").contains("ss"));
  CHECK_FALSE(update("ss = set_delete(ss, <<'a'>>)").contains("ss"));
  constexpr auto kWrongType =
      "ValidationException: An operand in the update expression has an incorrect data type";
  CHECK(refusal("UPDATE hash SET s = set_add(s, <<'x'>>) WHERE pk = 'a'") == kWrongType);
  CHECK(refusal("UPDATE hash SET bs = set_add(bs, <<1>>) WHERE pk = 'a'") == kWrongType);
  CHECK(refusal("UPDATE hash SET ss = set_add(ss, <<'x'>>) WHERE pk = 'ghost'") == kFailed);
}

TEST_CASE_METHOD(PartiqlFixture,
                 "execute statement: SELECT by key, columns named by their last part") {
  put("hash", {{"pk", s("a")}, {"m", {{"M", {{"nested", s("deep")}}}}}, {"extra", n("1")}});
  CHECK(items("SELECT m.nested, extra, nope FROM hash WHERE pk = ?", {s("a")}) ==
        json::array({{{"nested", s("deep")}, {"extra", n("1")}}}));
  CHECK(items("SELECT * FROM hash WHERE pk = 'a' AND extra > 1").empty());
  CHECK(items("SELECT * FROM hash WHERE pk = 'ghost'").empty());
  CHECK(refusal("SELECT * FROM nowhere WHERE pk = 'x'") ==
        "ResourceNotFoundException: Requested resource not found");
  CHECK_FALSE(run("SELECT * FROM hash WHERE pk = 'a'", {}, {{"Limit", 1}}).contains("NextToken"));
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: partitions are read in order and narrowed") {
  for (const std::string sk : {"1", "2", "3"}) put("composite", {{"pk", s("p")}, {"sk", s(sk)}});
  put("composite", {{"pk", s("q")}, {"sk", s("9")}, {"x", n("1")}});
  const std::string head = "SELECT * FROM composite WHERE ";
  CHECK(column(head + "pk = 'p'", "sk") == json{"1", "2", "3"});
  CHECK(column(head + "pk = 'p' ORDER BY sk DESC", "sk") == json{"3", "2", "1"});
  CHECK(column(head + "pk = 'p' AND sk BETWEEN '2' AND '3'", "sk") == json{"2", "3"});
  CHECK(column(head + "pk = 'p' AND sk > '1' AND sk < '3'", "sk") == json{"2"});
  CHECK(column(head + "pk = 'p' AND begins_with(sk, '3')", "sk") == json{"3"});
  CHECK(column(head + "pk = 'p' AND sk = '2'", "sk") == json{"2"});
  CHECK(column(head + "pk IN ['q', 'p'] AND NOT sk = '2'", "sk") == json{"9", "1", "3"});
  CHECK(column(head + "pk IN ['q', 'p'] ORDER BY pk", "pk") == json{"p", "p", "p", "q"});
  CHECK(column(head + "pk = 'p' AND NOT sk = '1' OR pk = 'p' AND sk = '2'", "sk") ==
        json{"2", "3"});
  CHECK(column(head + "pk = 'p' AND sk = '1' OR pk = 'q'", "sk") == json{"1", "9"});
  CHECK(column(head + "x = 1", "sk") == json{"9"});
  CHECK(items("SELECT pk FROM composite").size() == 4);
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: pages go on where the last one ended") {
  for (const std::string pk : {"p", "q"}) {
    for (const std::string sk : {"1", "2", "3"}) put("composite", {{"pk", s(pk)}, {"sk", s(sk)}});
  }
  const auto all = [&](const std::string& statement, int limit) {
    std::string keys;
    json more = {{"Limit", limit}};
    for (int page = 0; page < 20; ++page) {
      const json answer = run(statement, {}, more);
      REQUIRE(answer["status"] == 200);
      CHECK(answer["Items"].size() <= static_cast<std::size_t>(limit));
      for (const json& item : answer["Items"]) {
        keys += item["pk"]["S"].get<std::string>() + item["sk"]["S"].get<std::string>() + " ";
      }
      if (!answer.contains("NextToken")) break;
      CHECK(answer["LastEvaluatedKey"].size() == 2);
      more["NextToken"] = answer["NextToken"];
    }
    return keys;
  };
  for (const int limit : {1, 2, 4, 7}) {
    CHECK(all("SELECT * FROM composite WHERE pk IN ['q', 'p']", limit) == "q1 q2 q3 p1 p2 p3 ");
    CHECK(all("SELECT * FROM composite WHERE pk = 'p' ORDER BY sk DESC", limit) == "p3 p2 p1 ");
    CHECK(all("SELECT * FROM composite WHERE pk = 'p' AND sk <> '2'", limit) == "p1 p3 ");
    CHECK(all("SELECT * FROM composite", limit).size() == 18);
  }
}

TEST_CASE_METHOD(PartiqlFixture,
                 "execute statement: a NextToken is good for its statement, for an hour") {
  put("composite", {{"pk", s("p")}, {"sk", s("1")}});
  put("composite", {{"pk", s("p")}, {"sk", s("2")}});
  const std::string statement = "SELECT * FROM composite WHERE pk = ?";
  const json token = run(statement, {s("p")}, {{"Limit", 1}})["NextToken"];
  constexpr auto kMismatch = "ValidationException: NextToken does not match request";
  constexpr auto kInvalid = "ValidationException: Invalid NextToken";
  const json more = {{"NextToken", token}};
  CHECK(refusal(statement, {s("q")}, more) == kMismatch);
  CHECK(refusal("SELECT sk FROM composite WHERE pk = ?", {s("p")}, more) == kMismatch);
  CHECK(refusal("DELETE FROM composite WHERE pk = ?", {s("p")}, more) == kMismatch);
  CHECK(refusal(statement, {s("p")}, {{"NextToken", "bm9uZQ=="}}) == kInvalid);
  CHECK(refusal(statement, {s("p")}, {{"NextToken", "?"}}) == kInvalid);
  CHECK(items(statement, {s("p")}, {{"NextToken", token}, {"Limit", 9}, {"ConsistentRead", true}})
            .size() == 1);
  wait(std::chrono::hours(1));
  CHECK(refusal(statement, {s("p")}, more) == kInvalid);
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: constraints of its members") {
  CHECK(refusal("SELECT * FROM hash", {}, {{"Limit", 0}}) ==
        "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1");
  CHECK(refusal(std::string(8193, 'x')).starts_with("ValidationException: 1 validation error"));
  CHECK(refusal("SELECT * FROM hash", {}, {{"Parameters", json::array()}})
            .find("at 'parameters' failed") != std::string::npos);
  CHECK(refusal_in(call("ExecuteStatement", json::object())) ==
        "ValidationException: 1 validation error detected: Value null at 'statement' failed to "
        "satisfy constraint: Member must not be null");
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: items are as large as the service stores") {
  const auto filler = [](std::size_t size) { return std::string(size, 'x'); };
  const std::vector<json> exact = {s("a"), s(filler(409600 - 4))};
  const std::vector<json> over = {s("b"), s(filler(409600 - 3))};
  CHECK(items("INSERT INTO hash VALUE {'pk': ?, 'v': ?}", exact).empty());
  CHECK(refusal("INSERT INTO hash VALUE {'pk': ?, 'v': ?}", over) ==
        "ValidationException: Item size has exceeded the maximum allowed size");
  CHECK(items("UPDATE hash SET v = ? WHERE pk = 'a'", {exact[1]}).empty());
  CHECK(refusal("UPDATE hash SET v = ? WHERE pk = 'a'", {over[1]}) ==
        "ValidationException: Item size to update has exceeded the maximum allowed size");
}

TEST_CASE_METHOD(PartiqlFixture, "execute statement: capacity counts what was walked") {
  for (const std::string sk : {"1", "2", "3"}) {
    put("composite", {{"pk", s("p")}, {"sk", s(sk)}, {"v", s(std::string(2000, 'x'))}});
  }
  const auto units = [&](const std::string& statement, bool consistent = false) {
    const json answer =
        run(statement, {}, {{"ReturnConsumedCapacity", "TOTAL"}, {"ConsistentRead", consistent}});
    CHECK(answer["ConsumedCapacity"]["TableName"] == "composite");
    return answer["ConsumedCapacity"]["CapacityUnits"].get<double>();
  };
  CHECK(units("SELECT * FROM composite WHERE pk = 'p' AND sk = '1'") == 0.5);
  CHECK(units("SELECT * FROM composite WHERE pk = 'p' AND v = 'none'") == 1.0);
  CHECK(units("SELECT sk FROM composite WHERE pk = 'p'", true) == 2.0);
  CHECK(units("SELECT * FROM composite WHERE pk IN ['p', 'q']") == 1.5);
  CHECK(units("UPDATE composite SET w = 1 WHERE pk = 'p' AND sk = '1'") == 2.0);
  CHECK(units("DELETE FROM composite WHERE pk = 'p' AND sk = 'none'") == 1.0);
  CHECK(units("INSERT INTO composite VALUE {'pk': 'z', 'sk': 'z'}") == 1.0);
}

}  // namespace dynatape::emulator
