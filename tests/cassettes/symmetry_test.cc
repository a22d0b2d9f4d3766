#include "cassettes/symmetry.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/cassettes/tape.h"
#include "tests/support/random_seed.h"

namespace dynatape::cassettes {
namespace {

/// Another one for every number and run.
std::string uuid(int run, int number) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", static_cast<unsigned>(run) * 7919U,
                static_cast<unsigned>(number));
  return text;
}

const std::string kA = uuid(1, 1), kB = uuid(1, 2), kC = uuid(1, 3), kO = uuid(1, 4),
                  kP = uuid(1, 5);
const std::string kX = uuid(2, 1), kY = uuid(2, 2), kZ = uuid(2, 3), kU = uuid(2, 4),
                  kV = uuid(2, 5);

const Line kTable = create_table("t", false);

std::string item(const std::string& id, const std::string& rest = "") {
  return R"({"id":{"S":")" + id + "\"}" + rest + "}";
}
Line put_id(const std::string& id, const std::string& rest = "") {
  return {"PutItem", R"({"TableName":"t","Item":)" + item(id, rest) + "}"};
}
Line put_child(const std::string& id, const std::string& parent) {
  return put_id(id, R"(,"parent":{"S":")" + parent + "\"}");
}
Line get_id(const std::string& id, const std::string& rest = "") {
  return {"GetItem", R"({"TableName":"t","Key":)" + item(id) + "}",
          R"({"Item":)" + item(id, rest) + "}"};
}
Line update_id(const std::string& id, const std::string& value, const std::string& answer = "{}") {
  return {"UpdateItem",
          R"({"TableName":"t","Key":)" + item(id) +
              R"(,"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":{"S":")" +
              value + "\"}}}",
          answer};
}
Line delete_id(const std::string& id) {
  return {"DeleteItem", R"({"TableName":"t","Key":)" + item(id) + "}",
          R"({"Attributes":)" + item(id) + "}"};
}
Line batch(const std::string& operation, const std::vector<std::string>& ids) {
  const bool writes = operation == "BatchWriteItem";
  std::string entries;
  for (const auto& id : ids) {
    if (!entries.empty()) entries += ",";
    entries += writes ? R"({"PutRequest":{"Item":)" + item(id) + "}}" : item(id);
  }
  return {operation,
          R"({"RequestItems":{"t":)" +
              (writes ? "[" + entries + "]" : R"({"Keys":[)" + entries + "]}") + "}}",
          writes ? R"({"UnprocessedItems":{}})" : R"({"Responses":{"t":[]}})"};
}

/// Every answer is that which the live program would get.
void check_replay(const std::vector<Line>& recorded, const std::vector<Line>& live) {
  const Tape tape(recorded);
  const auto player = tape.player();
  for (const Line& line : live) {
    INFO(line.operation << " " << line.body);
    CHECK(reply_to(*player, line) == line.answer);
  }
  CHECK(player->unused_count() == 0);
}

}  // namespace

TEST_CASE("symmetry: who begins alike and parts later was guessed wrong, which is taken back") {
  check_replay({kTable, put_id(kA), put_id(kB), update_id(kA, "first"), update_id(kB, "second"),
                get_id(kA, R"(,"v":{"S":"first"})"), get_id(kB, R"(,"v":{"S":"second"})")},
               {kTable, put_id(kX), put_id(kY), update_id(kX, "second"), update_id(kY, "first"),
                get_id(kX, R"(,"v":{"S":"second"})"), get_id(kY, R"(,"v":{"S":"first"})")});
}

TEST_CASE("symmetry: values that came along change with it, also one whose call was not made yet") {
  // The parent with two children is the second of the recording, and the first of the replay.
  check_replay({kTable, put_id(kA), put_child(kC, kA), update_id(kA, "done"), put_id(kB),
                put_child(kO, kB), put_child(kP, kB), get_id(kP)},
               {kTable, put_id(kX), put_child(kZ, kX), put_child(kU, kX), get_id(kU), put_id(kY),
                put_child(kV, kY), update_id(kY, "done")});
}

TEST_CASE("symmetry: entries of a batch are told apart by what becomes of them") {
  check_replay({kTable, batch("BatchWriteItem", {kA, kB, kC}), batch("BatchGetItem", {kC, kB, kA}),
                delete_id(kB), get_id(kC)},
               {kTable, batch("BatchWriteItem", {kX, kY, kZ}), batch("BatchGetItem", {kX, kY, kZ}),
                delete_id(kX), get_id(kY)});
}

TEST_CASE("symmetry: what was answered differently is not exchanged") {
  const auto answered = [](int version) {
    return R"({"Attributes":{"n":{"N":")" + std::to_string(version) + "\"}}}";
  };
  const Tape tape({kTable, put_id(kA), put_id(kB), update_id(kA, "v", answered(1)),
                   update_id(kB, "v", answered(2)), delete_id(kB)});
  const auto player = tape.player();
  for (const Line& line : {kTable, put_id(kX), put_id(kY)}) {
    static_cast<void>(reply_to(*player, line));
  }
  CHECK(reply_to(*player, update_id(kX, "v")) == answered(1));
  CHECK(answer_to(*player, delete_id(kX)) == -1);
  CHECK(reply_to(*player, update_id(kY, "v")) == answered(2));
  CHECK(reply_to(*player, delete_id(kY)) == delete_id(kY).answer);
}

TEST_CASE("symmetry: an answer that showed one of the values stands against an exchange") {
  // When the scan was made, only the first was there.
  const auto scan = [](const std::string& id) {
    return Line{"Scan", R"({"TableName":"t"})", R"({"Items":[)" + item(id) + "]}"};
  };
  const Tape tape({kTable, put_id(kA), scan(kA), put_id(kB), delete_id(kB)});
  const auto player = tape.player();
  for (const Line& line : {kTable, put_id(kX), scan(kX)}) {
    CHECK(reply_to(*player, line) == line.answer);
  }
  CHECK(answer_to(*player, delete_id(kX)) == -1);
  CHECK(answer_to(*player, put_id(kY)) == 4);
  CHECK(answer_to(*player, delete_id(kY)) == 5);
}

TEST_CASE("symmetry: a retry of a call whose guess was taken back has its own answer again") {
  const Tape tape({kTable, get_id(kA, R"(,"v":{"S":"1"})"), get_id(kB, R"(,"v":{"S":"1"})"),
                   update_id(kA, "first"), update_id(kB, "second")});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, kTable));
  CHECK(answer_to(*player, get_id(kX), true, "call x") == 2);
  CHECK(answer_to(*player, get_id(kY), true, "call y") == 3);
  CHECK(answer_to(*player, update_id(kX, "second")) == 5);
  const auto again = ask(*player, get_id(kX), true, "call x");
  REQUIRE(std::holds_alternative<Player::Match>(again));
  const auto answer = player->answer(std::get<Player::Match>(again));
  REQUIRE(answer);
  CHECK(answer->body == get_id(kX, R"(,"v":{"S":"1"})").answer);
}

TEST_CASE("symmetry: eight workers that begin alike and do different things replay in any order") {
  std::mt19937_64 chance(support::random_seed("symmetry"));
  const auto take = [&](int run) {
    std::vector<std::vector<Line>> workers;
    for (int w = 0; w < 8; ++w) {
      const auto id = [&](int n) { return uuid(run, w * 100 + n); };
      std::vector<Line> lines = {put_id(id(0)), get_id(id(0)),
                                 batch("BatchWriteItem", {id(1), id(2), id(3)})};
      for (int n = 0; n <= w; ++n) lines.push_back(put_child(id(10 + n), id(0)));
      lines.push_back(delete_id(id(2)));
      lines.push_back(update_id(id(1), "by worker " + std::to_string(w)));
      lines.push_back(get_id(id(0)));
      workers.push_back(lines);
    }
    std::vector<std::size_t> turns;
    for (std::size_t w = 0; w < 8; ++w) turns.insert(turns.end(), workers[w].size(), w);
    std::ranges::shuffle(turns, chance);
    std::vector<Line> calls = {kTable};
    std::vector<std::size_t> done(8, 0);
    for (const std::size_t w : turns) calls.push_back(workers[w][done[w]++]);
    return calls;
  };
  for (int round = 1; round <= 40; ++round) {
    const Tape tape(take(round));
    const auto player = tape.player();
    for (const Line& line : take(round + 1'000)) {
      INFO("round " << round << ": " << line.operation << " " << line.body);
      REQUIRE(reply_to(*player, line) == line.answer);
    }
    REQUIRE(player->unused_count() == 0);
  }
}

}  // namespace dynatape::cassettes
