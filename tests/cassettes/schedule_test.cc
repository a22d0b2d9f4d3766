// Eight workers and a thousand calls, replayed in hundreds of other orders.

#include <catch2/catch.hpp>
#include <random>

#include "tests/cassettes/tape.h"
#include "tests/support/random_seed.h"

namespace dynatape::cassettes {
namespace {

constexpr int kWorkers = 8;
constexpr int kPhases = 10;
constexpr int kCallsPerPhase = 12;
constexpr int kSchedules = 500;

/// One phase: what each worker does, in its order; then what is done when all have ended.
struct Phase {
  std::vector<std::vector<Line>> workers;
  std::vector<Line> after;
};

/// A program that orders its conflicting calls: workers share partitions, but no item that is
/// written, and query only their own part of a partition.
class Program {
 public:
  explicit Program(std::mt19937_64& chance) : chance_(chance) {
    for (int p = 0; p < kPhases; ++p) {
      Phase phase;
      for (int w = 0; w < kWorkers; ++w) phase.workers.push_back(work(w));
      phase.after = {scan(),
                     query(draw(3), ""),
                     write("UpdateItem", 0, "shared"),
                     {"DescribeTable", R"({"TableName":"t"})"},
                     transaction()};
      phases.push_back(std::move(phase));
    }
  }

  std::vector<Phase> phases;

 private:
  int draw(int below) { return static_cast<int>(chance_() % static_cast<unsigned>(below)); }

  static std::string key(int partition, const std::string& at) {
    return R"("id":{"S":"p)" + std::to_string(partition) + R"("},"at":{"S":")" + at + R"("})";
  }
  Line write(const std::string& operation, int partition, const std::string& at) {
    const std::string number = R"({"N":")" + std::to_string(++written_) + R"("})";
    const std::string target = key(partition, at);
    if (operation == "PutItem") {
      return {operation, R"({"TableName":"t","Item":{)" + target + R"(,"v":)" + number + "}}"};
    }
    return {operation,
            R"({"TableName":"t","Key":{)" + target +
                R"(},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":)" + number +
                "}}"};
  }
  static Line read(int partition, const std::string& at) {
    return {"GetItem", R"({"TableName":"t","Key":{)" + key(partition, at) + "}}"};
  }
  static Line query(int partition, const std::string& prefix) {
    const std::string sort = prefix.empty() ? "" : " AND begins_with(#at, :at)";
    const std::string values = prefix.empty() ? "" : R"(,":at":{"S":")" + prefix + R"("})";
    const std::string names = prefix.empty() ? R"({"#id":"id"})" : R"({"#id":"id","#at":"at"})";
    return {"Query", R"({"TableName":"t","KeyConditionExpression":"#id = :id)" + sort +
                         R"(","ExpressionAttributeNames":)" + names +
                         R"(,"ExpressionAttributeValues":{":id":{"S":"p)" +
                         std::to_string(partition) + R"("})" + values + "}}"};
  }
  static Line scan() { return {"Scan", R"({"TableName":"t"})"}; }
  Line transaction() {
    return {"TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"t","Item":{)" +
                                      key(1, "w1#0") + R"(,"v":{"N":")" +
                                      std::to_string(++written_) +
                                      R"("}}}},{"Delete":{"TableName":"t",)" + R"("Key":{)" +
                                      key(2, "w2#1") + R"(}}}]})"};
  }

  std::vector<Line> work(int worker) {
    std::vector<Line> calls;
    const std::string own = "w" + std::to_string(worker) + "#";
    for (int c = 0; c < kCallsPerPhase; ++c) {
      const std::string at = own + std::to_string(draw(4));
      const int partition = draw(3);
      switch (draw(6)) {
        case 0:
          calls.push_back(write("PutItem", partition, at));
          break;
        case 1:
          calls.push_back(write("UpdateItem", partition, at));
          break;
        case 2:
          calls.push_back(query(partition, own));
          break;
        case 3:
          calls.push_back(read(0, "shared"));
          break;
        default:
          calls.push_back(read(partition, at));
      }
    }
    return calls;
  }

  std::mt19937_64& chance_;
  int written_ = 0;
};

/// All calls of a program in one order that it could make them in.
std::vector<Line> schedule(const Program& program, std::mt19937_64& chance) {
  std::vector<Line> calls;
  for (const Phase& phase : program.phases) {
    std::vector<std::size_t> turns;
    for (std::size_t w = 0; w < phase.workers.size(); ++w) {
      turns.insert(turns.end(), phase.workers[w].size(), w);
    }
    std::ranges::shuffle(turns, chance);
    std::vector<std::size_t> done(phase.workers.size(), 0);
    for (const std::size_t w : turns) calls.push_back(phase.workers[w][done[w]++]);
    calls.insert(calls.end(), phase.after.begin(), phase.after.end());
  }
  return calls;
}

Tape taped(std::vector<Line> calls) {
  calls.insert(calls.begin(), create_table("t", true));
  return Tape(calls);
}

Effects effects(const Line& line, const TableKeys& keys) {
  return effects_of({core::find_operation(line.operation), line.body, 200, ""}, keys);
}

/// The places of two calls that conflict, with nothing between them that conflicts with either.
std::pair<std::size_t, std::size_t> close_conflict(const std::vector<Line>& calls,
                                                   std::mt19937_64& chance) {
  TableKeys keys;
  keys.learn_description(create_table("t", true).answer);
  std::vector<Effects> all;
  for (const Line& line : calls) all.push_back(effects(line, keys));
  for (;;) {
    const std::size_t first = chance() % calls.size();
    for (std::size_t second = first + 1; second < calls.size(); ++second) {
      if (!conflicts(all[first], all[second])) continue;
      bool free = calls[first].body != calls[second].body;
      for (std::size_t i = first + 1; i < second; ++i) {
        free = free && !conflicts(all[i], all[second]);
      }
      if (free) return {first, second};
      break;
    }
  }
}

}  // namespace

TEST_CASE("order: 8 workers, a thousand calls, 500 schedules of a correct program: no miss") {
  std::mt19937_64 chance(support::random_seed("schedule"));
  const Program program(chance);
  const auto recorded = schedule(program, chance);
  REQUIRE(recorded.size() > 1'000);
  const Tape tape = taped(recorded);
  for (int s = 0; s < kSchedules; ++s) {
    const auto player = tape.player();
    const auto calls = schedule(program, chance);
    std::size_t answered = answer_to(*player, create_table("t", true)) == 1 ? 1 : 0;
    for (const Line& line : calls) {
      if (answer_to(*player, line, /*last_chance=*/false) > 0) ++answered;
    }
    REQUIRE(answered == recorded.size() + 1);
    REQUIRE(player->unused_count() == 0);
  }
}

TEST_CASE("order: two conflicting calls swapped are reported as that pair") {
  std::mt19937_64 chance(support::random_seed("schedule"));
  const Program program(chance);
  for (int round = 0; round < 50; ++round) {
    const auto recorded = schedule(program, chance);
    const Tape tape = taped(recorded);
    const auto player = tape.player();
    const auto [first, second] = close_conflict(recorded, chance);
    auto calls = recorded;
    std::swap(calls[first], calls[second]);
    REQUIRE(answer_to(*player, create_table("t", true)) == 1);
    std::optional<Player::Conflict> reported;
    for (const Line& line : calls) {
      const auto taken = ask(*player, line);
      if (const auto* wait = std::get_if<Player::Wait>(&taken)) {
        reported = wait->conflict;
        break;
      }
      REQUIRE(std::holds_alternative<Player::Match>(taken));
    }
    INFO(calls[first].operation << " " << calls[first].body << " / " << calls[second].body);
    REQUIRE(reported);
    // Ids follow the table's creation, which is #1.
    CHECK(*reported == Player::Conflict{static_cast<std::int64_t>(second) + 2,
                                        static_cast<std::int64_t>(first) + 2});
  }
}

}  // namespace dynatape::cassettes
