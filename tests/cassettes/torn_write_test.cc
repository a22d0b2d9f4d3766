#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "cassettes/log_state.h"
#include "cassettes/recover.h"
#include "tests/cassettes/recordings.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

// What a power failure may leave of a log that nobody synced: its end missing, or other bytes in
// it.

namespace dynatape::cassettes {
namespace {

constexpr std::int64_t kRecordings = 60;
constexpr std::size_t kLogHeader = 32;
constexpr std::size_t kFrame = 24 + 4096;

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

namespace {

/// The first commit only says that there is a log.
std::int64_t recordings_in(const LogState& log) {
  return std::max<std::int64_t>(static_cast<std::int64_t>(log.commits) - 1, 0);
}

/// What a torn log does to a cassette: refused as it stands, and both files left alone; recovered,
/// it holds the recordings before `at`, and the log is kept.
void check_torn(const Remains& remains, const std::string& log, std::size_t at) {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  write_file(path, remains.file);
  write_file(path + "-wal", log);
  const LogState seen = log_state(path + "-wal");
  const auto opened = Store::open(path);
  REQUIRE(opened.has_value() == !seen.damaged_at.has_value());
  if (opened) {
    // Nothing can be told from a log that was cut within its last transaction.
    CHECK(whole_recordings(**opened) == recordings_in(seen));
    CHECK(recordings_in(seen) >= kRecordings - 2);
    return;
  }
  CHECK(*seen.damaged_at <= at);
  CHECK_THAT(opened.error().message,
             Catch::Contains("cassette " + path + ": its log " + path + "-wal is damaged at byte " +
                             std::to_string(*seen.damaged_at)) &&
                 Catch::Contains("dynatape cassette recover " + path));
  CHECK_FALSE(Store::record(path).has_value());
  CHECK(read_file(path) == remains.file);
  CHECK(read_file(path + "-wal") == log);
  const auto recovered = recover(path);
  REQUIRE(recovered.has_value());
  CHECK(recovered->recordings == recordings_in(seen));
  CHECK(recovered->damaged_log == path + "-wal.damaged");
  CHECK(read_file(path + "-wal.damaged") == log);
  CHECK(recovered->recordings + static_cast<std::int64_t>(recovered->lost_commits) <=
        kRecordings + 1);
  const auto store = Store::open(path);
  REQUIRE(store.has_value());
  CHECK(whole_recordings(**store) == recovered->recordings);
}

}  // namespace

TEST_CASE(
    "torn write: what is lost behind other bytes in the log is said before anything is lost") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Remains remains = killed_recording();
  for (int round = 0; round < 40; ++round) {
    std::string log = remains.log;
    const std::size_t at = random() % log.size();
    const std::size_t torn = std::min<std::size_t>(512, log.size() - at);
    for (std::size_t i = at; i < at + torn; ++i) log[i] = static_cast<char>(random());
    INFO("torn at " << at << " of " << log.size());
    check_torn(remains, log, at);
  }
}

TEST_CASE("torn write: pages of a log that never reached the disk are a damage, also at its end") {
  const Remains remains = killed_recording();
  for (const std::size_t part : {0UZ, 2UZ, 4UZ, 5UZ}) {
    const std::size_t at = (remains.log.size() - kLogHeader) / kFrame * part / 5 * kFrame;
    const std::size_t from = std::min(at == 0 ? 0 : kLogHeader + at, remains.log.size() - kFrame);
    INFO("blank from " << from << " of " << remains.log.size());
    std::string log = remains.log.substr(0, from);
    log.resize(remains.log.size(), '\0');
    check_torn(remains, log, from);
  }
}

TEST_CASE("torn write: what an earlier log left behind the present one is no damage") {
  const support::TempDir dir;
  const std::string path = dir.file("a.db");
  auto database = Connection::open(path, Connection::Access::create);
  REQUIRE(database.has_value());
  REQUIRE(
      database->run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                    "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000));"
                    "PRAGMA wal_checkpoint(FULL);"
                    "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);"));
  write_file(dir.file("copy"), read_file(path + "-wal"));
  CHECK(read_file(dir.file("copy")).size() > 100'000);
  CHECK(log_state(dir.file("copy")) == LogState{.commits = 2});
  CHECK(log_state(dir.file("none")) == LogState{});
}

TEST_CASE("torn write: a file without the log that belongs to it is refused, and says so") {
  const Remains remains = killed_recording();
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  write_file(path, remains.file);
  for (const bool again : {false, true}) {
    INFO("again " << again);
    const auto opened = Store::open(path);
    REQUIRE_FALSE(opened.has_value());
    CHECK_THAT(opened.error().message, Catch::Contains("put " + path + "-wal beside it"));
    CHECK(read_file(path) == remains.file);
  }
  write_file(path + "-wal", remains.log);
  CHECK(Store::open(path).has_value());
  const std::string other = dir.file("b.tape");
  write_file(other, remains.file);
  const auto recovered = recover(other);
  REQUIRE(recovered.has_value());
  CHECK(recovered->recordings == 0);
  CHECK(Store::open(other).has_value());
}

TEST_CASE("torn write: another program may fold the log that a killed recorder left") {
  const Remains remains = killed_recording();
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  write_file(path, remains.file);
  write_file(path + "-wal", remains.log);
  REQUIRE(Connection::open(path, Connection::Access::write)
              ->integer("SELECT count(*) FROM interaction") == kRecordings);
  REQUIRE_FALSE(std::filesystem::exists(path + "-wal"));
  const auto store = Store::open(path);
  REQUIRE(store.has_value());
  CHECK(whole_recordings(**store) == kRecordings);
}

TEST_CASE("torn write: a cassette whose recorder was killed is recovered whole") {
  const Remains remains = killed_recording();
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  write_file(path, remains.file);
  write_file(path + "-wal", remains.log);
  const auto recovered = recover(path);
  REQUIRE(recovered.has_value());
  CHECK(recovered->recordings == kRecordings);
  CHECK(recovered->damaged_log.empty());
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  CHECK_FALSE(std::filesystem::exists(path + "-wal.damaged"));
  CHECK_FALSE(recover(dir.file("none")).has_value());
}

}  // namespace dynatape::cassettes
