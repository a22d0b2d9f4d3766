#include "cassettes/bindings.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/cassettes/tape.h"
#include "tests/support/random_seed.h"

namespace dynatape::cassettes {
namespace {

using Catch::Contains;

/// Another one for every number and run.
std::string uuid(int run, int number) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", static_cast<unsigned>(run) * 7919U,
                static_cast<unsigned>(number));
  return text;
}

std::string item(const std::string& id, const std::string& rest = "") {
  return R"({"id":{"S":")" + id + "\"}" + rest + "}";
}
Line put_id(const std::string& id, const std::string& rest = "") {
  return {"PutItem", R"({"TableName":"t","Item":)" + item(id, rest) + "}"};
}
Line get_id(const std::string& id, const std::string& rest = "") {
  return {"GetItem", R"({"TableName":"t","Key":)" + item(id) + "}",
          R"({"Item":)" + item(id, rest) + "}"};
}

const std::string kA = uuid(1, 1), kB = uuid(1, 2), kC = uuid(1, 3);
const std::string kX = uuid(2, 1), kY = uuid(2, 2), kZ = uuid(2, 3);

}  // namespace

TEST_CASE("bindings: a value that is made anew stands for the recorded one, in answers too") {
  const Tape tape({create_table("t", false), put_id("user#" + kA), get_id("user#" + kA)});
  const auto player = tape.player();
  CHECK(reply_to(*player, create_table("t", false)) == create_table("t", false).answer);
  CHECK(reply_to(*player, put_id("user#" + kX)) == "{}");
  CHECK(reply_to(*player, get_id("user#" + kX)) == get_id("user#" + kX).answer);
}

TEST_CASE("bindings: what is bound already chooses among calls that differ in nothing else") {
  const Tape tape({create_table("t", false), put_id(kA), put_id(kB),
                   get_id(kA, R"(,"n":{"N":"1"})"), get_id(kB, R"(,"n":{"N":"2"})")});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  CHECK(reply_to(*player, put_id(kX)) == "{}");
  CHECK(reply_to(*player, put_id(kY)) == "{}");
  CHECK(reply_to(*player, get_id(kY)) == get_id(kY, R"(,"n":{"N":"2"})").answer);
  CHECK(reply_to(*player, get_id(kX)) == get_id(kX, R"(,"n":{"N":"1"})").answer);
}

TEST_CASE("bindings: a contradiction is a miss that says what was bound to what, and where") {
  const Tape tape({create_table("t", false), put_id(kA), get_id(kA)});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  CHECK(reply_to(*player, put_id(kX)) == "{}");
  CHECK(reply_to(*player, get_id(kY)) ==
        "Key.id " + kA + " bound to " + kX + " at #2, got " + kY + " at #3");
  CHECK(reply_to(*player, get_id(kX)) == get_id(kX).answer);
}

TEST_CASE("bindings: two live values never stand for one recorded value") {
  const auto pair = [](const std::string& a, const std::string& b) {
    return put_id(a, R"(,"parent":{"S":")" + b + "\"}");
  };
  const Tape tape({create_table("t", false), pair(kA, kA)});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  CHECK(answer_to(*player, pair(kX, kY)) == -1);
  CHECK(answer_to(*player, pair(kX, kX)) == 2);
}

TEST_CASE("bindings: values that are the same in both runs stand for themselves") {
  const Tape tape({create_table("t", false), put_id(kA), put_id(kB)});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  CHECK(answer_to(*player, put_id(kB)) == 3);
  CHECK(answer_to(*player, put_id(kA)) == 2);
}

TEST_CASE("bindings: what an answer brings in stands for itself") {
  const Line scan{"Scan", R"({"TableName":"t"})",
                  R"({"Items":[)" + item(kA) + "," + item(kB) + "]}"};
  const Tape tape({scan, get_id(kA), get_id(kB)});
  const auto player = tape.player();
  CHECK(reply_to(*player, scan) == scan.answer);
  CHECK(answer_to(*player, get_id(kB)) == 3);
  CHECK(answer_to(*player, get_id(kX)) == -1);
  CHECK(answer_to(*player, get_id(kA)) == 2);
}

TEST_CASE("bindings: entries of a batch meet in whichever order they come") {
  const auto batch = [](const std::vector<std::string>& ids) {
    std::string keys;
    for (const auto& id : ids) keys += (keys.empty() ? "" : ",") + item(id);
    return Line{"BatchGetItem", R"({"RequestItems":{"t":{"Keys":[)" + keys + "]}}}",
                R"({"Responses":{"t":[)" + keys + "]}}"};
  };
  const Tape tape({create_table("t", false), put_id(kA), put_id(kB), put_id(kC),
                   batch({kA, kB, kC}), get_id(kA)});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  for (const auto& id : {kZ, kY, kX}) CHECK(reply_to(*player, put_id(id)) == "{}");
  CHECK(reply_to(*player, batch({kX, kY, kZ})) == batch({kZ, kY, kX}).answer);
  CHECK(answer_to(*player, get_id(kZ)) == 6);
}

TEST_CASE(
    "bindings: the items of a query are in the order of their sort keys again, and its cursor") {
  const auto row = [](const std::string& at) {
    return R"({"id":{"S":"u"},"at":{"S":")" + at + "\"}}";
  };
  const auto put_row = [&](const std::string& at) {
    return Line{"PutItem", R"({"TableName":"t","Item":)" + row(at) + "}"};
  };
  const auto query = [&](const std::string& start, const std::string& first,
                         const std::string& second) {
    const std::string from = start.empty() ? "" : R"(,"ExclusiveStartKey":)" + row(start);
    return Line{"Query",
                R"({"TableName":"t","KeyConditionExpression":"id = :i",)"
                R"("ExpressionAttributeValues":{":i":{"S":"u"}})" +
                    from + "}",
                R"({"Items":[)" + row(first) + "," + row(second) + R"(],"LastEvaluatedKey":)" +
                    row(kB) + "}"};
  };
  const Tape tape(
      {create_table("t", true), put_row(kA), put_row(kB), query("", kA, kB), query(kB, kA, kB)});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", true)));
  CHECK(reply_to(*player, put_row(kY)) == "{}");
  CHECK(reply_to(*player, put_row(kX)) == "{}");
  CHECK(reply_to(*player, query("", kX, kY)) ==
        R"({"Items":[)" + row(kX) + "," + row(kY) + R"(],"LastEvaluatedKey":)" + row(kX) + "}");
  CHECK(answer_to(*player, query(kX, kX, kY)) == 5);
}

TEST_CASE("bindings: times near the recording are those of the replay, expiry times too") {
  const auto timed = [](std::int64_t now) {
    return R"(,"at":{"N":")" + std::to_string(now) + R"("},"expires":{"N":")" +
           std::to_string(now + 30 * 86'400) + "\"}";
  };
  const Tape tape({create_table("t", false), put_id("1", timed(1'700'000'001)),
                   get_id("1", timed(1'700'000'001))});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  CHECK(reply_to(*player, put_id("1", timed(1'750'000'007))) == "{}");
  CHECK(reply_to(*player, get_id("1")) == get_id("1", timed(1'750'000'007)).answer);
}

TEST_CASE("bindings: one second now and two then are no contradiction") {
  const auto at = [](const std::string& now) { return R"(,"at":{"N":")" + now + "\"}"; };
  const Tape tape({create_table("t", false), put_id("1", at("1700000001")),
                   put_id("2", at("1700000002")), put_id("3", at("1700000002"))});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  CHECK(answer_to(*player, put_id("1", at("1750000001"))) == 2);
  CHECK(answer_to(*player, put_id("2", at("1750000001"))) == 3);
  CHECK(answer_to(*player, put_id("3", at("1750000009"))) == 4);
}

TEST_CASE("bindings: a second then that is two now is each item's own, fixed keys or made ones") {
  const auto at = [](const std::string& now) { return R"(,"at":{"N":")" + now + "\"}"; };
  for (const auto& [one, two] :
       {std::pair(std::string("1"), std::string("2")), std::pair(kA, kB)}) {
    const bool made = one == kA;
    const std::string first = made ? kX : one, second = made ? kY : two;
    const Tape tape({create_table("t", false), put_id(one, at("1700000001")),
                     put_id(two, at("1700000001")), get_id(one, at("1700000001")),
                     get_id(two, at("1700000001"))});
    const auto player = tape.player();
    static_cast<void>(reply_to(*player, create_table("t", false)));
    CHECK(reply_to(*player, put_id(first, at("1750000001"))) == "{}");
    CHECK(reply_to(*player, put_id(second, at("1750000002"))) == "{}");
    CHECK(reply_to(*player, get_id(first)) == get_id(first, at("1750000001")).answer);
    CHECK(reply_to(*player, get_id(second)) == get_id(second, at("1750000002")).answer);
  }
}

TEST_CASE("bindings: a time in a key is the one beside its identifier, also where two were one") {
  const auto key = [](const std::string& now, const std::string& id) { return now + "#" + id; };
  const std::string then = "2023-11-14T22:13:21Z", now = "2025-06-15T15:06:41Z",
                    later = "2025-06-15T15:06:42Z";
  const Tape tape({create_table("t", false), put_id(key(then, kA)), put_id(key(then, kB)),
                   get_id(key(then, kA)), get_id(key(then, kB))});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", false)));
  CHECK(reply_to(*player, put_id(key(now, kX))) == "{}");
  CHECK(reply_to(*player, put_id(key(later, kY))) == "{}");
  CHECK(reply_to(*player, get_id(key(now, kX))) == get_id(key(now, kX)).answer);
  CHECK(reply_to(*player, get_id(key(later, kY))) == get_id(key(later, kY)).answer);
}

TEST_CASE("bindings: two seconds then that are one now still find their items") {
  const auto at = [](const std::string& id, const std::string& now) {
    const std::string item = R"({"id":{"S":")" + id + R"("},"at":{"N":")" + now + "\"}}";
    return Line{"GetItem", R"({"TableName":"t","Key":)" + item + "}", R"({"Item":)" + item + "}"};
  };
  const Tape tape({create_table("t", true), at(kA, "1700000001"), at(kB, "1700000002"),
                   at(kA, "1700000001"), at(kB, "1700000002")});
  const auto player = tape.player();
  static_cast<void>(reply_to(*player, create_table("t", true)));
  for (int round = 0; round < 2; ++round) {
    for (const auto& id : {kX, kY}) {
      CHECK(reply_to(*player, at(id, "1750000005")) == at(id, "1750000005").answer);
    }
  }
}

TEST_CASE("bindings: two takes of eight workers with generated values replay into each other") {
  std::mt19937_64 chance(support::random_seed("bindings"));
  // Each worker makes an item, reads it, makes a child that names it, and reads that.
  const auto take = [&](int run) {
    std::vector<std::vector<Line>> workers;
    for (int w = 0; w < 8; ++w) {
      std::vector<Line> lines;
      for (int n = 0; n < 6; ++n) {
        const std::string id = uuid(run, w * 100 + n * 2), child = uuid(run, w * 100 + n * 2 + 1);
        const std::string parent = R"(,"parent":{"S":"of )" + id + "\"}";
        for (const Line& line :
             {put_id(id), get_id(id), put_id(child, parent), get_id(child, parent)}) {
          lines.push_back(line);
        }
      }
      workers.push_back(lines);
    }
    std::vector<Line> calls = {create_table("t", false)};
    std::vector<std::size_t> turns;
    for (std::size_t w = 0; w < 8; ++w) turns.insert(turns.end(), workers[w].size(), w);
    std::ranges::shuffle(turns, chance);
    std::vector<std::size_t> done(8, 0);
    for (const std::size_t w : turns) calls.push_back(workers[w][done[w]++]);
    return calls;
  };
  for (int round = 1; round <= 40; ++round) {
    const Tape tape(take(round));
    const auto player = tape.player();
    for (const Line& line : take(round + 1'000)) REQUIRE(reply_to(*player, line) == line.answer);
    REQUIRE(player->unused_count() == 0);
  }
}

}  // namespace dynatape::cassettes
