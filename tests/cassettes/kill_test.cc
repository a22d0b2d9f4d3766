#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "cassettes/recorder.h"
#include "tests/cassettes/recordings.h"
#include "tests/support/child.h"
#include "tests/support/manual_loop.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {
namespace {

constexpr int kConnections = 16;
constexpr std::size_t kAckBytes = sizeof(std::int64_t);

/// Appends for ever; says the id of each recording once it is acknowledged.
core::Task<void> connection(Recorder& recorder, core::Loop& loop, int pipe) {
  for (std::int64_t n = 1;; ++n) {
    const auto id = co_await recorder.append(recording(n), "", loop);
    if (!id || ::write(pipe, &*id, kAckBytes) != static_cast<ssize_t>(kAckBytes)) ::_exit(1);
  }
}

void record_for_ever(const std::string& path, int pipe) {
  auto store = Store::record(path);
  if (!store) ::_exit(1);
  auto recorder = Recorder::make(std::shared_ptr<Store>(std::move(*store)));
  if (!recorder) ::_exit(1);
  support::ManualLoop loop;
  for (int i = 0; i < kConnections; ++i) core::start(connection(**recorder, loop, pipe));
  loop.run_ready();
}

std::vector<std::int64_t> ids_in(std::string_view bytes) {
  std::vector<std::int64_t> ids(bytes.size() / kAckBytes);
  std::memcpy(ids.data(), bytes.data(), ids.size() * kAckBytes);
  return ids;
}

std::string integrity(const std::string& path) {
  auto connection = Connection::open(path, Connection::Access::read);
  if (!connection) return connection.error().message;
  auto check = connection->prepare("PRAGMA integrity_check");
  if (!check) return check.error().message;
  if (const auto row = check->step(); !row || !*row) return "no answer";
  return std::string(check->bytes(0));
}

}  // namespace

TEST_CASE("kill: whenever the recorder is killed, the cassette holds all it acknowledged") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20; ++round) {
    const support::TempDir dir;
    const std::string path = dir.file("a.tape");
    std::string acknowledged;
    {
      support::Child child([&path](int pipe) { record_for_ever(path, pipe); });
      acknowledged = child.read(kAckBytes * (1 + random() % 3'000));
      child.kill();
      for (auto rest = child.read(4096); !rest.empty(); rest = child.read(4096)) {
        acknowledged += rest;
      }
    }
    auto store = Store::open(path);
    REQUIRE(store.has_value());
    CHECK(integrity(path) == "ok");
    const auto ids = ids_in(acknowledged);
    CHECK_FALSE(ids.empty());
    for (const std::int64_t id : ids) {
      const auto read = (*store)->read(id);
      REQUIRE(read.has_value());
      REQUIRE(read->response == recording(1).response);
    }
  }
}

}  // namespace dynatape::cassettes
