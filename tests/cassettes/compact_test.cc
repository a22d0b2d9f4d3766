#include "cassettes/compact.h"

#include "cassettes/each_recording.h"
#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {
namespace {

const std::string kAsk = R"({"TableName":"t","Key":{"id":{"S":"a"}}})";

std::string tape(const support::TempDir& dir) {
  return TapeBuilder()
      .call("GetItem", kAsk, "{}", 500)
      .call("ListTables", "{}")
      .call("GetItem", kAsk, R"({"Item":{}})")
      .retry_of(1)
      .call("GetItem", kAsk)
      .write(dir, "a.tape");
}

/// "1/1 ListTables 200": id, call, operation and status of each.
std::vector<std::string> held(const std::string& path) {
  std::vector<std::string> all;
  const auto recordings = recordings_of(path);
  REQUIRE(recordings.has_value());
  for (const Recording& one : *recordings) {
    all.push_back(std::to_string(one.id) + "/" + std::to_string(one.call) + " " + one.operation +
                  " " + std::to_string(one.response.status));
  }
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("compact: of each call the last attempt stays") {
  const support::TempDir dir;
  const std::string path = tape(dir);
  const auto done = compact(path, {}, path);
  REQUIRE(done.has_value());
  CHECK(done->kept == 3);
  CHECK(done->attempts_dropped == 1);
  CHECK(done->recordings_dropped == 0);
  CHECK(held(path) == Texts{"1/1 ListTables 200", "2/2 GetItem 200", "3/3 GetItem 200"});
}

TEST_CASE("compact: what the user names goes, with its attempts, and retries may stay") {
  const support::TempDir dir;
  const std::string path = tape(dir);
  REQUIRE(compact(path, {{3}, true}, dir.file("b.tape")).has_value());
  CHECK(held(dir.file("b.tape")) == Texts{"1/1 ListTables 200", "2/2 GetItem 200"});
  REQUIRE(compact(path, {{2}, true}, dir.file("c.tape")).has_value());
  CHECK(held(dir.file("c.tape")) == Texts{"1/1 GetItem 500", "2/1 GetItem 200", "3/3 GetItem 200"});
  CHECK_THAT(compact(path, {{9}, false}, path).error().message,
             Catch::EndsWith("it has no interaction 9 to drop"));
  CHECK_THAT(compact(path, {}, dir.file("b.tape")).error().message, Catch::Contains("it exists"));
}

}  // namespace dynatape::cassettes
