#pragma once

// A tape for tests, made call by call, and the player that replays it.

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cassettes/player.h"
#include "cassettes/store.h"
#include "cassettes/volatile.h"
#include "tests/support/temp_dir.h"

namespace dynatape::cassettes {

/// When tapes begin, and when they are replayed.
inline constexpr core::TimePoint kThen{std::chrono::seconds(1'700'000'000)};
inline constexpr core::TimePoint kNow{std::chrono::seconds(1'750'000'000)};

/// A request and, for the tape, its answer.
struct Line {
  std::string operation;
  std::string body;
  std::string answer = "{}";
  int status = 200;
  std::int64_t call = 0;         ///< the id of the call's first attempt; 0: its own
  std::int64_t started_us = -1;  ///< after kThen; -1: its id
  std::int64_t took_us = 0;
};

[[nodiscard]] inline core::Request request_of(const Line& line) {
  return {"POST", "/", {{"X-Amz-Target", "DynamoDB_20120810." + line.operation}}, line.body, {}};
}

class Tape {
 public:
  explicit Tape(const std::vector<Line>& lines = {}) {
    auto made = Store::record(dir_.file("a.tape"));
    if (!made) throw std::runtime_error(made.error().message);
    store = std::move(*made);
    for (const Line& line : lines) add(line);
  }

  /// Its id.
  std::int64_t add(const Line& line) {
    Recording one;
    one.id = ++last_;
    one.call = line.call ? line.call : one.id;
    one.operation = line.operation;
    one.arrival = static_cast<std::uint64_t>(one.id);
    const auto started = line.started_us < 0 ? one.id : line.started_us;
    one.started = kThen + core::Duration(started);
    one.took = core::Duration(line.took_us);
    one.request = request_of(line);
    one.response = {line.status, {}, line.answer};
    one.key = fingerprint_of(one.request, core::find_operation(line.operation));
    const Recording* const batch[] = {&one};
    if (auto done = store->append(batch); !done) throw std::runtime_error(done.error().message);
    return one.id;
  }

  [[nodiscard]] std::unique_ptr<Player> player(ReplayOptions options = {}) const {
    auto loaded = Player::load(store, std::move(options));
    if (!loaded) throw std::runtime_error(loaded.error().message);
    return std::move(*loaded);
  }

  std::shared_ptr<Store> store;

 private:
  support::TempDir dir_;
  std::int64_t last_ = 0;
};

[[nodiscard]] inline Player::Taken ask(Player& player, const Line& line, bool last_chance = false,
                                       std::string_view attempt_of = "",
                                       core::TimePoint now = kNow) {
  const auto* operation = core::find_operation(line.operation);
  const Shape shape = volatile_shape(request_of(line), operation, now);
  return player.take({.key = shape.key,
                      .attempt_of = attempt_of,
                      .operation = operation,
                      .started = now,
                      .shape = &shape},
                     last_chance);
}

/// The body of the answer, or why there is none.
[[nodiscard]] inline std::string reply_to(Player& player, const Line& line) {
  const auto taken = ask(player, line, /*last_chance=*/true);
  const auto* operation = core::find_operation(line.operation);
  if (const auto* miss = std::get_if<Player::Miss>(&taken)) {
    const core::Request request = request_of(line);
    return player.explain({request, operation, kNow}, *miss).why;
  }
  const auto answer = player.answer(std::get<Player::Match>(taken));
  return answer ? answer->body : answer.error().message;
}

/// The id of the recording that answers, 0 where the call is to wait, -1 for a miss.
[[nodiscard]] inline std::int64_t answer_to(Player& player, const Line& line,
                                            bool last_chance = true,
                                            std::string_view attempt_of = "",
                                            core::TimePoint now = kNow) {
  const auto taken = ask(player, line, last_chance, attempt_of, now);
  if (const auto* match = std::get_if<Player::Match>(&taken)) return match->id;
  return std::holds_alternative<Player::Wait>(taken) ? 0 : -1;
}

/// A table with the keys `id`, and `at` where it is sorted.
[[nodiscard]] inline Line create_table(const std::string& name, bool sorted) {
  const std::string keys = sorted ? R"(,{"AttributeName":"at","KeyType":"RANGE"})" : "";
  const std::string schema = R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"})" + keys + "]";
  return {"CreateTable", R"({"TableName":")" + name + R"(",)" + schema + "}",
          R"({"TableDescription":{"TableName":")" + name + R"(",)" + schema + "}}"};
}

[[nodiscard]] inline Line get(const std::string& id) {
  return {"GetItem", R"({"TableName":"t","Key":{"id":{"S":")" + id + R"("}}})"};
}
[[nodiscard]] inline Line put(const std::string& id, const std::string& value = "1") {
  return {"PutItem",
          R"({"TableName":"t","Item":{"id":{"S":")" + id + R"("},"v":{"N":")" + value + R"("}}})"};
}

}  // namespace dynatape::cassettes
