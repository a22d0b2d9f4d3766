// Query and Scan: ranges, pages, filters, selections, indexes, segments, capacity.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

using nlohmann::json;

/// A table `table` (pk S, sk N) with a local index by_l (pk, l: keys only) and a global one by_g
/// (g, sk: include c).
class Fixture {
 public:
  Fixture() {
    call("CreateTable", json::parse(R"({"TableName":"table","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
        {"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"l","AttributeType":"S"},
        {"AttributeName":"g","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
      "LocalSecondaryIndexes":[{"IndexName":"by_l","Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}]}],
      "GlobalSecondaryIndexes":[{"IndexName":"by_g",
        "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["c"]},
        "KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}]})"));
  }

  json call(std::string_view operation, const json& body) {
    return json::parse(emulator_.handle(operation, body.dump(), {"account", "us-east-1", {}}).body);
  }
  void put(const std::string& pk, int sk, json more = json::object()) {
    more["pk"]["S"] = pk;
    more["sk"]["N"] = std::to_string(sk);
    REQUIRE(call("PutItem", {{"TableName", "table"}, {"Item", more}}) == json::object());
  }
  json query(const std::string& condition, json values, json more = json::object()) {
    more["TableName"] = "table";
    more["KeyConditionExpression"] = condition;
    more["ExpressionAttributeValues"] = std::move(values);
    return call("Query", more);
  }
  json scan(json more = json::object()) {
    more["TableName"] = "table";
    return call("Scan", more);
  }

 private:
  Emulator emulator_{Options{}};
};

/// The sort keys of a page's items.
std::vector<int> sort_keys(const json& page) {
  std::vector<int> keys;
  for (const json& item : page.at("Items")) {
    keys.push_back(std::stoi(item.at("sk").at("N").get<std::string>()));
  }
  return keys;
}

const json kA = {{":p", {{"S", "a"}}}};

json with(json values, const std::string& name, int number) {
  values[name]["N"] = std::to_string(number);
  return values;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "Query: every comparison on the sort key, both directions") {
  for (const int sk : {10, 2, -1, 33, 7}) put("a", sk);
  put("b", 5);
  using Keys = std::vector<int>;
  CHECK(sort_keys(query("pk = :p", kA)) == Keys{-1, 2, 7, 10, 33});
  CHECK(sort_keys(query("pk = :p", kA, {{"ScanIndexForward", false}})) == Keys{33, 10, 7, 2, -1});
  CHECK(sort_keys(query("pk = :p AND sk = :v", with(kA, ":v", 7))) == Keys{7});
  CHECK(sort_keys(query("pk = :p AND sk < :v", with(kA, ":v", 7))) == Keys{-1, 2});
  CHECK(sort_keys(query("pk = :p AND sk <= :v", with(kA, ":v", 7))) == Keys{-1, 2, 7});
  CHECK(sort_keys(query("pk = :p AND :v < sk", with(kA, ":v", 7))) == Keys{10, 33});
  CHECK(sort_keys(query("pk = :p AND sk >= :v", with(kA, ":v", 7))) == Keys{7, 10, 33});
  CHECK(sort_keys(query("pk = :p AND sk BETWEEN :v AND :w", with(with(kA, ":v", 2), ":w", 10),
                        {{"ScanIndexForward", false}})) == Keys{10, 7, 2});
  CHECK(sort_keys(query("pk = :p", {{":p", {{"S", "none"}}}})).empty());
}

TEST_CASE_METHOD(Fixture, "Query: pages by Limit meet without gap or overlap, either direction") {
  for (int sk = 0; sk < 10; ++sk) put("a", sk);
  for (const bool forward : {true, false}) {
    std::vector<int> seen;
    json more = {{"Limit", 3}, {"ScanIndexForward", forward}};
    while (true) {
      const json page = query("pk = :p", kA, more);
      for (const int key : sort_keys(page)) seen.push_back(key);
      if (!page.contains("LastEvaluatedKey")) break;
      more["ExclusiveStartKey"] = page["LastEvaluatedKey"];
    }
    std::vector<int> expected(10);
    for (int i = 0; i < 10; ++i) expected[static_cast<std::size_t>(i)] = forward ? i : 9 - i;
    CHECK(seen == expected);
  }
}

TEST_CASE_METHOD(Fixture, "Query: a page that its Limit ends has a last key, even at the end") {
  put("a", 1);
  put("a", 2);
  const json page = query("pk = :p", kA, {{"Limit", 2}});
  CHECK(page["LastEvaluatedKey"] == json::parse(R"({"pk":{"S":"a"},"sk":{"N":"2"}})"));
  const json rest =
      query("pk = :p", kA, {{"Limit", 2}, {"ExclusiveStartKey", page["LastEvaluatedKey"]}});
  CHECK(rest == json::parse(R"({"Count":0,"Items":[],"ScannedCount":0})"));
  CHECK_FALSE(query("pk = :p", kA, {{"Limit", 3}}).contains("LastEvaluatedKey"));
}

TEST_CASE_METHOD(Fixture,
                 "Query: the filter counts what it let pass, Limit and 1 MB what was read") {
  for (int sk = 0; sk < 6; ++sk) put("a", sk, {{"c", {{"N", std::to_string(sk % 2)}}}});
  const json page =
      query("pk = :p", with(kA, ":one", 1), {{"FilterExpression", "c = :one"}, {"Limit", 4}});
  CHECK(page["Count"] == 2);
  CHECK(page["ScannedCount"] == 4);
  CHECK(page["LastEvaluatedKey"]["sk"]["N"] == "3");
  const json count = query("pk = :p", with(kA, ":one", 1),
                           {{"FilterExpression", "c = :one"}, {"Select", "COUNT"}});
  CHECK(count == json::parse(R"({"Count":3,"ScannedCount":6})"));
}

TEST_CASE_METHOD(Fixture, "Query: a page ends before the item that would exceed 1 MB") {
  const std::string filler(300'000, 'x');
  for (int sk = 0; sk < 7; ++sk) put("a", sk, {{"c", {{"S", filler}}}});
  json more = {{"Select", "COUNT"}, {"ReturnConsumedCapacity", "TOTAL"}};
  json page = query("pk = :p", kA, more);
  CHECK(page["Count"] == 3);
  CHECK(page["LastEvaluatedKey"]["sk"]["N"] == "2");
  CHECK(page["ConsumedCapacity"]["CapacityUnits"] == 110.0);  // ceil(3 * 300,0xx / 4,096) / 2
  more["ExclusiveStartKey"] = page["LastEvaluatedKey"];
  page = query("pk = :p", kA, more);
  CHECK(page["Count"] == 3);
  more["ExclusiveStartKey"] = page["LastEvaluatedKey"];
  page = query("pk = :p", kA, more);
  CHECK(page["Count"] == 1);
  CHECK_FALSE(page.contains("LastEvaluatedKey"));
}

TEST_CASE_METHOD(Fixture, "Query: projections select parts; keys only if asked for") {
  put("a", 1, json::parse(R"({"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"z":{"S":"z"}})"));
  CHECK(query("pk = :p", kA, {{"ProjectionExpression", "m.y, sk"}})["Items"] ==
        json::parse(R"([{"m":{"M":{"y":{"N":"2"}}},"sk":{"N":"1"}}])"));
  CHECK(query("pk = :p", kA, {{"ProjectionExpression", "absentee"}})["Items"] ==
        json::parse("[{}]"));
}

TEST_CASE_METHOD(Fixture,
                 "Query: a local index answers with its projection, and fetches what it lacks") {
  put("a", 1, json::parse(R"({"l":{"S":"y"},"c":{"S":"c1"}})"));
  put("a", 2, json::parse(R"({"l":{"S":"x"},"c":{"S":"c2"}})"));
  put("a", 3);
  const json plain = query(
      "pk = :p", kA,
      {{"IndexName", "by_l"}, {"ReturnConsumedCapacity", "INDEXES"}, {"ConsistentRead", true}});
  CHECK(
      plain["Items"] ==
      json::parse(
          R"([{"l":{"S":"x"},"pk":{"S":"a"},"sk":{"N":"2"}},{"l":{"S":"y"},"pk":{"S":"a"},"sk":{"N":"1"}}])"));
  CHECK(plain["ConsumedCapacity"]["Table"]["CapacityUnits"] == 0.0);
  CHECK(plain["ConsumedCapacity"]["LocalSecondaryIndexes"]["by_l"]["CapacityUnits"] == 1.0);

  const json fetched = query("pk = :p", kA,
                             {{"IndexName", "by_l"},
                              {"ProjectionExpression", "c"},
                              {"ReturnConsumedCapacity", "INDEXES"},
                              {"ConsistentRead", true}});
  CHECK(fetched["Items"] == json::parse(R"([{"c":{"S":"c2"}},{"c":{"S":"c1"}}])"));
  CHECK(fetched["ConsumedCapacity"]["Table"]["CapacityUnits"] == 2.0);
  CHECK(query("pk = :p", kA, {{"IndexName", "by_l"}, {"Select", "ALL_ATTRIBUTES"}})["Items"][0]
            .contains("c"));
}

TEST_CASE_METHOD(Fixture,
                 "Query: pages of a global index with equal keys go on by the table's key") {
  for (const char* pk : {"p", "q", "r", "s"})
    put(pk, 7, json::parse(R"({"g":{"S":"g"},"c":{"S":"c"},"d":{"S":"d"}})"));
  put("t", 7);
  std::set<std::string> seen;
  json more = {{"IndexName", "by_g"}, {"Limit", 1}};
  int pages = 0;
  for (; pages < 10; ++pages) {
    const json page = query("g = :g", {{":g", {{"S", "g"}}}}, more);
    for (const json& item : page["Items"]) {
      CHECK(item.size() == 4);  // pk, sk, g, c: d is not projected
      seen.insert(item["pk"]["S"].get<std::string>());
    }
    if (!page.contains("LastEvaluatedKey")) break;
    CHECK(page["LastEvaluatedKey"].size() == 3);
    more["ExclusiveStartKey"] = page["LastEvaluatedKey"];
  }
  CHECK(pages == 4);
  CHECK(seen == std::set<std::string>{"p", "q", "r", "s"});
}

TEST_CASE_METHOD(Fixture, "Query: what a global index cannot serve is refused") {
  const json g = {{":g", {{"S", "g"}}}};
  CHECK(query("g = :g", g, {{"IndexName", "by_g"}, {"ConsistentRead", true}})["message"] ==
        "Consistent reads are not supported on global secondary indexes");
  CHECK(query("g = :g", g,
              {{"IndexName", "by_g"}, {"ProjectionExpression", "c, d, e.f"}})["message"] ==
        "One or more parameter values were invalid: Global secondary index by_g does not project "
        "[d, e]");
  CHECK(query("g = :g", g, {{"IndexName", "by_g"}, {"Select", "ALL_ATTRIBUTES"}})["message"] ==
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "
        "for global "
        "secondary index by_g because its projection type is not ALL");
  CHECK(query("g = :g", g, {{"IndexName", "nope"}})["message"] ==
        "The table does not have the specified index: nope");
}

TEST_CASE_METHOD(Fixture, "reads: an incomplete start key is told before a wrong selection") {
  const json invalid = {{"__type", "com.amazon.coral.validate#ValidationException"},
                        {"message", "The provided starting key is invalid"}};
  const json more = {
      {"IndexName", "by_g"},
      {"Select", "ALL_ATTRIBUTES"},
      {"ExclusiveStartKey", {{"g", {{"S", "x"}}}, {"pk", {{"S", "a"}}}, {"other", {{"N", "1"}}}}}};
  CHECK(query("g = :g", {{":g", {{"S", "x"}}}}, more) == invalid);
  CHECK(scan(more) == invalid);
}

TEST_CASE_METHOD(Fixture, "Query: a missing key attribute is told before too many conditions") {
  const json answer = query("a = :x AND b = :x AND c = :x", {{":x", {{"S", "x"}}}});
  CHECK(answer["message"] == "Query condition missed key schema element: pk");
}

TEST_CASE_METHOD(Fixture, "Query: rules between Select and projections") {
  CHECK(query("pk = :p", kA, {{"Select", "SPECIFIC_ATTRIBUTES"}})["message"] ==
        "1 validation error detected: Must specify the AttributesToGet or ProjectionExpression "
        "when choosing to "
        "get SPECIFIC_ATTRIBUTES");
  CHECK(query("pk = :p", kA, {{"Select", "COUNT"}, {"ProjectionExpression", "c"}})["message"] ==
        "1 validation error detected: Cannot specify the ProjectionExpression when choosing to get "
        "only the Count");
  CHECK(query("pk = :p", kA, {{"Select", "ALL_PROJECTED_ATTRIBUTES"}})["message"] ==
        "1 validation error detected: ALL_PROJECTED_ATTRIBUTES can be used only when Querying "
        "using an IndexName");
}

TEST_CASE_METHOD(
    Fixture,
    "Query: KeyConditions, QueryFilter and AttributesToGet; KeyConditions beside expressions") {
  for (int sk = 0; sk < 4; ++sk) put("a", sk, {{"c", {{"N", std::to_string(sk)}}}});
  const json keys =
      json::parse(R"({"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},
                                    "sk":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"0"}]}})");
  const json page = call(
      "Query",
      {{"TableName", "table"},
       {"KeyConditions", keys},
       {"AttributesToGet", {"sk"}},
       {"QueryFilter",
        json::parse(R"({"c":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"2"}]}})")}});
  CHECK(page ==
        json::parse(R"({"Count":2,"Items":[{"sk":{"N":"1"}},{"sk":{"N":"3"}}],"ScannedCount":3})"));
  const json mixed = call("Query", {{"TableName", "table"},
                                    {"KeyConditions", keys},
                                    {"FilterExpression", "c > :v"},
                                    {"ExpressionAttributeValues", {{":v", {{"N", "2"}}}}}});
  CHECK(sort_keys(mixed) == std::vector<int>{3});
}

TEST_CASE_METHOD(Fixture, "Scan: pages see every item once; segments are disjoint and complete") {
  for (int i = 0; i < 60; ++i) put("p" + std::to_string(i % 20), i);
  std::multiset<int> all;
  json more = {{"Limit", 7}};
  while (true) {
    const json page = scan(more);
    for (const int key : sort_keys(page)) all.insert(key);
    if (!page.contains("LastEvaluatedKey")) break;
    more["ExclusiveStartKey"] = page["LastEvaluatedKey"];
  }
  CHECK(all.size() == 60);
  CHECK(std::set<int>(all.begin(), all.end()).size() == 60);

  std::multiset<int> in_segments;
  for (int segment = 0; segment < 4; ++segment) {
    for (const int key : sort_keys(scan({{"Segment", segment}, {"TotalSegments", 4}})))
      in_segments.insert(key);
  }
  CHECK(in_segments == all);
}

TEST_CASE_METHOD(Fixture, "Scan: a start key of another segment is refused") {
  for (int i = 0; i < 20; ++i) put("p" + std::to_string(i), i);
  const json first = scan({{"Segment", 0}, {"TotalSegments", 2}, {"Limit", 1}});
  CHECK(scan({{"Segment", 1},
              {"TotalSegments", 2},
              {"ExclusiveStartKey", first["LastEvaluatedKey"]}})["message"] ==
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
        "ExclusiveStartKey with correct "
        "Segment. TotalSegments: 2 Segment: 1");
}

TEST_CASE_METHOD(Fixture, "Scan: filters, and indexes that hold only some items") {
  put("a", 1, json::parse(R"({"g":{"S":"g1"},"c":{"N":"1"}})"));
  put("b", 2, json::parse(R"({"g":{"S":"g2"},"c":{"N":"2"}})"));
  put("c", 3);
  CHECK(scan({{"IndexName", "by_g"}})["Count"] == 2);
  const json filtered =
      scan({{"FilterExpression", "c > :v AND begins_with(g, :g)"},
            {"ExpressionAttributeValues", {{":v", {{"N", "1"}}}, {":g", {{"S", "g"}}}}}});
  CHECK(filtered["Count"] == 1);
  CHECK(filtered["ScannedCount"] == 3);
  const json legacy = scan({{"ScanFilter", json::parse(R"({"c":{"ComparisonOperator":"NULL"}})")}});
  CHECK(sort_keys(legacy) == std::vector<int>{3});
}

}  // namespace dynatape::emulator
