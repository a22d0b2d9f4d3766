#include "cassettes/store.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "cassettes/file_header.h"
#include "tests/cassettes/recordings.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {
namespace {

using Catch::Contains;

template <class T>
std::string problem(const core::Result<T>& result) {
  return result ? "none" : result.error().message;
}

void write(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A closed cassette with recordings 1 ... `count`.
void make(const std::string& path, std::int64_t count) {
  auto store = Store::record(path);
  REQUIRE(problem(store) == "none");
  REQUIRE(problem(append(**store, 1, count)) == "none");
  REQUIRE(problem((*store)->close()) == "none");
}

/// What opening `path` for reading and for recording says; both must say the same.
std::string refusal(const std::string& path) {
  const std::string reading = problem(Store::open(path));
  CHECK(problem(Store::record(path)) == reading);
  CHECK_FALSE(reading.contains('\n'));
  CHECK_THAT(reading, Catch::StartsWith("cassette " + path + ": "));
  return reading;
}

void run_sql(const std::string& path, const char* sql) {
  auto connection = Connection::open(path, Connection::Access::create);
  REQUIRE(problem(connection) == "none");
  REQUIRE(problem(connection->run(sql)) == "none");
}

/// Runs as an ordinary user, for whom permissions count.
std::string as_nobody(const std::function<std::string()>& work) {
  return support::in_child([&work]() -> std::string {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return "cannot become nobody";
    return work();
  });
}

}  // namespace

TEST_CASE("store: what goes in comes out") {
  const support::TempDir dir;
  make(dir.file("a.tape"), 3);
  auto store = Store::open(dir.file("a.tape"));
  REQUIRE(problem(store) == "none");
  CHECK((*store)->read(2) == recording(2));
  CHECK((*store)->response(3) == recording(3).response);
  CHECK((*store)->last_id() == 3);
  CHECK((*store)->page(1, 10)->size() == 2);
  CHECK((*store)->questions(0, 10, "PutItem")->empty());
  const auto questions = (*store)->questions(1, 1, "GetItem");
  REQUIRE(questions->size() == 1);
  CHECK(questions->front().id == 2);
  CHECK(questions->front().call == 2);
  CHECK(questions->front().operation == "GetItem");
  CHECK(questions->front().request == recording(2).request);
  CHECK_THAT(problem((*store)->read(4)), Contains("it has no interaction 4"));
}

TEST_CASE("store: every byte of a body and of a header is kept") {
  const support::TempDir dir;
  Recording odd = recording(1);
  odd.request.body = std::string("\0\xff\n'\"", 5);
  odd.response.body = "";
  odd.response.headers = {{"X-Empty", ""}, {"X-Colon", "a: b: c"}};
  odd.operation = "";
  odd.call = 7;
  odd.redactions = 2;
  {
    auto store = Store::record(dir.file("odd ?#%41.tape"));
    REQUIRE(problem(store) == "none");
    const Recording* const batch[] = {&odd};
    REQUIRE(problem((*store)->append(batch)) == "none");
  }
  auto store = Store::open(dir.file("odd ?#%41.tape"));
  REQUIRE(problem(store) == "none");
  CHECK((*store)->read(1) == odd);
  CHECK((*store)->has_redactions() == true);
}

TEST_CASE("store: the header says what the file is") {
  const support::TempDir dir;
  make(dir.file("a.tape"), 1);
  auto connection = Connection::open(dir.file("a.tape"), Connection::Access::read);
  REQUIRE(problem(connection) == "none");
  CHECK(connection->integer("PRAGMA application_id") == std::int64_t{kApplicationId});
  CHECK(connection->integer("PRAGMA user_version") == std::int64_t{kFormatVersion});
}

TEST_CASE("store: a batch that fails is not there in part") {
  const support::TempDir dir;
  auto store = Store::record(dir.file("a.tape"));
  REQUIRE(problem(store) == "none");
  const Recording one = recording(1);
  const Recording two = recording(2);
  const Recording* const batch[] = {&one, &two, &one};
  CHECK_FALSE((*store)->append(batch));
  CHECK((*store)->last_id() == 0);
}

TEST_CASE("store: keys of another version are made anew from the stored requests") {
  const support::TempDir dir;
  make(dir.file("a.tape"), 40);
  const auto before = (*Store::open(dir.file("a.tape")))->places();
  run_sql(dir.file("a.tape"),
          "UPDATE setting SET value = '0' WHERE name = 'key_version';"
          "UPDATE interaction SET key = zeroblob(16)");
  const auto after = (*Store::open(dir.file("a.tape")))->places();
  CHECK(before->size() == 40);
  CHECK(after == before);
}

TEST_CASE("store: what is no cassette is refused in one line, and left alone") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const std::string long_text(5'000, 'x');
  for (const std::string& text : {std::string("hello\n"), std::string("x"), long_text}) {
    write(path, text);
    CHECK_THAT(refusal(path), Contains("it is not a cassette; name another file"));
    CHECK(std::filesystem::file_size(path) == text.size());
  }
  std::filesystem::remove(path);
  run_sql(path, "CREATE TABLE t (a)");
  CHECK_THAT(refusal(path), Contains("it is a SQLite database but not a cassette"));
}

TEST_CASE("store: a newer cassette is refused by its version") {
  const support::TempDir dir;
  make(dir.file("a.tape"), 1);
  run_sql(dir.file("a.tape"), "PRAGMA user_version = 9");
  CHECK_THAT(refusal(dir.file("a.tape")),
             Contains("it has format 9 and this dynatape reads 1; use a newer dynatape"));
}

TEST_CASE("store: a directory, a pipe, and a path through nothing are refused") {
  const support::TempDir dir;
  CHECK_THAT(refusal(dir.path().string()), Contains("it is a directory; name a file"));
  REQUIRE(::mkfifo(dir.file("pipe").c_str(), 0600) == 0);
  CHECK_THAT(refusal(dir.file("pipe")), Contains("it is not a regular file"));
  CHECK_THAT(problem(Store::record(dir.file("no/such/a.tape"))),
             Contains("no file can be made in " + dir.file("no/such") + ": No such file"));
  CHECK_THAT(problem(Store::open(dir.file("a.tape"))), Contains("record it first"));
}

TEST_CASE("store: a cassette cut short is refused") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  make(path, 50);
  const auto whole = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, whole / 2);
  CHECK_THAT(refusal(path), Contains("it is cut short: " + std::to_string(whole / 2) + " of " +
                                     std::to_string(whole) + " bytes"));
}

TEST_CASE("store: random damage is an error or an answer, never a crash") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 30; ++round) {
    std::filesystem::remove(path);
    make(path, 30);
    {
      std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
      for (int i = 0; i < 200; ++i) {
        file.seekp(
            static_cast<std::streamoff>(100 + random() % (std::filesystem::file_size(path) - 100)));
        file.put(static_cast<char>(random()));
      }
    }
    auto store = Store::open(path);
    if (!store) continue;
    static_cast<void>((*store)->places());
    for (std::int64_t id = 1; id <= 30; ++id) static_cast<void>((*store)->read(id));
  }
}

TEST_CASE("store: while one records, nobody else records or replays") {
  const support::TempDir dir;
  auto first = Store::record(dir.file("a.tape"));
  REQUIRE(problem(first) == "none");
  REQUIRE(problem(append(**first, 1, 1)) == "none");
  CHECK_THAT(refusal(dir.file("a.tape")), Contains("another process is recording it"));
  CHECK_THAT(support::in_child([&] { return problem(Store::record(dir.file("a.tape"))); }),
             Contains("another process is recording it"));
  REQUIRE(problem((*first)->close()) == "none");
  CHECK(problem(Store::open(dir.file("a.tape"))) == "none");
}

TEST_CASE("store: a look at a file that this process records leaves its locks") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const auto recording_it = Store::record(path);
  REQUIRE(problem(recording_it) == "none");
  CHECK_FALSE(Store::open(path).has_value());
  // Another process asks the system, not SQLite, which it inherited.
  CHECK(support::in_child([&]() -> std::string {
          struct flock lock{};
          lock.l_type = F_RDLCK;
          lock.l_len = 0;
          const int file = ::open(path.c_str(), O_RDONLY);
          if (::fcntl(file, F_GETLK, &lock) != 0) return "no answer";
          return lock.l_type == F_UNLCK ? "unlocked" : "locked";
        }) == "locked");
}

TEST_CASE("store: while one replays, nobody records, and is told why") {
  const support::TempDir dir;
  make(dir.file("a.tape"), 1);
  const auto replaying = Store::open(dir.file("a.tape"));
  REQUIRE(problem(replaying) == "none");
  CHECK_THAT(problem(Store::record(dir.file("a.tape"))),
             Contains("another process is replaying or reading it"));
}

TEST_CASE("store: many replay at once") {
  const support::TempDir dir;
  make(dir.file("a.tape"), 1);
  const auto first = Store::open(dir.file("a.tape"));
  CHECK(support::in_child([&] { return problem(Store::open(dir.file("a.tape"))); }) == "none");
}

TEST_CASE("store: a read-only cassette replays and cannot be recorded to") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  make(path, 2);
  ::chmod(path.c_str(), 0444);
  ::chmod(dir.path().c_str(), 0555);
  CHECK(as_nobody([&]() -> std::string {
          auto store = Store::open(path);
          if (!store) return store.error().message;
          return std::to_string(*(*store)->last_id());
        }) == "2");
  CHECK_THAT(as_nobody([&] { return problem(Store::record(path)); }),
             Contains("it is read-only; make it and its directory writable"));
  CHECK_THAT(as_nobody([&] { return problem(Store::record(dir.file("b.tape"))); }),
             Contains("no file can be made in " + dir.path().string() + ": Permission denied"));
  ::chmod(path.c_str(), 0);
  CHECK_THAT(as_nobody([&] { return problem(Store::open(path)); }),
             Contains("it cannot be opened: Permission denied"));
  ::chmod(dir.path().c_str(), 0700);
}

namespace {

/// Appends until it fails: "COUNT PROBLEM".
std::string append_all(Store& store) {
  std::int64_t committed = 0;
  auto done = append(store, 1, 1);
  for (; done; done = append(store, committed + 1, committed + 1)) ++committed;
  return std::to_string(committed) + " " + done.error().message;
}

/// The cassette at `path` holds just as many as append_all() said.
std::string check_committed(const std::string& path, const std::string& said) {
  const std::int64_t committed = std::stoll(said);
  auto store = Store::open(path);
  if (!store) return store.error().message;
  if ((*store)->last_id() != committed) return "another number of recordings is in it";
  if ((*store)->read(committed) != recording(committed)) return "the last recording differs";
  return committed > 10 ? "whole" : "too few";
}

}  // namespace

TEST_CASE("store: at the limit on file sizes, what was committed stays and opens") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const std::string said = support::in_child([&]() -> std::string {
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    auto store = Store::record(path);
    if (!store) return store.error().message;
    const rlimit limit{300'000, 300'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return append_all(**store);
  });
  CHECK_THAT(said, Contains("it cannot be written to; check the disk's space and the limit"));
  CHECK(check_committed(path, said) == "whole");
}

TEST_CASE("store: where the disk is full, what was committed stays and opens") {
  const support::TempDir dir;
  const support::TempDir saved;
  const std::string said = support::in_child([&]() -> std::string {
    const char* place = dir.path().c_str();
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", place, "tmpfs", 0, "size=512k") != 0) {
      return "no disk of its own";
    }
    const std::string path = dir.file("a.tape");
    auto store = Store::record(path);
    if (!store) return store.error().message;
    const std::string appended = append_all(**store);
    // Even the small indexes and the folding of the log may find no room: then both files stay.
    const auto closed = (*store)->close();
    store->reset();
    if (!closed && !std::filesystem::exists(path + "-wal")) return "the log is gone";
    std::filesystem::copy(dir.path(), saved.path());
    return appended;
  });
  if (said == "no disk of its own") {
    WARN("needs root: not run");
    return;
  }
  CHECK_THAT(said, Contains("the disk is full; free some space"));
  CHECK(check_committed(saved.file("a.tape"), said) == "whole");
}

}  // namespace dynatape::cassettes
