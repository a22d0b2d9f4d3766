#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

/// The value of the first `"name":"…"` at or after `from`; empty where there is none.
std::string member(const std::string& json, const std::string& name, std::size_t from = 0) {
  const std::string start = "\"" + name + "\":\"";
  const auto at = json.find(start, from);
  if (at == std::string::npos) return {};
  const auto value = at + start.size();
  return json.substr(value, json.find('"', value) - value);
}

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// An emulator, and a table `table` with a stream where a test makes one.
class Fixture {
 public:
  Answer call(std::string_view operation, const std::string& body) {
    using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
    return emulator_.handle(operation, body,
                            {"account", "us-east-1", Time(std::chrono::seconds(now))});
  }
  /// The ARN of the new table's stream.
  std::string create(const std::string& view = "NEW_AND_OLD_IMAGES") {
    return member(
        call("CreateTable",
             R"({"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk",)"
             R"("AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
             R"("BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,)"
             R"("StreamViewType":")" +
                 view + "\"}}")
            .body,
        "LatestStreamArn");
  }
  Answer update(const std::string& specification) {
    return call("UpdateTable",
                R"({"TableName":"table","StreamSpecification":)" + specification + "}");
  }
  void put(const std::string& key, const std::string& more = "") {
    const Answer answer =
        call("PutItem", R"({"TableName":"table","Item":{"pk":{"S":")" + key + "\"}" + more + "}}");
    REQUIRE(answer.body == "{}");
  }
  void erase(const std::string& key) {
    call("DeleteItem", R"({"TableName":"table","Key":{"pk":{"S":")" + key + "\"}}}");
  }
  std::string describe(const std::string& arn, const std::string& more = "") {
    return call("DescribeStream", R"({"StreamArn":")" + arn + "\"" + more + "}").body;
  }
  Answer iterator_answer(const std::string& arn, const std::string& shard, const std::string& type,
                         const std::string& sequence = "") {
    return call("GetShardIterator",
                R"({"StreamArn":")" + arn + R"(","ShardId":")" + shard +
                    R"(","ShardIteratorType":")" + type + "\"" +
                    (sequence.empty() ? "" : ",\"SequenceNumber\":\"" + sequence + "\"") + "}");
  }
  /// An iterator of the stream's first shard.
  std::string iterator(const std::string& arn, const std::string& type = "TRIM_HORIZON",
                       const std::string& sequence = "") {
    return member(iterator_answer(arn, member(describe(arn), "ShardId"), type, sequence).body,
                  "ShardIterator");
  }
  std::string records(const std::string& iterator, const std::string& more = "") {
    return call("GetRecords", R"({"ShardIterator":")" + iterator + "\"" + more + "}").body;
  }

  std::int64_t now = 1'700'000'000;

 private:
  Emulator emulator_{Options{}};
};

constexpr std::string_view kDisable = R"({"StreamEnabled":false})";
constexpr std::string_view kEnable = R"({"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})";

}  // namespace

TEST_CASE_METHOD(Fixture, "streams: a record tells what happened to which item") {
  const std::string arn = create();
  put("Fred");
  put("Fred", R"(,"name":{"S":"Fred"})");
  erase("Fred");
  const std::string read = records(iterator(arn));
  CHECK(read.find(R"("dynamodb":{"ApproximateCreationDateTime":1700000000.0,)"
                  R"("Keys":{"pk":{"S":"Fred"}},"NewImage":{"pk":{"S":"Fred"}},)"
                  R"("SequenceNumber":"100000000000000000001","SizeBytes":12,)"
                  R"("StreamViewType":"NEW_AND_OLD_IMAGES"})") != std::string::npos);
  CHECK(read.find(R"("NewImage":{"name":{"S":"Fred"},"pk":{"S":"Fred"}},)"
                  R"("OldImage":{"pk":{"S":"Fred"}},"SequenceNumber":"100000000000000000002",)"
                  R"("SizeBytes":26)") != std::string::npos);
  CHECK(occurrences(read,
                    R"("eventName":"INSERT","eventSource":"aws:dynamodb","eventVersion":"1.1"})") ==
        1);
  CHECK(occurrences(read, R"("eventName":"MODIFY")") == 1);
  CHECK(occurrences(read, R"("eventName":"REMOVE")") == 1);
  CHECK(member(read, "eventID").size() == 32);
  const std::string next = member(read, "NextShardIterator");
  const std::string rest = records(next);
  CHECK(rest.find(R"("Records":[]})") != std::string::npos);
  CHECK_FALSE(member(rest, "NextShardIterator").empty());
}

TEST_CASE_METHOD(Fixture, "streams: what changes nothing leaves no record") {
  const std::string arn = create();
  put("a", R"(,"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}})");
  put("a", R"(,"m":{"M":{"y":{"N":"2.0"},"x":{"N":"1"}}})");
  erase("none");
  call("UpdateItem",
       R"({"TableName":"table","Key":{"pk":{"S":"a"}},"UpdateExpression":"REMOVE none"})");
  CHECK(occurrences(records(iterator(arn)), "eventName") == 1);
}

TEST_CASE_METHOD(Fixture, "streams: a view shows its images and no others") {
  const std::string view = GENERATE("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES");
  const std::string arn = create(view);
  put("a");
  put("a", R"(,"v":{"N":"1"})");
  erase("a");
  const std::string read = records(iterator(arn));
  INFO(view << read);
  CHECK(occurrences(read, R"("Keys":{"pk":{"S":"a"}})") == 3);
  CHECK(occurrences(read, "\"NewImage\"") == (view.find("NEW") == 0 ? 2 : 0));
  CHECK(occurrences(read, "\"OldImage\"") == (view.find("OLD") != std::string::npos ? 2 : 0));
}

TEST_CASE_METHOD(Fixture, "streams: an iterator begins where its type says") {
  const std::string arn = create();
  for (const auto* key : {"a", "b", "c"}) put(key);
  const std::string second = "100000000000000000002";
  CHECK(occurrences(records(iterator(arn, "AT_SEQUENCE_NUMBER", second)), "eventName") == 2);
  CHECK(occurrences(records(iterator(arn, "AFTER_SEQUENCE_NUMBER", second)), "eventName") == 1);
  const std::string latest = iterator(arn, "LATEST");
  put("d");
  const std::string read = records(latest);
  CHECK(occurrences(read, "eventName") == 1);
  CHECK(read.find(R"("S":"d")") != std::string::npos);
  const std::string page = records(iterator(arn), R"(,"Limit":3)");
  CHECK(occurrences(page, "eventName") == 3);
  CHECK(occurrences(records(member(page, "NextShardIterator")), "eventName") == 1);
  CHECK(records(iterator(arn), R"(,"Limit":1001)").find("at 'limit' failed") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "streams: an iterator is good for fifteen minutes") {
  const std::string arn = create();
  const std::string early = iterator(arn);
  now += 15 * 60;
  CHECK_FALSE(member(records(early), "NextShardIterator").empty());
  now += 1;
  CHECK(records(early).find("#ExpiredIteratorException") != std::string::npos);
  CHECK(records("nonsense").find("ValidationException") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "streams: a day later records are trimmed") {
  const std::string arn = create();
  put("old");
  now += 23 * 3600;
  put("young");
  now += 3600;
  const std::string shards = describe(arn);
  CHECK(occurrences(shards, "\"ShardId\"") == 2);
  CHECK(occurrences(records(iterator(arn)), "eventName") == 0);
  const std::string old_shard = member(shards, "ShardId");
  CHECK(iterator_answer(arn, old_shard, "AT_SEQUENCE_NUMBER", "100000000000000000001")
            .body.find(R"(#TrimmedDataAccessException","message":"The data you are trying to )"
                       R"(access has been trimmed")") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "streams: a shard four hours old is closed by the next write") {
  const std::string arn = create();
  put("a");
  const std::string parent = member(describe(arn), "ShardId");
  now += 4 * 3600;
  put("b");
  const std::string both = describe(arn);
  CHECK(both.find(R"("Shards":[{"SequenceNumberRange":{"EndingSequenceNumber":)"
                  R"("100000000000000000001","StartingSequenceNumber":"100000000000000000001"})") !=
        std::string::npos);
  CHECK(member(both, "ParentShardId") == parent);
  const std::string read = records(iterator(arn));
  CHECK(occurrences(read, "eventName") == 1);
  CHECK(member(read, "NextShardIterator").empty());
  const std::string children =
      describe(arn, R"(,"ShardFilter":{"Type":"CHILD_SHARDS","ShardId":")" + parent + "\"}");
  CHECK(occurrences(children, "\"ShardId\"") == 1);
  CHECK(member(children, "ParentShardId") == parent);
  const std::string first = describe(arn, R"(,"Limit":1)");
  CHECK(member(first, "LastEvaluatedShardId") == parent);
  CHECK(occurrences(describe(arn, R"(,"ExclusiveStartShardId":")" + parent + "\""),
                    "\"ShardId\"") == 1);
}

TEST_CASE_METHOD(Fixture, "streams: a closed shard is gone after a day") {
  const std::string arn = create();
  put("a");
  const std::string parent = member(describe(arn), "ShardId");
  now += 4 * 3600;
  put("b");
  now += 24 * 3600 - 1;
  CHECK(member(describe(arn), "ShardId") == parent);
  const std::string held = iterator(arn);
  now += 1;
  const std::string left = describe(arn);
  CHECK(occurrences(left, "\"ShardId\"") == 1);
  CHECK(left.find(parent) == std::string::npos);
  CHECK(records(held).find("#TrimmedDataAccessException") != std::string::npos);
  CHECK(iterator_answer(arn, parent, "TRIM_HORIZON", "").body.find("#ResourceNotFoundException") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "streams: a disabled one is read for a day, the next has another ARN") {
  const std::string arn = create();
  put("a");
  CHECK(update(std::string(kDisable)).status == 200);
  CHECK(update(std::string(kDisable)).status == 400);
  put("unseen");
  const std::string again = member(update(std::string(kEnable)).body, "LatestStreamArn");
  CHECK(again != arn);
  CHECK(update(std::string(kEnable)).status == 400);
  put("b");
  CHECK(describe(arn).find(R"("StreamStatus":"DISABLED")") != std::string::npos);
  CHECK(occurrences(records(iterator(arn)), "eventName") == 1);
  CHECK(occurrences(records(iterator(again)), "eventName") == 1);
  CHECK(occurrences(call("ListStreams", "{}").body, "StreamArn") == 2);
  now += 24 * 3600;
  CHECK(describe(arn) ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":)"
        R"("Requested resource not found: Stream: )" +
            arn + R"( not found"})");
  CHECK(occurrences(call("ListStreams", "{}").body, "StreamArn") == 1);
}

TEST_CASE_METHOD(Fixture, "streams: one outlives its table") {
  const std::string arn = create();
  put("a");
  call("DeleteTable", R"({"TableName":"table"})");
  CHECK(occurrences(records(iterator(arn)), "eventName") == 1);
  CHECK(call("ListStreams", R"({"TableName":"table"})").body ==
        R"({"Streams":[{"StreamArn":")" + arn + R"(","StreamLabel":")" +
            arn.substr(arn.rfind('/') + 1) + R"(","TableName":"table"}]})");
  CHECK(call("ListStreams", R"({"TableName":"other"})").body == R"({"Streams":[]})");
  CHECK(call("ListStreams", R"({"ExclusiveStartStreamArn":")" + arn + "\"}").body ==
        R"({"Streams":[]})");
}

TEST_CASE_METHOD(Fixture, "streams: an item removed by time to live says so") {
  const std::string arn = create();
  call("UpdateTimeToLive", R"({"TableName":"table","TimeToLiveSpecification":)"
                           R"({"Enabled":true,"AttributeName":"ttl"}})");
  put("a", R"(,"ttl":{"N":"1700000010"})");
  put("b", R"(,"ttl":{"N":"1700000010"})");
  erase("b");
  now += 61;
  const std::string read = records(iterator(arn));
  CHECK(occurrences(read, R"("eventName":"REMOVE")") == 2);
  CHECK(occurrences(read, R"("eventVersion":"1.1","userIdentity":{"PrincipalId":)"
                          R"("dynamodb.amazonaws.com","Type":"Service"}})") == 1);
}

TEST_CASE_METHOD(Fixture, "streams: a transaction that fails leaves no record") {
  const std::string arn = create();
  put("a");
  call("TransactWriteItems",
       R"({"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"b"}}}},)"
       R"({"ConditionCheck":{"TableName":"table","Key":{"pk":{"S":"a"}},)"
       R"-("ConditionExpression":"attribute_not_exists(pk)"}}]})-");
  CHECK(occurrences(records(iterator(arn)), "eventName") == 1);
}

}  // namespace dynatape::emulator
