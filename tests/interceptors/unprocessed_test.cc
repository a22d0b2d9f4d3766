#include "interceptors/unprocessed.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "interceptors/batch.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

std::string rule(std::string_view options) {
  return R"({"rules":[{"name":"r","then":{"unprocessed":)" + std::string(options) + "}}]}";
}

json put(const std::string& id) { return {{"PutRequest", {{"Item", {{"id", {{"S", id}}}}}}}}; }
json erase(const std::string& id) { return {{"DeleteRequest", {{"Key", {{"id", {{"S", id}}}}}}}}; }
json key(const std::string& id) { return {{"id", {{"S", id}}}}; }

CallSpec batch_write(json tables) {
  return {"BatchWriteItem", json{{"RequestItems", std::move(tables)}}.dump()};
}
CallSpec batch_get(json tables) {
  return {"BatchGetItem", json{{"RequestItems", std::move(tables)}}.dump()};
}

/// Answers each request with an answer given before, and keeps what it was sent.
class Scripted final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    bodies.push_back(json::parse(exchange.request().body));
    core::Response response{200, {}, answers.at(bodies.size() - 1)};
    if (response.body.find("__type") != std::string::npos) response.status = 400;
    co_return core::Reply{std::move(response), core::Source::remote, {}};
  }
  std::vector<std::string> answers;
  std::vector<json> bodies;
};

struct Bench {
  explicit Bench(std::string_view options, std::vector<std::string> answers) : lab(rule(options)) {
    upstream->answers = std::move(answers);
    lab.pipeline.upstream = upstream;
  }
  json answer(const CallSpec& spec) { return json::parse(lab.call(spec).response.body); }
  [[nodiscard]] FaultTally tally() const { return lab.rules->tallies().front(); }

  Lab lab;
  std::shared_ptr<Scripted> upstream = std::make_shared<Scripted>();
};

}  // namespace

TEST_CASE("unprocessed: the chosen entries come back, and the upstream sees the others") {
  Bench bench(R"({"key":{"id":{"S":"b"}}})", {R"({"UnprocessedItems":{}})"});
  const json answer = bench.answer(batch_write({{"t", {put("a"), put("b"), erase("c")}}}));
  CHECK(answer == json{{"UnprocessedItems", {{"t", {put("b")}}}}});
  CHECK(bench.upstream->bodies.front().at("RequestItems") == json{{"t", {put("a"), erase("c")}}});
  CHECK(bench.tally().delivered == 1);
  CHECK(bench.lab.notes == std::vector<core::Note>{{"unprocessed", "r: 1 of 3 entries"}});
}

TEST_CASE("unprocessed: a table whose entries are all chosen is not asked for") {
  Bench bench(R"({"key":[{"id":{"S":"a"}},{"id":{"S":"b"}}]})",
              {R"({"Responses":{"u":[{"id":{"S":"c"}}]},"UnprocessedKeys":{}})"});
  const json asked = {{"Keys", {key("a"), key("b")}}, {"ConsistentRead", true}};
  const json answer = bench.answer(batch_get({{"t", asked}, {"u", {{"Keys", {key("c")}}}}}));
  CHECK(bench.upstream->bodies.front().at("RequestItems") == json{{"u", {{"Keys", {key("c")}}}}});
  CHECK(answer == json{{"Responses", {{"t", json::array()}, {"u", {key("c")}}}},
                       {"UnprocessedKeys", {{"t", asked}}}});
}

TEST_CASE("unprocessed: what the upstream left by itself stays among the unprocessed") {
  Bench write(R"({"key":{"id":{"S":"a"}}})",
              {json{{"UnprocessedItems", {{"t", {put("b")}}}}}.dump()});
  CHECK(write.answer(batch_write({{"t", {put("a"), put("b")}}})) ==
        json{{"UnprocessedItems", {{"t", {put("b"), put("a")}}}}});
  Bench read(
      R"({"key":{"id":{"S":"a"}}})",
      {json{{"Responses", json::object()}, {"UnprocessedKeys", {{"t", {{"Keys", {key("b")}}}}}}}
           .dump()});
  CHECK(read.answer(batch_get({{"t", {{"Keys", {key("a"), key("b")}}}}})).at("UnprocessedKeys") ==
        json{{"t", {{"Keys", {key("b"), key("a")}}}}});
}

TEST_CASE("unprocessed: a batch left out as a whole is not passed on") {
  Bench bench(R"({"fraction":1})", {});
  const core::Reply reply = bench.lab.call(batch_write({{"t", {put("a"), put("b")}}}));
  CHECK(reply.source == core::Source::fault);
  CHECK(json::parse(reply.response.body) ==
        json{{"UnprocessedItems", {{"t", {put("a"), put("b")}}}}});
  CHECK(bench.upstream->bodies.empty());
}

TEST_CASE("unprocessed: a batch left out as a whole consumes nothing") {
  Bench bench(R"({"count":100})", {});
  const CallSpec call{"BatchGetItem", R"({"ReturnConsumedCapacity":"INDEXES",
      "RequestItems":{"t":{"Keys":[{"id":{"S":"a"}}]}}})"};
  CHECK(bench.answer(call).at("ConsumedCapacity").dump() ==
        R"([{"CapacityUnits":0.0,"Table":{"CapacityUnits":0.0},"TableName":"t"}])");
}

TEST_CASE("unprocessed: count chooses so many, or all there are") {
  const auto chosen = [](std::vector<std::string> ids) {
    Bench bench(R"({"count":2})", {R"({"UnprocessedItems":{}})"});
    json requests = json::array();
    for (const auto& id : ids) requests.push_back(put(id));
    return bench.answer(batch_write({{"t", requests}})).at("UnprocessedItems").at("t").size();
  };
  CHECK(chosen({"a", "b", "c", "d"}) == 2);
  CHECK(chosen({"a"}) == 1);
}

TEST_CASE("unprocessed: the same seed chooses the same entries") {
  const auto chosen = [](std::uint64_t seed) {
    Lab lab(rule(R"({"fraction":0.5})"), {seed, ""});
    json requests = json::array();
    for (int i = 0; i < 25; ++i) requests.push_back(put(std::to_string(i)));
    std::vector<json> answers;
    for (int i = 0; i < 4; ++i) {
      answers.push_back(json::parse(lab.call(batch_write({{"t", requests}})).response.body));
    }
    return answers;
  };
  CHECK(chosen(1) == chosen(1));
  CHECK(chosen(1) != chosen(2));
  CHECK(chosen(1)[0] != chosen(1)[1]);  // each call anew
}

TEST_CASE("unprocessed: what cannot be cut down goes on as it is, and is told") {
  const auto undelivered = [](const CallSpec& spec, std::string answer = "{}") {
    Bench bench(R"({"key":{"id":{"S":"a"}}})", {std::move(answer)});
    const core::Reply reply = bench.lab.call(spec);
    CHECK(bench.upstream->bodies.front() == json::parse(spec.body));
    CHECK(reply.source == core::Source::remote);
    REQUIRE(bench.tally().undelivered.size() == 1);
    return bench.tally().undelivered.begin()->first;
  };
  const std::string refused = "the service refuses the batch as a whole";
  CHECK(undelivered(get_item("t", "a")) == "the call is no batch");
  CHECK(undelivered(batch_write({{"t", {put("b")}}})) == "it chose no entry of the batch");
  CHECK(undelivered(batch_write({{"t", {put("a"), erase("a")}}})) == refused);
  CHECK(undelivered(batch_write({{"t", {put("a"), json::object()}}})) == refused);
  CHECK(undelivered(batch_write({{"t", json::array()}})) == refused);
  CHECK(undelivered({"BatchGetItem", "{}"}) == refused);
  json many = json::array();
  for (int i = 0; i < 26; ++i) many.push_back(put(std::to_string(i)));
  CHECK(undelivered(batch_write({{"t", many}})) == refused);
}

TEST_CASE("unprocessed: where the rest of the batch fails, its client hears just that") {
  const std::string error = R"({"__type":"x#ResourceNotFoundException"})";
  Bench bench(R"({"key":{"id":{"S":"a"}}})", {error});
  CHECK(bench.answer(batch_write({{"t", {put("a"), put("b")}}})) == json::parse(error));
  CHECK(bench.tally().undelivered.begin()->first == "the rest of the batch was not carried out");
}

TEST_CASE("unprocessed: an upstream that checks signatures gets the batch as it was signed") {
  Bench bench(R"({"key":{"id":{"S":"a"}}})",
              {R"({"__type":"com.amazon.coral.service#InvalidSignatureException"})",
               R"({"UnprocessedItems":{}})"});
  const CallSpec call = batch_write({{"t", {put("a"), put("b")}}});
  CHECK(bench.answer(call) == json{{"UnprocessedItems", json::object()}});
  CHECK(bench.upstream->bodies.back() == json::parse(call.body));
  CHECK(bench.tally().delivered == 0);
}

TEST_CASE("unprocessed: its options are told apart") {
  CHECK(mistake_in(rule("{}")) ==
        "rules.json: rules[0].then.unprocessed: it takes exactly one of count, fraction, key");
  CHECK(mistake_in(rule(R"({"count":1,"fraction":0.5})")) ==
        "rules.json: rules[0].then.unprocessed: it takes exactly one of count, fraction, key");
  CHECK(mistake_in(rule(R"({"key":{"id":"a"}})")) ==
        "rules.json: rules[0].then.unprocessed.key is an object; it must be attributes with their "
        R"(values, such as {"id": {"S": "a"}})");
  CHECK(
      mistake_in(rule(R"({"count":0})")) ==
      "rules.json: rules[0].then.unprocessed.count is 0; it must be a whole number from 1 to 100");
}

}  // namespace dynatape::interceptors
