#include "proxy/sessions/exchange_log.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/manual_loop.h"

namespace dynatape::sessions {
namespace {

using namespace std::chrono_literals;

ExchangeLog::Entry entry(std::uint64_t id, std::size_t body_bytes = 0, std::string session = "a") {
  auto made = std::make_shared<LoggedExchange>();
  made->id = id;
  made->session = std::move(session);
  made->request.body.assign(body_bytes, 'x');
  return made;
}

std::vector<std::uint64_t> ids(const auto& entries) {
  std::vector<std::uint64_t> ids;
  for (const auto& one : entries) ids.push_back(one->id);
  return ids;
}

}  // namespace

TEST_CASE("exchange log: the latest come first, and their number is bounded") {
  ExchangeLog log;
  for (std::uint64_t id = 1; id <= ExchangeLog::kMostEntries + 5; ++id) log.add(entry(id));
  const auto recent = log.recent();
  CHECK(recent.size() == ExchangeLog::kMostEntries);
  CHECK(recent.front()->id == ExchangeLog::kMostEntries + 5);
  CHECK(recent.back()->id == 6);
}

TEST_CASE("exchange log: bodies are bounded in sum, and the last one is kept whatever its size") {
  ExchangeLog log;
  for (std::uint64_t id = 1; id <= 3; ++id) log.add(entry(id, ExchangeLog::kMostBytes / 2));
  CHECK(ids(log.recent()) == std::vector<std::uint64_t>{3, 2});
  log.add(entry(4, 2 * ExchangeLog::kMostBytes));
  CHECK(ids(log.recent()) == std::vector<std::uint64_t>{4});
  log.add(entry(5));
  CHECK(ids(log.recent()) == std::vector<std::uint64_t>{5});
}

TEST_CASE("exchange log: one session's exchanges are forgotten, others stay") {
  ExchangeLog log;
  log.add(entry(1, 1, "a"));
  log.add(entry(2, 1, "b"));
  log.forget("a");
  CHECK(ids(log.recent()) == std::vector<std::uint64_t>{2});
}

TEST_CASE(
    "exchange log: a follower waits for what comes, and is told of what it was too slow for") {
  ExchangeLog log;
  support::ManualLoop loop;
  log.add(entry(1));
  const auto follower = log.follow();
  CHECK(loop.run(follower->next(loop, 1s))->entries.empty());
  log.add(entry(2));
  CHECK(ids(loop.run(follower->next(loop, 1s))->entries) == std::vector<std::uint64_t>{2});
  constexpr std::size_t kTooMany = ExchangeLog::Follower::kMostWaiting + 3;
  for (std::uint64_t id = 1; id <= kTooMany; ++id) log.add(entry(id));
  const auto news = loop.run(follower->next(loop, 1s));
  CHECK(news->dropped == 3);
  CHECK(news->entries.front()->id == 4);
  follower->stop();
  CHECK_FALSE(loop.run(follower->next(loop, 1s)).has_value());
}

TEST_CASE("exchange log: what other threads add reaches a waiting follower, whole and in order") {
  ExchangeLog log;
  const auto follower = log.follow();
  constexpr std::uint64_t kAll = 2000;
  std::thread adding([&] {
    for (std::uint64_t id = 1; id <= kAll; ++id) log.add(entry(id));
  });
  support::ManualLoop loop;
  std::uint64_t last = 0;
  while (last < kAll) {
    const auto news = loop.run(follower->next(loop, 1h));
    REQUIRE(news->dropped == 0);
    for (const auto& one : news->entries) REQUIRE(one->id == ++last);
  }
  adding.join();
  loop.advance(1h);  // ends the time-outs of the waits that news ended first
}

}  // namespace dynatape::sessions
