// Random concurrent histories: no read of a lagging session is staler than its rule allows, no
// consistent read is stale at all, and the checker finds what is.

#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "read_history.h"
#include "session_lab.h"
#include "tests/support/random_seed.h"

namespace dynatape::sessions {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// One client: writes, reads and lets time pass, at random.
class Client {
 public:
  Client(Session& session, std::atomic<std::uint64_t>& order, std::uint64_t seed)
      : session_(session), order_(order), caller_(session), random_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      const std::string item(1, static_cast<char>('a' + below(3)));
      switch (below(4)) {
        case 0:
          history.writes.push_back(timed(item, [&] { return write(item); }));
          break;
        case 1:
          history.consistent_reads.push_back(timed(item, [&] { return read(item, true); }));
          break;
        default:
          history.reads.push_back(timed(item, [&] { return read(item, false); }));
      }
      if (below(3) == 0) session_.clock().advance(core::Duration(below(3000)));
    }
  }

  History history;

 private:
  std::size_t below(std::size_t end) { return random_() % end; }

  template <class Act>
  HistoryEvent timed(const std::string& item, Act act) {
    HistoryEvent event{item, 0, session_.clock().now(), {}, ++order_};
    event.version = act();
    event.ended = ++order_;
    event.answered = session_.clock().now();
    return event;
  }

  std::int64_t write(const std::string& item) {
    const json answer =
        caller_.ok("UpdateItem", {{"TableName", "notes"},
                                  {"Key", {{"pk", {{"S", item}}}}},
                                  {"UpdateExpression", "ADD n :one"},
                                  {"ExpressionAttributeValues", {{":one", {{"N", "1"}}}}},
                                  {"ReturnValues", "UPDATED_NEW"}});
    return std::stoll(answer.at("Attributes").at("n").at("N").get<std::string>());
  }

  std::int64_t read(const std::string& item, bool consistent) {
    const json answer = caller_.ok(
        "GetItem",
        {{"TableName", "notes"}, {"Key", {{"pk", {{"S", item}}}}}, {"ConsistentRead", consistent}});
    if (!answer.contains("Item")) return 0;
    return std::stoll(answer.at("Item").at("n").at("N").get<std::string>());
  }

  Session& session_;
  std::atomic<std::uint64_t>& order_;  ///< of all clients
  Caller caller_;
  std::mt19937_64 random_;
};

struct Ran {
  History history;
  std::uint64_t delivered = 0;
};

/// Several clients at once in a session with a `stale` rule.
Ran run_clients(const json& stale, std::uint64_t seed) {
  const auto session = session_of(one_rule({{"operation", "GetItem"}}, {{"stale", stale}}));
  Caller(*session).ok("CreateTable", table_of("notes"));
  std::atomic<std::uint64_t> order = 0;
  std::vector<std::unique_ptr<Client>> clients;
  for (std::uint64_t i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<Client>(*session, order, seed * 100 + i));
  }
  std::vector<std::thread> threads;
  for (const auto& client : clients) threads.emplace_back([&] { client->run(400); });
  for (std::thread& thread : threads) thread.join();
  Ran ran;
  for (const auto& client : clients) {
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(ran.history.writes, client->history.writes);
    append(ran.history.reads, client->history.reads);
    append(ran.history.consistent_reads, client->history.consistent_reads);
  }
  ran.delivered = tally_of(*session).delivered;
  return ran;
}

}  // namespace

TEST_CASE("stale: no read of concurrent clients is staler than its rule allows") {
  const std::uint64_t number = support::random_seed("stale history");
  INFO("DYNATAPE_SEED=" << number);
  for (const char* mode : {"adversarial", "bounded"}) {
    INFO(mode);
    const Ran by_time = run_clients({{"lag", "20ms"}, {"mode", mode}}, number);
    CHECK(illegal_read(by_time.history, {.age = 20ms}).value_or("") == "");
    CHECK(by_time.delivered > 100);
    const Ran by_writes = run_clients({{"lag", {{"writes", 5}}}, {"mode", mode}}, number);
    CHECK(illegal_read(by_writes.history, {.writes = 5}).value_or("") == "");
    CHECK(by_writes.delivered > 100);
  }
}

TEST_CASE("stale: the history checker finds reads that are staler than they may be") {
  const std::uint64_t number = support::random_seed("stale history");
  INFO("DYNATAPE_SEED=" << number);
  const Ran ran = run_clients({{"lag", "20ms"}, {"mode", "bounded"}}, number);
  CHECK(illegal_read(ran.history, {.age = 2ms}));

  SECTION("one planted among the legal ones, older than any may be") {
    History planted = ran.history;
    const auto late = std::ranges::max_element(planted.reads, {}, &HistoryEvent::invoked);
    REQUIRE(late->version > 20);
    late->version = 1;
    CHECK(illegal_read(planted, {.age = 20ms}));
  }
  SECTION("one that nobody wrote") {
    History planted = ran.history;
    planted.reads.front().version = 100'000;
    CHECK(illegal_read(planted, {.age = 20ms}));
  }
  SECTION("a consistent one that is stale") {
    History planted = ran.history;
    const auto late =
        std::ranges::max_element(planted.consistent_reads, {}, &HistoryEvent::invoked);
    late->version -= 20;
    CHECK(illegal_read(planted, {.age = 20ms}));
  }
}

}  // namespace dynatape::sessions
