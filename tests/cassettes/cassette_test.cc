#include "cassettes/cassette.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/cassettes/recordings.h"
#include "tests/support/child.h"
#include "tests/support/manual_loop.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {
namespace {

using Catch::Contains;

template <class T>
std::string problem(const core::Result<T>& result) {
  return result ? "none" : result.error().message;
}

std::unique_ptr<Cassette> opened(const std::string& path, Mode mode) {
  auto cassette = Cassette::open({path, mode});
  if (!cassette) throw std::runtime_error(cassette.error().message);
  return std::move(*cassette);
}

/// Sends calls to one cassette.
struct Caller {
  Cassette& cassette;
  support::ManualLoop loop = {};
  core::FrozenClock clock{core::TimePoint(std::chrono::seconds(1'700'000'000))};

  /// The place of recording(n) on the tape, as a note.
  std::string record(std::int64_t n) {
    core::Exchange exchange(1, recording(n).request, loop, clock);
    const auto note = loop.run(
        cassette.record(exchange, cassette.draft(exchange).value(), recording(n).response));
    return note ? *note : note.error().message;
  }
  /// What the tape answers to recording(n)'s request.
  core::Result<std::optional<Cassette::Answer>> replay(std::int64_t n) {
    const core::Exchange exchange(1, recording(n).request, loop, clock);
    return loop.run(cassette.replay(exchange));
  }
};

/// Records recording(first) ... recording(last) and closes the tape.
void record(const std::string& path, std::int64_t first, std::int64_t last) {
  const auto cassette = opened(path, Mode::all);
  Caller caller{*cassette};
  for (std::int64_t n = first; n <= last; ++n) caller.record(n);
  REQUIRE(problem(cassette->close()) == "none");
}

/// Records as record() does and is killed before it closes the tape.
void record_and_die(const std::string& path, std::int64_t first, std::int64_t last) {
  support::Child child([&](int pipe) {
    const auto cassette = opened(path, Mode::all);
    Caller caller{*cassette};
    for (std::int64_t n = first; n <= last; ++n) caller.record(n);
    if (::write(pipe, "x", 1) == 1) ::pause();
  });
  REQUIRE(child.read(1) == "x");
  child.kill();
}

/// The ids of GetItem that stand on a tape, by recording()'s numbers: "3 4".
std::string keys_on(const std::string& path) {
  auto store = Store::open(path);
  if (!store) return store.error().message;
  const auto recordings = (*store)->page(0, 1'000);
  if (!recordings) return recordings.error().message;
  std::string keys;
  for (const Recording& one : *recordings) {
    if (!keys.empty()) keys += ' ';
    for (std::int64_t n = 1; n <= 100; ++n) {
      if (one.request.body == recording(n).request.body) keys += std::to_string(n);
    }
  }
  return keys;
}

std::vector<std::string> files_in(const support::TempDir& dir) {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(dir.path())) {
    names.push_back(file.path().filename());
  }
  return names;
}

}  // namespace

TEST_CASE("cassette: all replaces a tape whose recorder was killed, log and all") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record_and_die(path, 1, 50);
  REQUIRE(std::filesystem::exists(path + "-wal"));
  record(path, 60, 61);
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  CHECK(keys_on(path) == "60 61");
}

TEST_CASE("cassette: all does not replace a tape beside which a log appeared") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, 1, 1);
  for (const char* log : {"-wal", "-journal"}) {
    {
      const auto cassette = opened(path, Mode::all);
      CHECK(Caller{*cassette}.record(2) == "#1");
      std::ofstream(path + log) << "x";
      CHECK_THAT(problem(cassette->close()), Contains("it was kept, because " + path + log));
    }
    std::filesystem::remove(path + log);
    CHECK(keys_on(path) == "1");
    CHECK(keys_on(path + ".recording") == "2");
    std::filesystem::remove(path + ".recording");
  }
}

TEST_CASE("cassette: a new tape that is being recorded is refused to a second recorder") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const auto first = opened(path, Mode::all);
  Caller caller{*first};
  CHECK(caller.record(1) == "#1");
  for (const Mode mode : {Mode::all, Mode::new_episodes, Mode::once}) {
    CHECK_THAT(support::in_child([&] { return problem(Cassette::open({path, mode})); }),
               Contains("another process is recording it"));
  }
  CHECK(caller.record(2) == "#2");
  REQUIRE(problem(first->close()) == "none");
  CHECK(keys_on(path) == "1 2");
}

TEST_CASE("cassette: a tape that is recorded anew is replayed, but not recorded, by others") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, 1, 1);
  const auto first = opened(path, Mode::all);
  CHECK(Caller{*first}.record(2) == "#1");
  for (const Mode mode : {Mode::all, Mode::new_episodes}) {
    CHECK_THAT(support::in_child([&] { return problem(Cassette::open({path, mode})); }),
               Contains("another process is recording it"));
  }
  CHECK(support::in_child([&] { return problem(Cassette::open({path, Mode::none})); }) == "none");
  REQUIRE(problem(first->close()) == "none");
  CHECK(keys_on(path) == "2");
  CHECK(problem(Cassette::open({path, Mode::new_episodes})) == "none");
}

TEST_CASE("cassette: a new tape on which nothing was recorded leaves no file, closed or not") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  for (const Mode mode : {Mode::all, Mode::once, Mode::new_episodes}) {
    CHECK(problem(opened(path, mode)->close()) == "none");
    CHECK(files_in(dir).empty());
    opened(path, mode).reset();  // as where the process fails to start
    CHECK(files_in(dir).empty());
  }
}

TEST_CASE("cassette: a tape stays where nothing was recorded to it anew, and blocks no recorder") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, 1, 1);
  for (const Mode mode : {Mode::all, Mode::once, Mode::new_episodes}) {
    opened(path, mode).reset();
    CHECK(files_in(dir) == std::vector<std::string>{"a.tape"});
    static_cast<void>(opened(path, mode)->close());
    CHECK(files_in(dir) == std::vector<std::string>{"a.tape"});
  }
  CHECK(keys_on(path) == "1");
}

TEST_CASE("cassette: an unfinished tape without recordings blocks no recorder") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, 1, 1);
  record_and_die(path, 1, 0);
  REQUIRE(std::filesystem::exists(path + ".recording"));
  record(path, 2, 2);
  CHECK(keys_on(path) == "2");
  CHECK(files_in(dir) == std::vector<std::string>{"a.tape"});
}

TEST_CASE("cassette: what was recorded stays where the tape is not closed") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  {
    const auto cassette = opened(path, Mode::all);
    CHECK(Caller{*cassette}.record(1) == "#1");
  }
  CHECK(keys_on(path) == "1");
}

TEST_CASE("cassette: a tape that cannot be read is a failure in the summary, the first one named") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, 1, 50);
  // A summary reads recordings, which a reader may keep in memory.
  CHECK_FALSE(opened(path, Mode::none)->summary().failure);
  const auto cassette = opened(path, Mode::none);
  std::filesystem::resize_file(path, 4'096);
  Caller caller{*cassette};
  const std::string first = problem(caller.replay(30));
  CHECK_THAT(first, Contains("cassette " + path + ": "));
  CHECK_FALSE(caller.replay(40));
  const auto summary = cassette->summary();
  CHECK(summary.failure == first);
  CHECK(summary.refused == 2);
  CHECK(summary.replayed == 0);
}

}  // namespace dynatape::cassettes
