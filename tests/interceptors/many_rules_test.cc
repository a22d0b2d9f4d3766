// Many rules together decide as each of them would alone, however they are looked up.

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/rng.h"
#include "lab.h"
#include "tests/support/random_seed.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// Values from small pools, so that rules and calls meet.
class Random {
 public:
  explicit Random(std::uint64_t seed) : rng_(seed) {}

  bool chance(double probability) { return rng_.chance(probability); }
  std::uint64_t below(std::uint64_t end) { return rng_.next() % end; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }

  std::string table() {
    return one_of<std::string>({"t", "u", "arn:aws:dynamodb:eu-west-1:1:table/t"});
  }
  std::string key() { return one_of<std::string>({"a", "b", "c"}); }
  std::string operation() {
    return one_of<std::string>({"GetItem", "PutItem", "BatchGetItem", "Query"});
  }
  std::string region() { return one_of<std::string>({"eu-west-1", "us-east-1"}); }
  std::string tenant() { return one_of<std::string>({"x", "y", "zz"}); }
  std::string sdk() { return one_of<std::string>({"boto3", "aws-sdk-js"}); }

 private:
  core::Rng rng_;
};

json one_or_two(const auto& value) {
  json values = json::array({value()});
  if (json other = value(); other != values[0]) values.push_back(std::move(other));
  return values;
}

json random_when(Random& random) {
  json when = json::object();
  if (random.chance(0.6)) when["operation"] = one_or_two([&] { return random.operation(); });
  if (random.chance(0.5)) when["table"] = one_or_two([&] { return random.table(); });
  if (random.chance(0.25)) when["key"] = {{"pk", random.key()}};
  if (random.chance(0.1)) when["key"] = {{"pk", {{"one_of", {"a", "c"}}}}};
  if (random.chance(0.1)) when["key"] = {{"pk", {{"prefix", random.key()}}}};
  if (random.chance(0.2)) when["header"] = {{"X-Tenant", random.tenant()}};
  if (random.chance(0.1)) when["header"] = {{"x-tenant", {{"prefix", "z"}}}};
  if (random.chance(0.15)) when["region"] = random.region();
  if (random.chance(0.15)) when["sdk"] = one_or_two([&] { return random.sdk(); });
  if (random.chance(0.1)) when["session"] = random.one_of<std::string>({"default", "other"});
  if (random.chance(0.1)) when["index"] = random.one_of<std::string>({"i", "j"});
  if (random.chance(0.2)) when["every"] = 1 + random.below(6);
  if (random.chance(0.15)) when["after"] = random.below(20);
  if (random.chance(0.1)) when["first"] = 1 + random.below(30);
  if (random.chance(0.1)) when["sequence"] = {{"fail", 1 + random.below(3)}, {"pass", 4}};
  const bool counts = when.contains("every") || when.contains("after") || when.contains("first") ||
                      when.contains("sequence");
  if (counts && random.chance(0.3)) when["per"] = "key";
  if (random.chance(0.15)) when["attempt"] = 1 + random.below(2);
  if (random.chance(0.3)) when["probability"] = random.one_of({0.0, 0.1, 0.5, 0.9});
  return when;
}

CallSpec random_call(Random& random) {
  CallSpec call;
  call.operation = random.operation();
  const json key = {{"pk", {{"S", random.key()}}}};
  json body = {{"TableName", random.table()}};
  if (call.operation == "GetItem") {
    body["Key"] = key;
  } else if (call.operation == "PutItem") {
    body["Item"] = key;
  } else if (call.operation == "BatchGetItem") {
    body = {{"RequestItems", {{random.table(), {{"Keys", {key, {{"pk", {{"S", "b"}}}}}}}}}}};
    body["RequestItems"][random.table()] = {{"Keys", {{{"pk", {{"S", random.key()}}}}}}};
  } else {
    body["KeyConditionExpression"] = "pk = :k";
    body["ExpressionAttributeValues"] = {{":k", key["pk"]}};
    if (random.chance(0.5)) body["IndexName"] = random.one_of<std::string>({"i", "k"});
  }
  call.body = body.dump();
  call.region = random.region();
  if (random.chance(0.7)) call.headers.add("x-tenant", random.tenant());
  if (random.chance(0.7)) call.headers.add("User-Agent", random.sdk() + "/1.2");
  return call;
}

std::string file(const std::vector<json>& rules) {
  return json{{"seed", 11}, {"rules", rules}}.dump();
}

}  // namespace

TEST_CASE("many rules: each hits the calls that it would hit alone, also after edits") {
  Random random(support::random_seed("many rules"));
  for (int round = 0; round < 8; ++round) {
    std::vector<json> rules;
    std::vector<std::unique_ptr<Lab>> alone;  // by the number in a rule's name
    for (std::size_t i = 0; i < 40; ++i) {
      json when = random_when(random);
      json rule = {{"name", std::to_string(i)}, {"then", {{"latency", "1ms"}}}};
      if (!when.empty()) rule["when"] = std::move(when);
      if (!read_rules(file({rule}), "rules.json")) continue;  // picks no call ever
      rule["name"] = std::to_string(alone.size());
      alone.push_back(std::make_unique<Lab>(file({rule})));
      rules.push_back(std::move(rule));
    }
    Lab together(file(rules));
    for (int step = 0; step < 150; ++step) {
      if (random.chance(0.02)) {
        std::swap(rules[random.below(rules.size())], rules[random.below(rules.size())]);
        if (rules.size() > 10) rules.erase(rules.begin());
        together.edit(file(rules));
      }
      CallSpec call = random_call(random);
      if (random.chance(0.7)) call.invocation = "call " + std::to_string(step);
      const int attempts = random.chance(0.2) ? 2 : 1;
      for (int attempt = 0; attempt < attempts; ++attempt) {
        std::vector<std::string> expected;
        std::vector<std::string> hit;
        for (auto& lab : alone) lab->call(call);
        for (const json& rule : rules) {
          const auto name = rule.at("name").get<std::string>();
          if (!alone.at(std::stoul(name))->faults.empty()) expected.push_back(name);
        }
        together.call(call);
        for (const auto& fault : together.faults) hit.push_back(fault->rule());
        INFO(file(rules) << "\n" << call.operation << " " << call.body << " step " << step);
        REQUIRE(hit == expected);
      }
    }
  }
}

}  // namespace dynatape::interceptors
