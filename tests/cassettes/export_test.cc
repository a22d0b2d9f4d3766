#include "cassettes/export.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cassettes/recordings.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {
namespace {

/// A cassette of `recordings`; its path.
std::string tape(const support::TempDir& dir, const std::vector<Recording>& recordings) {
  const std::string path = dir.file("a.tape");
  auto store = Store::record(path);
  REQUIRE(store.has_value());
  std::vector<const Recording*> batch;
  for (const Recording& one : recordings) batch.push_back(&one);
  REQUIRE((*store)->append(batch).has_value());
  REQUIRE((*store)->close().has_value());
  return path;
}

Recording small(std::int64_t id) {
  Recording one = recording(id);
  one.response.body = R"({"Item":{"b":{"N":"1.50"}, "a":{"SS":["y","x"]}}})";
  return one;
}

}  // namespace

TEST_CASE("export: every recording of a long tape, in order") {
  const support::TempDir dir;
  std::vector<Recording> recordings;
  for (std::int64_t id = 1; id <= 600; ++id) recordings.push_back(small(id));
  std::ostringstream out;
  REQUIRE(export_lines(tape(dir, recordings), LineForm::readable, out).has_value());
  std::istringstream lines(out.str());
  LineWriter writer(LineForm::readable);
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) CHECK(line == writer.line(recordings[count++]));
  CHECK(count == 600);
}

TEST_CASE("list: one line per recording, attempts named as such") {
  const support::TempDir dir;
  Recording retry = small(2);
  retry.call = 1;
  Recording other = small(3);
  other.operation = "";
  other.request = {"GET", "/x", {}, "", {}};
  std::ostringstream out;
  REQUIRE(list(tape(dir, {small(1), retry, other}), out).has_value());
  CHECK(out.str() ==
        "#1  GetItem  t  200  0.250 ms\n"
        "#2  retry of #1  GetItem  t  200  0.250 ms\n"
        "#3  GET /x  -  200  0.250 ms\n");
}

TEST_CASE("show: a recording in full") {
  const support::TempDir dir;
  const std::string path = tape(dir, {small(1)});
  std::ostringstream out;
  REQUIRE(show(path, 1, out).has_value());
  CHECK_THAT(out.str(), Catch::StartsWith("#1  GetItem  0.250 ms\n\nPOST /\n  X-Amz-Target: ") &&
                            Catch::Contains("\n  \"TableName\": \"t\",\n") &&
                            Catch::Contains("\n200\n  Content-Type: "));
  CHECK(show(path, 9, out).error().message == "cassette " + path + ": it has no interaction 9");
}

}  // namespace dynatape::cassettes
