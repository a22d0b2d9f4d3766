// Streams against recordings of the service; all of them agree.

#include <catch2/catch.hpp>

#include "tests/golden/case.h"

namespace dynatape::golden {
namespace {

using nlohmann::json;

json answered(Service& service, const std::string& operation, const json& request) {
  const auto answer = call(service, operation, request);
  INFO(operation << ' ' << request.dump() << '\n' << answer.body);
  CHECK(answer.status == 200);
  return json::parse(answer.body);
}

/// `request` with its placeholders filled in from the stream of `table`.
json filled_in(Service& service, const std::string& table, json request) {
  const json listed = answered(service, "ListStreams", {{"TableName", table}});
  const json arn = listed["Streams"][0]["StreamArn"];
  const json described = answered(service, "DescribeStream", {{"StreamArn", arn}});
  const json shard = described["StreamDescription"]["Shards"][0];
  const json iterator = answered(
      service, "GetShardIterator",
      {{"StreamArn", arn}, {"ShardId", shard["ShardId"]}, {"ShardIteratorType", "TRIM_HORIZON"}});
  const json values = {
      {"<stream-arn>", arn},
      {"<shard-id>", shard["ShardId"]},
      {"<sequence-number>", shard["SequenceNumberRange"]["StartingSequenceNumber"]},
      {"<shard-iterator>", iterator["ShardIterator"]}};
  for (auto& member : request) {
    if (member.is_string()) member = values.value(member.get<std::string>(), member);
  }
  return request;
}

}  // namespace

TEST_CASE("golden: streams") {
  int cases = 0;
  for (const json& recorded : load("streams.jsonl")) {
    const auto service = make_service({});
    for (const json& step : recorded["setup"]) {
      (void)answered(*service, text(step, "operation"), step["request"]);
    }
    const bool refused = recorded.contains("type");
    const json request = refused
                             ? recorded["request"]
                             : filled_in(*service, text(recorded, "table"), recorded["request"]);
    const auto answer = call(*service, text(recorded, "operation"), request);
    INFO(recorded.dump().substr(0, 2000));
    INFO(answer.status << ' ' << answer.body);
    CHECK((refused ? same_error(recorded, answer) : same_response(recorded, answer)));
    ++cases;
  }
  CHECK(cases == 20);
}

}  // namespace dynatape::golden
