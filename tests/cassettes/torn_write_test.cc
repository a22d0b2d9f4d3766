#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/cassettes/recordings.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

// What a power failure may leave of a log that nobody synced: its end missing, or other bytes in
// it.

namespace dynatape::cassettes {
namespace {

constexpr std::int64_t kRecordings = 60;
constexpr std::size_t kLogHeader = 32;

std::string read_file(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// A tape whose recorder was killed: the file and its log.
struct Remains {
  std::string file;
  std::string log;
};

Remains killed_recording() {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  support::Child child([&path](int pipe) {
    auto store = Store::record(path);
    if (!store || !append(**store, 1, kRecordings)) ::_exit(1);
    static_cast<void>(!::write(pipe, "x", 1));
    ::pause();
  });
  REQUIRE(child.read(1) == "x");
  child.kill();
  return {read_file(path), read_file(path + "-wal")};
}

/// How many recordings the tape has; each of them must be whole, and none may be missing between.
std::int64_t whole_recordings(Store& store) {
  const auto last = store.last_id();
  REQUIRE(last.has_value());
  for (std::int64_t id = 1; id <= *last; ++id) {
    const auto read = store.read(id);
    REQUIRE(read.has_value());
    REQUIRE(*read == recording(id));
  }
  return *last;
}

}  // namespace

TEST_CASE("torn write: a log that ends early gives the recordings before its end, whole") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Remains remains = killed_recording();
  REQUIRE(remains.log.size() > 10'000);
  std::int64_t most = 0;
  for (int round = 0; round < 40; ++round) {
    const support::TempDir dir;
    const std::string path = dir.file("a.tape");
    const std::size_t end = round == 0 ? remains.log.size() : random() % remains.log.size();
    INFO("the log ends at " << end);
    write_file(path, remains.file);
    write_file(path + "-wal", remains.log.substr(0, end));
    auto store = Store::open(path);
    // Without the pages that make it a cassette it is refused.
    if (!store) {
      CHECK_THAT(store.error().message, Catch::Contains(path));
      CHECK(end < 100'000);
      continue;
    }
    const std::int64_t count = whole_recordings(**store);
    if (round == 0) CHECK(count == kRecordings);
    most = std::max(most, count);
    store->reset();
    // And it can be recorded on.
    auto recorder = Store::record(path);
    REQUIRE(recorder.has_value());
    REQUIRE(append(**recorder, count + 1, count + 3).has_value());
    CHECK(whole_recordings(**recorder) == count + 3);
  }
  CHECK(most == kRecordings);
}

TEST_CASE("torn write: other bytes in the log cost what stands behind them, never what is before") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Remains remains = killed_recording();
  for (int round = 0; round < 40; ++round) {
    const support::TempDir dir;
    const std::string path = dir.file("a.tape");
    std::string log = remains.log;
    const std::size_t at = kLogHeader + random() % (log.size() - kLogHeader);
    const std::size_t torn = std::min<std::size_t>(512, log.size() - at);
    for (std::size_t i = at; i < at + torn; ++i) log[i] = static_cast<char>(random());
    INFO("torn at " << at << " of " << log.size());
    write_file(path, remains.file);
    write_file(path + "-wal", log);
    auto store = Store::open(path);
    if (!store) continue;  // refused, in one line
    CHECK(whole_recordings(**store) <= kRecordings);
  }
}

}  // namespace dynatape::cassettes
