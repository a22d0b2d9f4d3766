#include "cassettes/meaning.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>

#include "cassettes/shape.h"

namespace dynatape::cassettes {
namespace {

Meaning meaning(std::string_view operation, std::string body) {
  return meaning_of({"POST", "/", {}, std::move(body), {}}, core::find_operation(operation));
}

/// A Query with these members more, and its single quotes as double ones.
Meaning query(std::string members) {
  std::ranges::replace(members, '\'', '"');
  return meaning("Query", R"({"TableName":"t",)" + members + "}");
}

Meaning json(std::string_view operation, std::string body) {
  std::ranges::replace(body, '\'', '"');
  return meaning(operation, std::move(body));
}

constexpr std::string_view kKey =
    "'KeyConditionExpression':'id=:i','ExpressionAttributeValues':{':i':{'S':'1'}";

/// A Query whose filter is `filter`, over :a = 1, :b = 2 and #n = price where it uses them.
Meaning filter(std::string_view filter) {
  std::string members(kKey);
  for (const char* name : {"a", "b"}) {
    if (!filter.contains(std::string(":") + name)) continue;
    members += std::string(",':") + name + "':{'N':'" + (*name == 'a' ? "1" : "2") + "'}";
  }
  members += "},'FilterExpression':'" + std::string(filter) + "'";
  if (filter.contains("#n")) members += ",'ExpressionAttributeNames':{'#n':'price'}";
  return query(members);
}

}  // namespace

TEST_CASE("meaning: the names of placeholders do not count, what they stand for does") {
  const auto get = [](std::string_view placeholder, std::string_view name) {
    return json("GetItem", "{'TableName':'t','Key':{'id':{'S':'1'}},'ProjectionExpression':'" +
                               std::string(placeholder) + "','ExpressionAttributeNames':{'" +
                               std::string(placeholder) + "':'" + std::string(name) + "'}}");
  };
  CHECK(get("#a", "price") == get("#b", "price"));
  CHECK(get("#a", "price") != get("#a", "cost"));
  CHECK(get("#a", "price") ==
        json("GetItem", "{'Key':{'id':{'S':'1'}},'ProjectionExpression':'price','TableName':'t'}"));
}

TEST_CASE("meaning: AND, OR, =, <> and IN have no order; what is written > reads <") {
  CHECK(filter("#n > :a AND (size(c) < :b AND attribute_exists(d))") ==
        filter("attribute_exists(d) AND :b > size(c) AND :a < price"));
  CHECK(filter("a = :a OR (b <> :b OR c = d)") == filter("d = c OR (:b <> b OR :a = a)"));
  CHECK(filter("a IN (:a, :b, c)") == filter("a IN (c, :b, :a)"));
  CHECK(filter("a >= :a") == filter(":a <= a"));
  CHECK(filter("NOT a = :a") == filter("NOT :a = a"));
}

TEST_CASE("meaning: what an expression says counts") {
  const char* const all[] = {"a > :a",
                             "a >= :a",
                             "a < :a",
                             "a = :a",
                             "a <> :a",
                             "a = :b",
                             "b = :a",
                             "NOT a = :a",
                             "a = :a AND b = :b",
                             "a = :a OR b = :b",
                             "a = :b OR b = :a",
                             "a BETWEEN :a AND :b",
                             "a >= :a AND a <= :b",
                             "a IN (:a, :b)",
                             "a IN (:a)",
                             "attribute_exists(a)",
                             "attribute_not_exists(a)",
                             "a = :a AND (b = :b OR c = :b)",
                             "(a = :a AND b = :b) OR c = :b",
                             "a.b = :a",
                             "a[1] = :a",
                             "a[2] = :a"};
  for (const char* one : all) {
    for (const char* two : all) {
      INFO(one << " | " << two);
      CHECK((filter(one) == filter(two)) == (one == two));
    }
  }
}

TEST_CASE("meaning: what DynamoDB refuses stands as sent") {
  const Meaning refused = filter("a = :a AND a = a");
  const Node* text = member(refused.body, "FilterExpression");
  REQUIRE(text != nullptr);
  CHECK(text->kind == Node::Kind::text);
  CHECK(text->text == "a = :a AND a = a");
  CHECK(member(refused.body, "ExpressionAttributeValues") != nullptr);
  // Each is refused with a text of its own.
  CHECK(filter("a = a AND :undefined > b") != filter(":undefined > b AND a = a"));
  CHECK(filter("((a = :a))") != filter("a = :a"));
  CHECK(filter("a = :a, b = :b") != filter("a = :a"));
}

TEST_CASE("meaning: a placeholder that nothing uses makes another request, which is refused") {
  const auto with = [](std::string_view values) {
    return query("'KeyConditionExpression':'id=:i','ExpressionAttributeValues':{" +
                 std::string(values) + "}");
  };
  CHECK(with("':i':{'S':'1'}") != with("':i':{'S':'1'},':j':{'S':'2'}"));
}

TEST_CASE("meaning: the actions of an update have no order within and across clauses") {
  const auto update = [](std::string_view expression, std::string_view a, std::string_view b) {
    return json("UpdateItem", "{'TableName':'t','Key':{'id':{'S':'1'}},'UpdateExpression':'" +
                                  std::string(expression) + "','ExpressionAttributeValues':{'" +
                                  std::string(a) + "':{'N':'1.0'},'" + std::string(b) +
                                  "':{'NS':['2','1']}}}");
  };
  CHECK(update("SET a = :x, b = c + :x ADD d :y REMOVE e, f", ":x", ":y") ==
        update("REMOVE f, e ADD d :b SET b = :a + c, a = :a", ":a", ":b"));
  CHECK(update("SET a = b - :x ADD d :y", ":x", ":y") !=
        update("SET a = :x - b ADD d :y", ":x", ":y"));
  CHECK(update("SET a = :x ADD d :y", ":x", ":y") != update("SET a = :x DELETE d :y", ":x", ":y"));
}

TEST_CASE("meaning: projections, AttributesToGet, keys, batches and sets have no order") {
  CHECK(json("GetItem", "{'ProjectionExpression':'a, b[1], c.d'}") ==
        json("GetItem", "{'ProjectionExpression':'c.d,b[1],a'}"));
  CHECK(json("GetItem", "{'AttributesToGet':['a','b']}") ==
        json("GetItem", "{'AttributesToGet':['b','a']}"));
  CHECK(json("BatchGetItem",
             "{'RequestItems':{'t':{'Keys':[{'id':{'N':'1'}},{'id':{'N':'2.0'}}]},'u':{'Keys':[{"
             "'id':{'S':'x'}}],'ConsistentRead':false}}}") ==
        json("BatchGetItem",
             "{'RequestItems':{'u':{'Keys':[{'id':{'S':'x'}}]},'t':{'Keys':[{'id':{'N':'2'}},{"
             "'id':{'N':'1'}}]}}}"));
  const std::string put = "{'PutRequest':{'Item':{'id':{'N':'1'},'s':{'SS':['b','a']}}}}";
  const std::string same = "{'PutRequest':{'Item':{'s':{'SS':['a','b']},'id':{'N':'1e0'}}}}";
  const std::string erase = "{'DeleteRequest':{'Key':{'id':{'N':'2'}}}}";
  CHECK(json("BatchWriteItem", "{'RequestItems':{'t':[" + put + "," + erase + "]}}") ==
        json("BatchWriteItem", "{'RequestItems':{'t':[" + erase + "," + same + "]}}"));
  CHECK(json("BatchWriteItem", "{'RequestItems':{'t':[" + put + "," + erase + "]}}") !=
        json("BatchWriteItem", "{'RequestItems':{'u':[" + put + "," + erase + "]}}"));
}

TEST_CASE("meaning: a transaction is answered place by place, so its order counts") {
  const std::string put = "{'Put':{'TableName':'t','Item':{'id':{'S':'1'}}}}";
  const std::string erase = "{'Delete':{'TableName':'t','Key':{'id':{'S':'2'}}}}";
  CHECK(json("TransactWriteItems", "{'TransactItems':[" + put + "," + erase + "]}") !=
        json("TransactWriteItems", "{'TransactItems':[" + erase + "," + put + "]}"));
}

TEST_CASE("meaning: what says no more than its default is left out") {
  CHECK(json("PutItem", "{'Item':{},'ReturnValues':'NONE','ReturnConsumedCapacity':'NONE'}") ==
        json("PutItem", "{'Item':{},'ConditionExpression':null}"));
  CHECK(json("PutItem", "{'Item':{},'ReturnValues':'ALL_OLD'}") != json("PutItem", "{'Item':{}}"));
  CHECK(json("Scan", "{'Select':'ALL_ATTRIBUTES'}") == json("Scan", "{}"));
  CHECK(json("Scan", "{'IndexName':'i','Select':'ALL_ATTRIBUTES'}") !=
        json("Scan", "{'IndexName':'i'}"));
  CHECK(json("Scan", "{'IndexName':'i','Select':'ALL_PROJECTED_ATTRIBUTES'}") ==
        json("Scan", "{'IndexName':'i'}"));
  CHECK(json("Scan", "{'ProjectionExpression':'a','Select':'SPECIFIC_ATTRIBUTES'}") ==
        json("Scan", "{'ProjectionExpression':'a'}"));
  CHECK(query(std::string(kKey) + "},'ScanIndexForward':true") == query(std::string(kKey) + "}"));
  CHECK(query(std::string(kKey) + "},'ScanIndexForward':false") != query(std::string(kKey) + "}"));
}

TEST_CASE("meaning: parameters of PartiQL stand where their question marks do") {
  const auto statement = [](std::string_view text, std::string_view more) {
    return json("ExecuteStatement",
                "{'Statement':'" + std::string(text) + "'" + std::string(more) + "}");
  };
  CHECK(statement("SELECT * FROM t WHERE id = ? AND n > 1", ",'Parameters':[{'S':'a'}]") ==
        statement("select * from t where 1.0 < n and ? = id", ",'Parameters':[{'S':'a'}]"));
  CHECK(statement("SELECT a, b FROM t", "") == statement("SELECT b,a FROM t", ""));
  CHECK(statement("SELECT * FROM t WHERE id = ?", ",'Parameters':[{'S':'a'}]") !=
        statement("SELECT * FROM t WHERE id = ?", ",'Parameters':[{'S':'b'}]"));
  CHECK(statement("SELECT * FROM t WHERE id = ?", "") !=
        statement("SELECT * FROM t WHERE id = ?", ",'Parameters':[{'S':'b'}]"));
}

TEST_CASE("meaning: legacy conditions keep what each attribute says") {
  const auto scan = [](std::string_view values) {
    return json("Scan", "{'ScanFilter':{'a':{'ComparisonOperator':'IN','AttributeValueList':[" +
                            std::string(values) + "]}}}");
  };
  CHECK(scan("{'N':'1'},{'N':'2'}") == scan("{'N':'2.0'},{'N':'1'}"));
  CHECK(scan("{'N':'1'},{'N':'2'}") != scan("{'N':'2'},{'N':'3'}"));
}

TEST_CASE("meaning: cost per request", "[.bench]") {
  std::string item = R"({"TableName":"orders","Item":{)";
  for (int i = 0; i < 16; ++i) {
    item +=
        "\"field" + std::to_string(i) + "\":{\"S\":\"some value of forty characters or so 0123\"},";
  }
  item += R"("id":{"S":"k1"},"n":{"N":"42"}}})";
  const std::string update =
      R"({"TableName":"orders","Key":{"pk":{"S":"order#17"},"sk":{"S":"v0"}},"UpdateExpression":)"
      R"("SET #s = :s, updatedAt = :t, total = total + :d REMOVE draft","ConditionExpression":)"
      R"("attribute_exists(pk) AND #s <> :closed","ExpressionAttributeNames":{"#s":"status"},)"
      R"("ExpressionAttributeValues":{":s":{"S":"paid"},":t":{"N":"1700000000"},":d":{"N":"5"},)"
      R"(":closed":{"S":"closed"}},"ReturnValues":"ALL_NEW"})";
  const std::string get = R"({"TableName":"orders","Key":{"pk":{"S":"order#17"}}})";
  const std::pair<const char*, std::string> bodies[] = {
      {"PutItem", item}, {"UpdateItem", update}, {"GetItem", get}};
  for (const auto& [name, body] : bodies) {
    const core::Request request{"POST", "/", {}, body, {}};
    const auto* operation = core::find_operation(name);
    constexpr int kRounds = 100'000;
    const std::clock_t begin = std::clock();  // of this process, whatever else runs
    for (int i = 0; i < kRounds; ++i) {
      if (fingerprint_of(request, operation) == Fingerprint()) FAIL();
    }
    const double took = static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC;
    WARN(name << ", " << body.size() << " B: " << took / kRounds << " µs");
  }
}

}  // namespace dynatape::cassettes
