#include "interceptors/hook.h"

#include <catch2/catch.hpp>
#include <deque>
#include <nlohmann/json.hpp>

#include "core/http_client.h"
#include "interceptors/hook_message.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// A hook whose verdicts are given beforehand; keeps what it was asked.
class ScriptedHook final : public core::HttpClient {
 public:
  explicit ScriptedHook(std::deque<core::Result<core::Response>> said) : said_(std::move(said)) {}

  [[nodiscard]] core::Task<core::Result<core::Response>> post(core::Loop&, std::string url,
                                                              std::string body,
                                                              core::Duration timeout) override {
    asked.push_back(json::parse(body));
    urls.push_back(std::move(url));
    timeouts.push_back(timeout);
    auto next = said_.front();
    said_.pop_front();
    co_return next;
  }

  std::vector<json> asked;
  std::vector<std::string> urls;
  std::vector<core::Duration> timeouts;

 private:
  std::deque<core::Result<core::Response>> said_;
};

core::Response verdict(std::string body) { return {200, {}, std::move(body)}; }

/// Keeps what reaches it, and answers with a header of its own.
class Listening final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    bodies.push_back(exchange.request().body);
    headers = exchange.request().headers;
    exchange.note("upstream", "was here");
    exchange.when_sent([this](bool whole) { told = whole; });
    co_return core::Reply{{200, {{"x-amz-crc32", "1"}, {"x-own", "yes"}}, R"({"Count":1})"},
                          core::Source::remote,
                          {}};
  }

  std::vector<std::string> bodies;
  core::Headers headers;
  std::optional<bool> told;
};

/// A lab whose one rule is a hook with these options, which says these things.
struct HookLab {
  HookLab(std::string options, std::deque<core::Result<core::Response>> said)
      : hook(std::make_shared<ScriptedHook>(std::move(said))),
        lab(R"({"rules":[{"name":"mine","then":{"hook":)" + options + "}}]}", {{}, {}, hook}) {
    lab.pipeline.upstream = upstream;
  }

  [[nodiscard]] FaultTally tally() const { return lab.rules->tallies().front(); }

  std::shared_ptr<ScriptedHook> hook;
  std::shared_ptr<Listening> upstream = std::make_shared<Listening>();
  Lab lab;
};

const std::string kBrief = R"("http://127.0.0.1:9000/h")";
const std::string kBoth = R"({"url":"http://h:1","on":["request","answer"],"timeout":"250ms"})";
const std::string kOnAnswer = R"({"url":"http://h:1","on":"answer"})";

}  // namespace

TEST_CASE("hook: it is asked about the call, without what may be secret") {
  HookLab it(kBrief, {verdict("")});
  core::Request request = put_item("orders", "a").request();
  request.headers.add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/dynamodb/aws4_request, "
                      "SignedHeaders=host, Signature=5d672d79");
  request.headers.add("X-Amz-Security-Token", "tok");
  request.headers.add("X-Test", "one");
  request.headers.add("x-test", "two");
  core::Exchange exchange(17, request, it.lab.loop, it.lab.clock, {"s1"});
  const auto result = it.lab.loop.run(core::run(it.lab.pipeline, exchange));
  REQUIRE(result.has_value());
  CHECK(it.hook->urls.at(0) == "http://127.0.0.1:9000/h");
  CHECK(it.hook->timeouts.at(0) == std::chrono::seconds(2));
  CHECK(it.hook->asked.at(0) == json::parse(R"({
      "version": 1, "on": "request", "exchange": 17, "session": "s1", "rule": "mine",
      "operation": "PutItem", "table": "orders", "tables": ["orders"], "region": "eu-west-1",
      "access_key": "AKIA",
      "headers": {"x-amz-target": "DynamoDB_20120810.PutItem", "x-test": "one, two"},
      "params": {"TableName": "orders", "Item": {"pk": {"S": "a"}}}})"));
}

TEST_CASE("hook: parameters that are nested without end are not told, and pass") {
  HookLab it(kBrief, {verdict("")});
  const std::string deep(200'000, '[');
  const std::string body = R"({"TableName":"t","a":)" + deep + std::string(deep.size(), ']') + "}";
  CHECK(it.lab.call({"PutItem", body}).response.status == 200);
  CHECK(it.hook->asked.at(0).at("params").is_null());
  CHECK(it.upstream->bodies == std::vector{body});
}

TEST_CASE("hook: it passes with 204, with an empty body and with an empty object") {
  for (const core::Response& said :
       {core::Response{204, {}, ""}, verdict(""), verdict("{}"), verdict(" {} ")}) {
    HookLab it(kBrief, {said});
    const core::Reply reply = it.lab.call(put_item("t", "a"));
    CHECK(reply.source == core::Source::remote);
    CHECK(it.upstream->bodies == std::vector{put_item("t", "a").body});
    CHECK(it.tally().delivered == 1);
  }
}

TEST_CASE("hook: it answers instead of the upstream") {
  HookLab it(kBoth, {verdict(R"({"answer":{"body":{"z":1,"a":2},"headers":{"x-amz-crc32":"7",
                                           "X-Mine":"1"}}})")});
  const core::Reply reply = it.lab.call(put_item("t", "a"));
  CHECK(reply.response ==
        core::Response{200,
                       {{"Content-Type", "application/x-amz-json-1.0"}, {"X-Mine", "1"}},
                       R"({"z":1,"a":2})"});
  CHECK(reply.source == core::Source::fault);
  CHECK(it.upstream->bodies.empty());
  CHECK(it.hook->asked.size() == 1);  // its own answer is none to ask it about
  CHECK(it.lab.notes ==
        std::vector{core::Note{"hook", "mine, on the request: an answer of its own"}});
}

TEST_CASE("hook: it answers an exception of the service by name") {
  for (const std::string& options : {kBrief, kOnAnswer}) {
    HookLab it(options,
               {verdict(R"({"error":{"type":"BackupNotFoundException","message":"no such"}})")});
    const core::Reply reply = it.lab.call(put_item("t", "a"));
    CHECK(reply.response.status == 400);
    CHECK(reply.response.body ==
          R"({"__type":"com.amazonaws.dynamodb.v20120810#BackupNotFoundException",)"
          R"("message":"no such"})");
    CHECK(it.upstream->bodies.size() == (options == kBrief ? 0 : 1));
    CHECK(it.tally().delivered == 1);
  }
}

TEST_CASE("hook: an exception that cannot stand in for an answer leaves it, and is applied once") {
  // A cancelled transaction, for a call that is none.
  HookLab it(kOnAnswer, {verdict(R"({"error":"TransactionCanceledException"})")});
  CHECK(it.lab.call(put_item("t", "a")).response.body == R"({"Count":1})");
  CHECK(it.upstream->bodies.size() == 1);
  CHECK(it.tally().delivered == 0);
}

TEST_CASE("hook: edited parameters reach the upstream, whose notes and endings come back") {
  HookLab it(kBrief, {verdict(R"({"params":{"TableName":"other","Item":{"pk":{"S":"é"}}}})")});
  core::Request request = put_item("t", "a").request();
  request.headers.add("Content-Encoding", "gzip");
  request.encoded_body = "zipped";
  core::Exchange exchange(1, request, it.lab.loop, it.lab.clock);
  const auto result = it.lab.loop.run(core::run(it.lab.pipeline, exchange));
  REQUIRE(result.has_value());
  CHECK(it.upstream->bodies ==
        std::vector<std::string>{R"({"TableName":"other","Item":{"pk":{"S":"é"}}})"});
  CHECK(!it.upstream->headers.contains("Content-Encoding"));
  CHECK(exchange.notes().back() == core::Note{"upstream", "was here"});
  exchange.take_when_sent()(true);
  CHECK(it.upstream->told == true);
  CHECK(it.tally().delivered == 1);
}

TEST_CASE("hook: it is asked about the answer, and edits it") {
  HookLab it(kBoth, {verdict("{}"), verdict(R"({"answer":{"body":{"Count":2}}})")});
  const core::Reply reply = it.lab.call(put_item("t", "a"));
  CHECK(it.hook->asked.at(1).at("on") == "answer");
  CHECK(it.hook->asked.at(1).at("answer") ==
        json::parse(R"({"status":200,"headers":{"x-amz-crc32":"1","x-own":"yes"},
                        "body":{"Count":1}})"));
  CHECK(it.hook->timeouts.at(1) == std::chrono::milliseconds(250));
  // What the verdict leaves open stays; the checksum of the old body does not.
  CHECK(reply.response == core::Response{200, {{"x-own", "yes"}}, R"({"Count":2})"});
  CHECK(reply.source == core::Source::remote);
}

TEST_CASE("hook: where it fails the call ends in an error that no SDK retries") {
  HookLab it(kBrief, {core::failure("no answer within 2.0 s")});
  const core::Reply reply = it.lab.call(put_item("t", "a"));
  CHECK(reply.response.status == 400);
  CHECK(json::parse(reply.response.body) ==
        json{{"__type", "com.dynatape#HookFailedException"},
             {"message",
              "the hook http://127.0.0.1:9000/h of rule 'mine' gave no answer: no answer within "
              "2.0 s"}});
  CHECK(it.upstream->bodies.empty());
  CHECK(it.tally().undelivered ==
        std::map<std::string, std::uint64_t>{{"the hook gave no answer", 1}});
}

TEST_CASE("hook: where it fails and the rule says so the call goes on") {
  const std::string options = R"({"url":"http://h:1","on":["request","answer"],)"
                              R"("on_failure":"pass"})";
  HookLab on_request(options, {core::failure("gone")});
  CHECK(on_request.lab.call(put_item("t", "a")).response.body == R"({"Count":1})");
  CHECK(on_request.hook->asked.size() == 1);
  HookLab on_answer(options, {verdict("{}"), verdict("nonsense")});
  CHECK(on_answer.lab.call(put_item("t", "a")).response.body == R"({"Count":1})");
  CHECK(on_answer.tally().undelivered ==
        std::map<std::string, std::uint64_t>{{"the hook's answer was no verdict", 1}});
  CHECK(on_answer.lab.notes.back() ==
        core::Note{"hook", "mine, on the answer: failed, answered what is no JSON object"});
}

TEST_CASE("hook: what is no verdict is named") {
  const core::Response answer{200, {}, "{}"};
  const auto why = [](core::Response said, const core::Response* before = nullptr) {
    const auto read = read_hook_verdict(said, before);
    return read ? "" : read.error().message;
  };
  CHECK(why({500, {}, ""}) == "answered HTTP 500");
  CHECK(why(verdict("[]")) == "answered what is no JSON object");
  CHECK(why(verdict(R"({"anser":{}})")) ==
        R"(gave a verdict that is none: unknown member "anser"; did you mean "answer"?)");
  CHECK(why(verdict(R"({"answer":{"body":{}},"error":"InternalServerError"})")) ==
        "gave a verdict that is none: it has one of params, answer and error at most");
  CHECK(why(verdict(R"({"answer":{}})")) ==
        R"(gave a verdict that is none: answer: it needs "body", as JSON, or "text")");
  CHECK(why(verdict(R"({"answer":{"status":99,"body":{}}})")).find("200 to 599") !=
        std::string::npos);
  CHECK(why(verdict(R"({"error":"NoSuchException"})")).find("NoSuchException") !=
        std::string::npos);
  CHECK(why(verdict(R"({"params":{}})"), &answer).find("was applied") != std::string::npos);
  CHECK(why(verdict(R"({"params":[]})")).find("must be an object") != std::string::npos);
  CHECK(why(verdict(R"({"answer":{}})"), &answer).empty());
}

TEST_CASE("hook: mistakes in its options are named") {
  const auto mistake = [](std::string_view options) {
    return mistake_in(R"({"rules":[{"name":"r","then":{"hook":)" + std::string(options) + "}}]}");
  };
  for (const char* const url : {"https://a", "http://", "http://:1", "http://a:x", "http://a:0",
                                "http://a:70000", "http://a/?q", "a"}) {
    INFO(url);
    CHECK(mistake('"' + std::string(url) + '"').find("it must be an http:// URL") !=
          std::string::npos);
  }
  CHECK(mistake(R"({})").find(R"(it needs "url")") != std::string::npos);
  CHECK(mistake(R"({"url":"http://a","on":"both"})").find("both") != std::string::npos);
  CHECK(mistake(R"({"url":"http://a","timeout":"0s"})").find("above 0") != std::string::npos);
  CHECK(mistake(R"({"url":"http://a","on_failure":"retry"})").find("retry") != std::string::npos);
  CHECK(rules_of(R"({"rules":[{"name":"r","then":{"hook":"http://[::1]:9/a"}}]})")
            ->rules()
            .front()
            .then->describe() == "asks http://[::1]:9/a about the call, for up to 2s");
}

}  // namespace dynatape::interceptors
