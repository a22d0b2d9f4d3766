// What `when` asks of a call beyond operation, table and counts.

#include "interceptors/when.h"

#include <catch2/catch.hpp>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

bool hits(std::string_view when, const CallSpec& call) { return Lab(throttle(when)).faulted(call); }

CallSpec with_header(std::string name, std::string value) {
  CallSpec call = get_item("t", "a");
  call.headers.add(std::move(name), std::move(value));
  return call;
}

CallSpec by(std::string agent) { return with_header("User-Agent", std::move(agent)); }

const CallSpec kQuery{"Query", R"({"TableName":"t","IndexName":"by-date"})"};
const CallSpec kStatement{"ExecuteStatement",
                          R"({"Statement":"SELECT * FROM \"t\".\"by-date\" WHERE a = 1"})"};
const CallSpec kBatch{"BatchWriteItem", R"({"RequestItems":{
  "t":[{"PutRequest":{"Item":{"pk":{"S":"a"},"n":{"N":"1"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"b"}}}}],
  "u":[{"DeleteRequest":{"Key":{"pk":{"S":"c"}}}}]}})"};
const CallSpec kTransaction{"TransactWriteItems", R"({"TransactItems":[
  {"Update":{"TableName":"t","Key":{"pk":{"S":"a"}}}},
  {"Put":{"TableName":"u","Item":{"pk":{"S":"b"},"n":{"N":"7"}}}}]})"};

}  // namespace

TEST_CASE("when: an index is named by a query or by a statement") {
  CHECK(hits(R"({"index":"by-date"})", kQuery));
  CHECK(hits(R"({"index":["x","by-date"]})", kStatement));
  CHECK_FALSE(hits(R"({"index":"by-name"})", kQuery));
  CHECK_FALSE(hits(R"({"index":"by-date"})", {"Query", R"({"TableName":"t"})"}));
}

TEST_CASE("when: a table is also that of a statement and of a stream") {
  CHECK(hits(R"({"table":"t"})", kStatement));
  CHECK_FALSE(hits(R"({"table":"u"})", kStatement));
  CHECK(hits(R"({"table":"t"})",
             {"DescribeStream",
              R"({"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026"})"}));
}

TEST_CASE("when: a key is met in calls of one item, by value or by predicate") {
  CHECK(hits(R"({"key":{"pk":"a"}})", get_item("t", "a")));
  CHECK(hits(R"({"key":{"pk":{"S":"a"}}})", update_item("t", "a")));
  CHECK(hits(R"({"key":{"pk":"a"}})", put_item("t", "a")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"}})", get_item("t", "b")));
  CHECK(hits(R"({"key":{"pk":{"prefix":"user#"}}})", get_item("t", "user#7")));
  CHECK(hits(R"({"key":[{"pk":"a"},{"pk":"b"}]})", get_item("t", "b")));
  CHECK(hits(R"({"key":[{"pk":"a"},{"pk":{"prefix":"b"}}]})", get_item("t", "bc")));
  CHECK(hits(R"({"key":{"pk":["a","b"]},"table":["t","u"]})", get_item("u", "b")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a","sk":1}})", get_item("t", "a")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"}})", kQuery));
}

TEST_CASE("when: a query has the attributes that its key condition sets equal") {
  const auto query = [](const std::string& condition) {
    return CallSpec{"Query", R"({"TableName":"t","KeyConditionExpression":")" + condition +
                                 R"(","ExpressionAttributeNames":{"#p":"pk"},
        "ExpressionAttributeValues":{":a":{"S":"a"},":n":{"N":"5.0"}}})"};
  };
  CHECK(hits(R"({"key":{"pk":"a"}})", query("pk = :a")));
  CHECK(hits(R"({"key":{"pk":"a","sk":5},"table":"t"})", query("(:n = sk) AND #p = :a")));
  CHECK(hits(R"({"key":{"pk":{"prefix":"a"}}})", query("pk = :a AND sk > :n")));
  CHECK_FALSE(hits(R"({"key":{"sk":5}})", query("pk = :a AND sk > :n")));
  CHECK_FALSE(hits(R"({"key":{"pk":"b"}})", query("pk = :a")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"}})", query("pk = :b")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"}})", query("pk = ")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"},"table":"u"})", query("pk = :a")));
  CHECK(hits(R"({"key":{"pk":"a"}})", {"Query", R"({"TableName":"t","KeyConditions":{
      "pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}}})"}));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"}})", {"Query", R"({"TableName":"t","KeyConditions":{
      "pk":{"ComparisonOperator":"GE","AttributeValueList":[{"S":"a"}]}}})"}));
}

TEST_CASE("when: a statement has what its WHERE sets equal, or the item it puts") {
  const auto statement = [](const std::string& text) {
    return CallSpec{"ExecuteStatement",
                    R"({"Parameters":[{"S":"a"},{"L":[]}],"Statement":")" + text + R"("})"};
  };
  CHECK(hits(R"({"key":{"pk":"a"}})", statement("SELECT * FROM t WHERE pk = 'a' AND n > 1")));
  CHECK(hits(R"({"key":{"pk":"a"},"table":"t"})", statement("DELETE FROM t WHERE ? = pk")));
  CHECK(hits(R"({"key":{"pk":"a","n":5}})",
             statement("UPDATE t SET x = 1 WHERE (pk = ? AND z = 2) AND n = 5.0")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"}})", statement("SELECT * FROM t WHERE pk = 'a' OR n = 1")));
  CHECK_FALSE(hits(R"({"key":{"x":1}})", statement("UPDATE t SET x = 1 WHERE pk = ?")));
  CHECK_FALSE(hits(R"({"key":{"pk":"a"},"table":"u"})", statement("DELETE FROM t WHERE pk = ?")));
  const CallSpec insert = statement(
      "INSERT INTO t VALUE {'pk': ?, 'l': ?, 'm': {'n': 1}, 's': <<'b', 'c'>>, 'f': false}");
  CHECK(hits(R"({"key":{"pk":"a"},"item":{"m.n":1,"s":{"SS":["b","c"]},"f":false}})", insert));
  CHECK_FALSE(hits(R"({"item":{"m.n":2}})", insert));
  CHECK(hits(R"({"key":{"pk":"b"}})", {"BatchExecuteStatement", R"({"Statements":[
      {"Statement":"no PartiQL"},
      {"Statement":"SELECT * FROM t WHERE pk = ?","Parameters":[{"S":"b"}]}]})"}));
  CHECK(hits(R"({"key":{"pk":"b"}})", {"ExecuteTransaction", R"-({"TransactStatements":[
      {"Statement":"EXISTS(SELECT * FROM t WHERE pk = 'b')"}]
})-"}));
}

TEST_CASE("when: rules for certain keys are met in order, each once, among rules for any") {
  Lab lab(R"({"rules":[
    {"name":"any","then":{"latency":"1ms"}},
    {"name":"b","when":{"key":[{"pk":"b"},{"pk":["b","c"]}]},"then":{"latency":"1ms"}},
    {"name":"t","when":{"table":"t"},"then":{"latency":"1ms"}},
    {"name":"five","when":{"key":{"n":5}},"then":{"latency":"1ms"}},
    {"name":"b on u","when":{"table":"u","key":{"pk":"b"}},"then":{"latency":"1ms"}}]})");
  const auto met = [&](const CallSpec& call) {
    lab.call(call);
    std::string names;
    for (const auto& fault : lab.faults) names += (names.empty() ? "" : ",") + fault->rule();
    return names;
  };
  CHECK(met(get_item("t", "b")) == "any,b,t");
  CHECK(met(get_item("u", "b")) == "any,b,b on u");
  CHECK(met(get_item("t", "c")) == "any,b,t");
  CHECK(met(get_item("t", "d")) == "any,t");
  CHECK(met({"GetItem", R"({"TableName":"x","Key":{"n":{"N":"5.0"}}})"}) == "any,five");
  CHECK(met({"GetItem", R"({"TableName":"x","Key":{"n":{"S":"5"}}})"}) == "any");
  CHECK(met(kBatch) == "any,b,t");
}

TEST_CASE("when: one item of a batch or transaction is enough, on the right table") {
  CHECK(hits(R"({"key":{"pk":"b"}})", kBatch));
  CHECK(hits(R"({"key":{"pk":"c"},"table":"u"})", kBatch));
  CHECK_FALSE(hits(R"({"key":{"pk":"c"},"table":"t"})", kBatch));
  CHECK(hits(R"({"key":{"pk":"a"}})", kTransaction));
  CHECK(hits(R"({"key":{"pk":"x"}})",
             {"BatchGetItem", R"({"RequestItems":{"t":{"Keys":[{"pk":{"S":"x"}}]}}})"}));
}

TEST_CASE("when: an item is one that the call puts; its key must be that of the same item") {
  CHECK(hits(R"({"item":{"n":{"greater":0}}})", kBatch));
  CHECK(hits(R"({"item":{"n":7}})", kTransaction));
  CHECK_FALSE(hits(R"({"item":{"n":7}})", kBatch));
  CHECK(hits(R"({"item":{"n":1},"key":{"pk":"a"}})", kBatch));
  CHECK_FALSE(hits(R"({"item":{"n":1},"key":{"pk":"b"}})", kBatch));
  CHECK_FALSE(hits(R"({"item":{"n":{"exists":false}}})", get_item("t", "a")));
}

TEST_CASE("when: the parameters of a call are asked for by their paths") {
  CHECK(hits(R"({"body":{"IndexName":{"prefix":"by-"},"Limit":{"exists":false}}})", kQuery));
  CHECK(hits(R"({"body":{"TransactItems[*].Put.Item.n":{"between":[5,9]}}})", kTransaction));
  CHECK_FALSE(hits(R"({"body":{"ConsistentRead":true}})", kQuery));
  CHECK_FALSE(hits(R"({"body":{"ConsistentRead":true}})", {"Query", "no JSON"}));
}

TEST_CASE("when: headers, without regard to the case of their names") {
  CHECK(hits(R"({"header":{"x-test":"a"}})", with_header("X-Test", "a")));
  CHECK(hits(R"({"header":{"X-Test":{"prefix":"a"}}})", with_header("x-test", "abc")));
  CHECK_FALSE(hits(R"({"header":{"x-test":"a"}})", with_header("X-Test", "b")));
  CHECK_FALSE(hits(R"({"header":{"x-test":"a"}})", get_item("t", "a")));
  CHECK(hits(R"({"header":{"x-test":{"exists":false}}})", get_item("t", "a")));
  CHECK_FALSE(hits(R"({"header":{"x-test":{"exists":false}}})", with_header("X-Test", "")));
}

TEST_CASE("when: the region is the one a call is signed for") {
  CallSpec call = get_item("t", "a");
  call.region = "eu-west-1";
  CHECK(hits(R"({"region":["us-east-1","eu-west-1"]})", call));
  CHECK_FALSE(hits(R"({"region":"us-east-1"})", call));
  CHECK_FALSE(hits(R"({"region":"us-east-1"})", get_item("t", "a")));
}

TEST_CASE("when: the session is the one of the call") {
  Lab lab(throttle(R"({"session":["one","two"]})"));
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
  lab.session = "two";
  CHECK(lab.faulted(get_item("t", "a")));
}

TEST_CASE("when: an SDK is told by its User-Agent, by name and by the beginning of its version") {
  const CallSpec boto = by("Boto3/1.26.27 Python/3.11.2 Linux/6.1.0 Botocore/1.29.27");
  const CallSpec new_boto = by("Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.1 m/E");
  const CallSpec js = by("aws-sdk-js/3.1161.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#20.20.2 m/E,N");
  const CallSpec go = by("aws-sdk-go-v2/1.17.3 os/linux lang/go/1.19.8 api/dynamodb/1.17.3");
  CHECK(hits(R"({"sdk":"boto3"})", boto));
  CHECK(hits(R"({"sdk":"boto3/1.26"})", boto));
  CHECK(hits(R"({"sdk":"botocore/1.29.27"})", boto));
  CHECK(hits(R"({"sdk":"botocore/1.43"})", new_boto));
  CHECK_FALSE(hits(R"({"sdk":"boto3/1.2"})", boto));
  CHECK_FALSE(hits(R"({"sdk":"aws-sdk-js"})", boto));
  CHECK(hits(R"({"sdk":["boto3","aws-sdk-js/3"]})", js));
  CHECK(hits(R"({"sdk":"nodejs/20"})", js));
  CHECK(hits(R"({"sdk":"go/1.19"})", go));
  CHECK(hits(R"({"sdk":"aws-sdk-js"})", with_header("X-Amz-User-Agent", "aws-sdk-js/3.1161.0")));
  CHECK_FALSE(hits(R"({"sdk":"boto3"})", get_item("t", "a")));
}

TEST_CASE("when: between two instants of the session's clock, the second not included") {
  Lab lab(throttle(R"({"between":["2023-11-14T22:13:30Z","2023-11-14T22:13:40Z"]})"));
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
  lab.clock.advance(10s);
  CHECK(lab.faulted(get_item("t", "a")));
  lab.clock.advance(10s - 1us);
  CHECK(lab.faulted(get_item("t", "a")));
  lab.clock.advance(1us);
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
}

TEST_CASE("when: between two times of each day, over midnight too") {
  Lab lab(throttle(R"({"between":["22:30","06:00"]})"));
  CHECK_FALSE(lab.faulted(get_item("t", "a")));  // 22:13:20
  lab.clock.advance(17min);
  CHECK(lab.faulted(get_item("t", "a")));
  lab.clock.advance(7h);
  CHECK(lab.faulted(get_item("t", "a")));
  lab.clock.advance(30min);
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
  lab.clock.advance(24h - 31min);
  CHECK(lab.faulted(get_item("t", "a")));
}

TEST_CASE("when: calls that do not fit are not counted") {
  Lab lab(throttle(R"({"key":{"pk":"a"},"nth":2})"));
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
  CHECK_FALSE(lab.faulted(get_item("t", "b")));
  CHECK(lab.faulted(get_item("t", "a")));
}

TEST_CASE("when: a sequence picks some, passes some, and begins again") {
  const CallSpec call = get_item("t", "a");
  CHECK(Lab(throttle(R"({"sequence":{"fail":2,"pass":1}})")).pattern(call, 8) == "!!.!!.!!");
  CHECK(Lab(throttle(R"({"sequence":{"fail":1,"pass":2,"rounds":2}})")).pattern(call, 9) ==
        "!..!.....");
  CHECK(Lab(throttle(R"({"sequence":{"fail":1,"pass":1},"after":3})")).pattern(call, 8) ==
        "....!.!.");
  Lab keyed(throttle(R"({"sequence":{"fail":1,"pass":1},"per":"key"})"));
  CHECK(keyed.faulted(get_item("t", "a")));
  CHECK(keyed.faulted(get_item("t", "b")));
  CHECK_FALSE(keyed.faulted(get_item("t", "a")));
}

TEST_CASE("when: all of it in plain words") {
  const auto says = [](std::string_view when) {
    return describe(rules_of(throttle(when))->rules().front().when);
  };
  CHECK(
      says(R"({"operation":"Query","table":"t","index":["a","b"],"body":{"Limit":{"less":5}}})") ==
      "Query on t, by the index a or b, where Limit is below 5");
  CHECK(says(R"({"key":[{"pk":"a"},{"pk":{"prefix":"b"}}],"item":{"n":{"between":[1,2]}}})") ==
        "every call, of a key where pk = \"a\" or where pk begins with \"b\", with an item where n "
        "is from 1 to 2");
  CHECK(says(R"({"header":{"X-A":{"exists":false}},"region":"eu-west-1","session":"s",
                 "sdk":"boto3/1"})") ==
        "every call, where the header X-A is not there, to eu-west-1, in session s, by boto3 1");
  CHECK(says(R"({"between":["22:00","06:30"],"sequence":{"fail":3,"pass":1,"rounds":2}})") ==
        "every call, from 22:00 to 06:30 of each day, 3 calls and then 1 not, 2 times,");
}

}  // namespace dynatape::interceptors
