#include "cassettes/diff.h"

#include <sstream>

#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {
namespace {

const std::string kA = "6fa459ea-ee8a-4ca4-894e-db77e160355e";
const std::string kB = "0fe9ac5b-25f2-4c5e-9a3c-3f1f5e0f4d7a";
const std::string kC = "3b241101-e2bb-4255-8caf-4136c566a962";
const std::string kD = "9b2a3c4d-1111-4222-8333-444455556666";

std::string key(const std::string& id) {
  return R"({"TableName":"t","Key":{"id":{"S":")" + id + R"("}}})";
}

TapeBuilder take(const std::string& first, const std::string& second, const std::string& read,
                 core::TimePoint start) {
  const auto at = std::to_string(start.time_since_epoch().count() / 1'000'000);
  TapeBuilder tape(start);
  for (const std::string& id : {first, second}) {
    tape.call("PutItem", R"({"Item":{"id":{"S":")" + id + R"("},"n":{"N":")" +
                             (id == first ? "1" : "2") + R"("},"at":{"N":")" + at +
                             R"("}},"TableName":"t"})");
  }
  tape.call("GetItem", key(read), R"({"Item":{"id":{"S":")" + read + R"("}}})");
  return tape;
}

DiffCounts compared(const std::string& a, const std::string& b, std::string& text) {
  std::ostringstream out;
  const auto counts = diff(a, b, out);
  REQUIRE(counts.has_value());
  text = out.str();
  return *counts;
}

}  // namespace

TEST_CASE("diff: two takes of one test, with other values and on another day, are the same") {
  const support::TempDir dir;
  const auto a = take(kA, kB, kA, kRecorded).write(dir, "a.tape");
  const auto b = take(kC, kD, kC, kRecorded + std::chrono::hours(72)).write(dir, "b.tape");
  std::string text;
  CHECK(compared(a, b, text) == DiffCounts{3, 0, 0, 0});
  CHECK(text.empty());
}

TEST_CASE("diff: a value that stands for two is told") {
  const support::TempDir dir;
  const auto a = take(kA, kB, kA, kRecorded).write(dir, "a.tape");
  const auto b = take(kC, kD, kD, kRecorded).write(dir, "b.tape");
  std::string text;
  CHECK(compared(a, b, text) == DiffCounts{2, 0, 0, 1});
  CHECK_THAT(text, Catch::StartsWith("~ #3 → #3 GetItem\n") &&
                       Catch::Contains("uuid " + kA + " corresponds to " + kD +
                                       ", but in #1 it was " + kC));
}

TEST_CASE("diff: requests that mean the same are, however they are written") {
  const support::TempDir dir;
  const auto update = [](const std::string& expression, const std::string& names,
                         const std::string& values) {
    return R"({"TableName":"t","Key":{"id":{"S":"1"}},"UpdateExpression":")" + expression +
           R"(","ExpressionAttributeNames":{)" + names + R"(},"ExpressionAttributeValues":{)" +
           values + "}}";
  };
  const auto before =
      update("SET #s = :s, n = :n", R"("#s":"state")", R"(":s":{"S":"on"},":n":{"N":"1"})");
  const auto reworded =
      update("SET n = :a, #x = :b", R"("#x":"state")", R"(":b":{"S":"on"},":a":{"N":"1.0"})");
  const auto changed =
      update("SET n = :a, #x = :b", R"("#x":"state")", R"(":b":{"S":"off"},":a":{"N":"1"})");
  const auto a = TapeBuilder().call("UpdateItem", before).write(dir, "a.tape");
  const auto b = TapeBuilder().call("UpdateItem", reworded).write(dir, "b.tape");
  const auto c = TapeBuilder().call("UpdateItem", changed).write(dir, "c.tape");
  std::string text;
  CHECK(compared(a, b, text) == DiffCounts{1, 0, 0, 0});
  CHECK(text.empty());
  CHECK(compared(a, c, text) == DiffCounts{0, 0, 0, 1});
  CHECK(text ==
        "~ #1 → #1 UpdateItem\n"
        "    request.UpdateExpression.state: SET state = \"on\" → SET state = \"off\"\n");
}

TEST_CASE("diff: values that stand in no order correspond as the others have it") {
  const support::TempDir dir;
  const auto put = [](const std::string& id) {
    return R"({"TableName":"t","Item":{"id":{"S":")" + id + R"("}}})";
  };
  const auto batch = [](const std::string& one, const std::string& two) {
    return R"({"RequestItems":{"t":{"Keys":[{"id":{"S":")" + one + R"("}},{"id":{"S":")" + two +
           R"("}}]}}})";
  };
  for (const bool turned : {false, true}) {
    const auto a = TapeBuilder()
                       .call("PutItem", put(kA))
                       .call("PutItem", put(kB))
                       .call("BatchGetItem", batch(kA, kB))
                       .write(dir, turned ? "a1.tape" : "a.tape");
    const auto b = TapeBuilder()
                       .call("PutItem", put(kC))
                       .call("PutItem", put(kD))
                       .call("BatchGetItem", turned ? batch(kD, kC) : batch(kC, kD))
                       .write(dir, turned ? "b1.tape" : "b.tape");
    std::string text;
    CHECK(compared(a, b, text) == DiffCounts{3, 0, 0, 0});
  }
}

TEST_CASE("diff: added, removed and changed interactions, with the parts that differ") {
  const support::TempDir dir;
  const auto a = TapeBuilder()
                     .call("GetItem", key("one"), R"({"Item":{"n":{"N":"1"}}})")
                     .call("GetItem", key("two"))
                     .call("DeleteItem", key("gone"))
                     .write(dir, "a.tape");
  const auto b = TapeBuilder()
                     .call("ListTables", "{}")
                     .call("GetItem", key("one"), R"({"Item":{"n":{"N":"2"},"m":{"S":"x"}}})")
                     .call("GetItem", key("two"))
                     .write(dir, "b.tape");
  std::string text;
  CHECK(compared(a, b, text) == DiffCounts{1, 1, 1, 1});
  CHECK(
      text ==
      "~ #1 → #2 GetItem\n"
      "    response.body.Item.m: absent → {\"S\":\"x\"}\n"
      "    response.body.Item.n.N: \"1\" → \"2\"\n"
      R"(+ #1 {"operation":"ListTables","request":{"body":{}},"response":{"body":{},"status":200}})"
      "\n"
      R"(- #3 {"operation":"DeleteItem","request":{"body":{"Key":{"id":{"S":"gone"}},)"
      R"("TableName":"t"}},"response":{"body":{},"status":200}})"
      "\n");
}

}  // namespace dynatape::cassettes
