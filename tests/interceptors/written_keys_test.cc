#include "interceptors/written_keys.h"

#include <catch2/catch.hpp>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// The keys in table "t", whose key is "id" and "n".
std::string keys(const std::string& operation, const json& params) {
  const core::Request request = CallSpec{operation, params.dump()}.request();
  const auto found = written_keys(core::Call(request), "t", {"id", "n"});
  return found ? json(*found).dump() : "unknown";
}

bool selects(const std::string& operation, const json& params) {
  const core::Request request = CallSpec{operation, params.dump()}.request();
  return only_selects(core::Call(request));
}

const json kKey = {{"id", {{"S", "a"}}}, {"n", {{"N", "1"}}}};
const json kItem = {{"id", {{"S", "a"}}}, {"n", {{"N", "1"}}}, {"more", {{"S", "x"}}}};
const std::string kOne = json::array({kKey}).dump();

}  // namespace

TEST_CASE("written keys: each operation names them in its own way") {
  CHECK(keys("PutItem", {{"TableName", "t"}, {"Item", kItem}}) == kOne);
  CHECK(keys("UpdateItem", {{"TableName", "t"}, {"Key", kKey}}) == kOne);
  CHECK(keys("DeleteItem", {{"TableName", "t"}, {"Key", kKey}}) == kOne);
  const json puts =
      json::array({{{"PutRequest", {{"Item", kItem}}}}, {{"DeleteRequest", {{"Key", kKey}}}}});
  CHECK(keys("BatchWriteItem", {{"RequestItems", {{"t", puts}, {"u", puts}}}}) ==
        json::array({kKey, kKey}).dump());
  const std::string arn = "arn:aws:dynamodb:us-east-1:123456789012:table/t";
  CHECK(keys("TransactWriteItems", {{"TransactItems",
                                     {{{"Put", {{"TableName", "u"}, {"Item", kItem}}}},
                                      {{"ConditionCheck", {{"TableName", "t"}, {"Key", kKey}}}},
                                      {{"Update", {{"TableName", arn}, {"Key", kKey}}}}}}}) ==
        kOne);
  CHECK(keys("ExecuteStatement", {{"Statement", "DELETE FROM t WHERE id='a'"}}) == "unknown");
}

TEST_CASE("written keys: nonsense names none") {
  CHECK(keys("PutItem", {{"Item", 5}}) == "[]");
  CHECK(keys("PutItem", {{"Item", {{"id", {{"S", "a"}}}}}}) == "[]");
  CHECK(keys("BatchWriteItem", {{"RequestItems", 5}}) == "[]");
  CHECK(keys("TransactWriteItems", {{"TransactItems", {1, "x", nullptr}}}) == "[]");
}

TEST_CASE("written keys: a statement that selects writes nothing") {
  CHECK(selects("ExecuteStatement", {{"Statement", "\n select * from t"}}));
  CHECK(!selects("ExecuteStatement", {{"Statement", "UPDATE t SET a=1"}}));
  CHECK(selects("BatchExecuteStatement", {{"Statements", {{{"Statement", "SELECT a FROM t"}}}}}));
  CHECK(!selects("ExecuteTransaction",
                 {{"TransactStatements",
                   {{{"Statement", "SELECT a FROM t"}}, {{"Statement", "DELETE FROM t"}}}}}));
  CHECK(!selects("PutItem", {{"Item", kItem}}));
}

TEST_CASE("written keys: equal keys have one text") {
  const auto text = [](const char* number) {
    return key_text({{"n", {{"N", number}}}, {"id", {{"S", "a"}}}, {"x", 1}}, {"id", "n"});
  };
  CHECK(text("1") == text("1.0"));
  CHECK(text("1e2") == text("100"));
  CHECK(text("1") != text("2"));
}

}  // namespace dynatape::interceptors
