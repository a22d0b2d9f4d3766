#include "cassettes/difference.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "cassettes/print.h"

namespace dynatape::cassettes {
namespace {

Meaning meaning(std::string_view operation, std::string body) {
  std::ranges::replace(body, '\'', '"');
  return meaning_of({"POST", "/", {}, std::move(body), {}}, core::find_operation(operation));
}

Meaning scan(std::string_view filter) {
  std::string body = "{'TableName':'t','FilterExpression':'" + std::string(filter) + "'";
  std::string values;
  for (const char* value :
       {":two':{'N':'2'}", ":three':{'N':'3'}", ":text':{'S':'x'}", ":set':{'SS':['b','a']}",
        ":l':{'L':[{'BOOL':true},{'NULL':true}]}", ":m':{'M':{'k':{'B':'AQ=='}}}"}) {
    const std::string name = std::string(value).substr(0, std::string(value).find('\''));
    if (!filter.contains(name)) continue;
    values += (values.empty() ? "'" : ",'") + std::string(value);
  }
  if (!values.empty()) body += ",'ExpressionAttributeValues':{" + values + "}";
  return meaning("Scan", body + "}");
}

std::string printed(std::string_view filter) {
  return print(*member(scan(filter).body, "FilterExpression"));
}

using Differences = std::vector<Difference>;

}  // namespace

TEST_CASE("print: an expression reads as it would be written, values in place") {
  CHECK(printed("price>:three") == "price > 3");
  CHECK(printed(":three>=price") == "price <= 3");
  CHECK(printed(":text = a.b[3]") == "a.b[3] = \"x\"");
  CHECK(printed("NOT (b = :two OR a < :three)") == "NOT (a < 3 OR b = 2)");
  CHECK(printed("a = :set AND (b = :l OR c = :m)") ==
        R"(a = <<"a", "b">> AND (b = [true, NULL] OR c = {k: b64"AQ=="}))");
  CHECK(printed("a BETWEEN :two AND :three") == "a BETWEEN 2 AND 3");
  CHECK(printed("a IN (:three, :two)") == "a IN (2, 3)");
  CHECK(printed("size(a) > :two AND begins_with(b, :text)") ==
        R"(size(a) > 2 AND begins_with(b, "x"))");
}

TEST_CASE("print: an update has each clause once, a statement its clauses") {
  const Meaning update = meaning(
      "UpdateItem",
      "{'UpdateExpression':'REMOVE x SET b = if_not_exists(b, :n) + :n, a = c - :n ADD d :n, e :n'"
      ",'ExpressionAttributeValues':{':n':{'N':'1.0'}}}");
  CHECK(print(*member(update.body, "UpdateExpression")) ==
        "SET a = c - 1, b = if_not_exists(b, 1) + 1 REMOVE x ADD d 1, e 1");
  const Meaning statement =
      meaning("ExecuteStatement",
              "{'Statement':'SELECT b, a FROM t WHERE id = ?','Parameters':[{'S':'x'}]}");
  CHECK(print(*member(statement.body, "Statement")) ==
        R"(SELECT Columns [a, b] TableName "t" Where id = "x")");
}

TEST_CASE("difference: expressions differ operand by operand") {
  CHECK(differences(scan("price > :three AND b = :two"), scan(":two = b AND price > :two")) ==
        Differences{{"FilterExpression.price", "price > 3", "price > 2"}});
  CHECK(differences(scan("price > :three AND b = :two"), scan("b = :two AND c = :two")) ==
        Differences{{"FilterExpression.price", "price > 3", ""},
                    {"FilterExpression.c", "", "c = 2"}});
  CHECK(differences(scan("price > :three"), scan("attribute_exists(b)")) ==
        Differences{{"FilterExpression.price", "price > 3", "attribute_exists(b)"}});
}

TEST_CASE("difference: attributes differ by path, sets and batches by what is only on one side") {
  CHECK(differences(meaning("PutItem", "{'Item':{'a':{'N':'1.0'},'m':{'M':{'x':{'S':'1'}}}}}"),
                    meaning("PutItem", "{'Item':{'a':{'N':'1'},'m':{'M':{'x':{'N':'1'}}}}}")) ==
        Differences{{"Item.m.x", "\"1\"", "1"}});
  const auto batch = [](std::string_view ids) {
    std::string keys;
    for (const char id : ids) {
      keys += keys.empty() ? "" : ",";
      keys += std::string("{'id':{'N':'") + id + "'}}";
    }
    return meaning("BatchGetItem", "{'RequestItems':{'t':{'Keys':[" + keys + "]}}}");
  };
  CHECK(differences(batch("123"), batch("324")) ==
        Differences{{"RequestItems.t.Keys[*].id", "1", "4"}});
  CHECK(differences(batch("12"), batch("1")) ==
        Differences{{"RequestItems.t.Keys[*]", "{id: 2}", ""}});
}

TEST_CASE("difference: none between two spellings, and bodies that are not JSON") {
  CHECK(differences(scan("a = :two AND b = :text"), scan(":text = b AND :two = a")).empty());
  CHECK(differences(meaning("Scan", "{"), meaning("Scan", "}")) ==
        Differences{{"the body", "\"{\"", "\"}\""}});
}

}  // namespace dynatape::cassettes
