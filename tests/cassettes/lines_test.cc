#include "cassettes/lines.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "cassettes/export.h"
#include "cassettes/import.h"
#include "cassettes/player.h"
#include "cassettes/volatile.h"
#include "tests/cassettes/recordings.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {
namespace {

std::string line_of(const Recording& recording, LineForm form = LineForm::readable) {
  return LineWriter(form).line(recording);
}

Recording usual() {
  Recording one = recording(1);
  one.request.headers = {{"X-Amz-Target", "DynamoDB_20120810.GetItem"},
                         {"Content-Type", "application/x-amz-json-1.0"},
                         {"User-Agent", "Boto3/1.26"},
                         {"amz-sdk-invocation-id", "b1946ac9-2492-4b3a-9d6f-1a2b3c4d5e6f"}};
  one.request.body = R"({"TableName": "t", "Key": {"id": {"N": "1.0"}}})";
  one.response.headers.add("x-amzn-RequestId", "ABC");
  one.response.body = R"({"Item":{"b":{"N":"1.50"},"a":{"SS":["y","x"]}}})";
  return one;
}

/// Writes `recordings` to a tape; its path.
std::string tape(const support::TempDir& dir, const std::vector<Recording>& recordings,
                 const std::string& name) {
  const std::string path = dir.file(name);
  auto store = Store::record(path);
  REQUIRE(store.has_value());
  std::vector<const Recording*> batch;
  for (const Recording& one : recordings) batch.push_back(&one);
  REQUIRE((*store)->append(batch).has_value());
  REQUIRE((*store)->close().has_value());
  return path;
}

std::string exported(const std::string& path, LineForm form = LineForm::readable) {
  std::ostringstream out;
  const auto done = export_lines(path, form, out);
  INFO((done ? "" : done.error().message));
  REQUIRE(done.has_value());
  return out.str();
}

std::string imported(const support::TempDir& dir, const std::string& lines,
                     const std::string& name) {
  std::istringstream in(lines);
  const auto count = import_lines(in, "the lines", dir.file(name));
  INFO((count ? "" : count.error().message) << "\n" << lines);
  REQUIRE(count.has_value());
  return dir.file(name);
}

/// What is answered to every request of `asked`, in order.
std::vector<std::string> replayed(const std::string& path, const std::vector<Recording>& asked) {
  auto store = Store::open(path);
  REQUIRE(store.has_value());
  auto player = Player::load(std::shared_ptr<Store>(std::move(*store)));
  REQUIRE(player.has_value());
  std::vector<std::string> answers;
  for (const Recording& one : asked) {
    const auto* operation = core::find_operation(one.operation);
    const Shape shape = volatile_shape(one.request, operation, one.started);
    const auto taken = (*player)->take({.key = shape.key, .shape = &shape});
    const auto* match = std::get_if<Player::Match>(&taken);
    if (!match) {
      answers.emplace_back("miss");
      continue;
    }
    const auto answer = (*player)->answer(*match);
    REQUIRE(answer.has_value());
    answers.push_back(std::to_string(answer->status) + " " + answer->body + " " +
                      std::string(answer->headers.get("content-type").value_or("none")));
  }
  return answers;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }
  template <class List>
  auto one_of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937_64 engine_;
};

std::uint64_t seed() {
  const char* given = std::getenv("DYNATAPE_TEST_SEED");
  const std::uint64_t value = given ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::cout << "lines: DYNATAPE_TEST_SEED=" << value << '\n';
  return value;
}

std::string random_body(Random& random) {
  static const std::string kBodies[] = {
      "",
      "{}",
      " {} ",
      R"({"b":1,"a":{"z":[],"y":[{"d":1,"c":[true,false,null]}]}})",
      "{\"a\":\n1}",
      "{\r\n}",
      R"({"a":1,"a":2})",
      R"({"N":123456789012345678901234567890,"x":1.0,"y":1e400,"z":-0})",
      R"({"s":"\u00e9\u0041\/\ud83d\ude00"})",
      R"({"s":"\ud800"})",
      R"({"TableName":"t","Key":{"id":{"S":"2023-11-14T22:13:20Z"}}})",
      R"({"TableName":"t","Key":{"id":{"N":"1700000000"}}})",
      "<html><body>502 Bad Gateway\r\n</body></html>",
      "line\nline\n",
      "\xff\xfe\x00\x01",
      std::string("nul\0nul", 7),
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
      "\xc3\x28",
      "\xe2\x80\xa8 separators \xc2\x85",
      "null",
      "\"text\"",
      "12",
      "[1, 2]",
      std::string(300, '[') + std::string(300, ']'),
      std::string(3000, '[') + std::string(3000, ']'),
  };
  std::string body = random.one_of(kBodies);
  if (body.empty() || random.below(4) > 0) return body;
  body[random.below(body.size())] = static_cast<char>(random.below(256));
  return body;
}

Recording random_recording(Random& random, std::int64_t id, const std::vector<Recording>& before) {
  static const core::Headers kHeaders[] = {
      {},
      {{"X-Amz-Target", "DynamoDB_20120810.GetItem"}},
      {{"content-type", "application/x-amz-json-1.0"},
       {"x-amz-target", "DynamoDB_20120810.GetItem"},
       {"accept-encoding", "gzip"}},
      {{"Content-Type", "text/html; charset=\"utf-8\""}, {"X-Odd", ": a:b"}, {"X-Odd", ""}},
  };
  Recording one = recording(id);
  one.operation = random.below(3) > 0 ? "GetItem" : "";
  one.request.headers = random.one_of(kHeaders);
  one.request.body = random_body(random);
  one.request.method = random.below(5) > 0 ? "POST" : "GET";
  one.request.target = random.below(5) > 0 ? "/" : "/a?b=\"\xff";
  one.response.headers = random.one_of(kHeaders);
  one.response.body = random_body(random);
  one.response.status = random.one_of(std::vector<int>{200, 400, 502});
  one.redactions = static_cast<int>(random.below(2));
  one.started += std::chrono::seconds(id);
  one.took = core::Duration(random.below(1'000'000));
  if (!before.empty() && random.below(4) == 0) {
    const Recording& first = before[random.below(before.size())];
    one.call = first.call;
    one.operation = first.operation;
    one.request = first.request;
  }
  one.key = fingerprint_of(one.request, core::find_operation(one.operation));
  return one;
}

}  // namespace

TEST_CASE("lines: a recording without what differs from run to run") {
  CHECK(line_of(usual()) ==
        R"({"operation":"GetItem","request":{"body":{"Key":{"id":{"N":"1.0"}},"TableName":"t"}},)"
        R"("response":{"body":{"Item":{"b":{"N":"1.50"},"a":{"SS":["y","x"]}}},"status":200}})");
}

TEST_CASE("lines: all of a recording, where that is asked for") {
  const auto line = nlohmann::ordered_json::parse(line_of(usual(), LineForm::exact));
  CHECK(line["arrival"] == 1);
  CHECK(line["started_us"] == 1'700'000'000'000'001);
  CHECK(line["took_us"] == 250);
  CHECK(line["request"]["headers"].size() == 4);
  CHECK(line["request"]["body"].dump() == R"({"TableName":"t","Key":{"id":{"N":"1.0"}}})");
  CHECK(line["response"]["headers"][1].dump() == R"(["x-amzn-RequestId","ABC"])");
}

TEST_CASE("lines: bodies that are not JSON are text or base64, and the line stays JSON") {
  Recording odd = usual();
  odd.request.body = "line\n\"one\"";
  odd.response.body = "\xff\x01";
  const auto line = nlohmann::json::parse(line_of(odd));
  CHECK(line["request"]["body_text"] == "line\n\"one\"");
  CHECK(line["response"]["body_text"]["base64"] == "/wE=");
}

TEST_CASE("lines: a retry is named by its distance") {
  LineWriter writer(LineForm::readable);
  Recording retry = recording(3);
  retry.call = 1;
  CHECK_THAT(writer.line(recording(1)), !Catch::Contains("retry_back"));
  CHECK_THAT(writer.line(recording(2)), !Catch::Contains("retry_back"));
  CHECK(nlohmann::json::parse(writer.line(retry))["retry_back"] == 2);
}

TEST_CASE("lines: the moment is told where a value is near it, and not again within ten minutes") {
  LineWriter writer(LineForm::readable);
  Recording timed = usual();
  timed.request.body = R"({"expires":{"N":"1700003600"}})";
  CHECK_THAT(writer.line(usual()), !Catch::Contains("recorded"));
  CHECK(nlohmann::json::parse(writer.line(timed))["recorded"] == "2023-11-14T22:13:20Z");
  timed.started += std::chrono::minutes(9);
  CHECK_THAT(writer.line(timed), !Catch::Contains("recorded"));
  timed.started += std::chrono::minutes(2);
  CHECK_THAT(writer.line(timed), Catch::Contains("2023-11-14T22:24:20Z"));
}

TEST_CASE("lines: export, import, export is a fixpoint, and what was imported replays the same") {
  Random random(seed());
  for (int round = 0; round < 60; ++round) {
    const support::TempDir dir;
    std::vector<Recording> recordings;
    const auto size = static_cast<std::int64_t>(1 + random.below(12));
    for (std::int64_t id = 1; id <= size; ++id) {
      recordings.push_back(random_recording(random, id, recordings));
    }
    const std::string original = tape(dir, recordings, "original.tape");
    for (const LineForm form : {LineForm::readable, LineForm::exact}) {
      const std::string name = form == LineForm::exact ? "exact" : "readable";
      const std::string lines = exported(original, form);
      const std::string again = imported(dir, lines, name + ".tape");
      INFO("round " << round << ", " << name);
      CHECK(exported(again, form) == lines);
      CHECK(replayed(again, recordings) == replayed(original, recordings));
      if (form == LineForm::exact) {
        auto store = Store::open(again);
        REQUIRE(store.has_value());
        CHECK(*(*store)->page(0, 100) == recordings);
      }
    }
  }
}

TEST_CASE("import: a wrong line is named, and no file is left") {
  const std::string good = line_of(usual());
  const std::string answer = R"("response":{"status":200}})";
  const std::pair<std::string, std::string> cases[] = {
      {"", "the lines: it has no line"},
      {"[]", "the lines, line 1: it is no JSON object"},
      {good + "\nnonsense", "line 2: it is no JSON object"},
      {R"({"operation":"GetItm","request":{},)" + answer, "operation is \"GetItm\", not"},
      {R"({"operation":"GetItem","request":{}})", "response is missing"},
      {R"({"operation":"GetItem",)" + answer, "request is missing"},
      {R"({"operation":"GetItem","request":{},"response":{}})", "response.status is missing"},
      {R"({"operation":"GetItem","request":{},"response":{"status":"200"}})",
       "response.status is \"200\", not a whole number from 100"},
      {R"({"operation":"GetItem","request":{"bdy":{}},)" + answer, "request.bdy is no member"},
      {R"({"operation":"GetItem","request":{"headers":[["a"]]},)" + answer, "[name, value]"},
      {R"({"operation":"GetItem","request":{"headers":[["a","b\nc: d"]]},)" + answer,
       "[name, value]"},
      {R"({"operation":"GetItem","request":{"body_text":{"base64":"?"}},)" + answer,
       "not a string"},
      {R"({"operation":"GetItem","retry_back":1,"request":{},)" + answer, "retry_back is 1"},
      {R"({"operation":"GetItem","recorded":"now","request":{},)" + answer, "recorded is"},
  };
  for (const auto& [lines, expected] : cases) {
    const support::TempDir dir;
    std::istringstream in(lines);
    const auto done = import_lines(in, "the lines", dir.file("new.tape"));
    INFO(lines);
    REQUIRE_FALSE(done.has_value());
    CHECK_THAT(done.error().message, Catch::Contains(expected));
    CHECK(std::filesystem::is_empty(dir.path()));
  }
}

TEST_CASE("import: a file that is there is never written over") {
  const support::TempDir dir;
  std::ofstream(dir.file("there.tape")) << "mine";
  std::istringstream in(line_of(usual()));
  const auto done = import_lines(in, "the lines", dir.file("there.tape"));
  REQUIRE_FALSE(done.has_value());
  CHECK_THAT(done.error().message, Catch::Contains("there.tape: it exists"));
}

}  // namespace dynatape::cassettes
