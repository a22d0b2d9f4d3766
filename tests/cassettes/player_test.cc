#include "cassettes/player.h"

#include <catch2/catch.hpp>

#include "tests/cassettes/tape.h"

namespace dynatape::cassettes {
namespace {

using Catch::Contains;
using Ids = std::vector<std::int64_t>;

Line describe(const std::string& state, std::int64_t started_us = -1) {
  return {"DescribeTable",
          R"({"TableName":"t"})",
          R"({"Table":{"TableStatus":")" + state + "\"}}",
          200,
          0,
          started_us};
}

Ids answers(Player& player, const std::vector<Line>& lines) {
  Ids ids;
  for (const Line& line : lines) ids.push_back(answer_to(player, line));
  return ids;
}

}  // namespace

TEST_CASE("order: calls on different items come in any order") {
  const Tape tape({create_table("t", false), put("1"), get("1"), put("2"), get("2")});
  const auto player = tape.player();
  CHECK(answers(*player, {create_table("t", false), put("2"), get("2"), put("1"), get("1")}) ==
        Ids{1, 4, 5, 2, 3});
  CHECK(player->unused_count() == 0);
}

TEST_CASE("order: a read before the write it saw waits, and then is a miss that names both") {
  const Tape tape({create_table("t", false), put("1"), get("1")});
  const auto player = tape.player();
  REQUIRE(answer_to(*player, create_table("t", false)) == 1);
  CHECK(answer_to(*player, get("1"), /*last_chance=*/false) == 0);
  CHECK(reply_to(*player, get("1")) ==
        "#3 GetItem t/1 came before #2 PutItem t/1, recorded the other way");
  CHECK(answers(*player, {put("1"), get("1")}) == Ids{2, 3});
}

TEST_CASE("order: a write overtakes a read that is never made, which then is out of date") {
  const Tape tape({create_table("t", false), get("1"), put("1"), put("1", "2")});
  const auto player = tape.player();
  REQUIRE(answer_to(*player, create_table("t", false)) == 1);
  CHECK(answer_to(*player, put("1"), /*last_chance=*/false) == 0);
  CHECK(answers(*player, {put("1"), put("1", "2")}) == Ids{3, 4});
  CHECK(reply_to(*player, get("1")) ==
        "#3 PutItem t/1 came before #2 GetItem t/1, recorded the other way");
  CHECK(player->unused(10) == Ids{2});
}

TEST_CASE("order: where a read is left out, the next one gets the answer of its own time") {
  const Tape tape({create_table("t", false), get("1"), put("1"), get("1")});
  const auto player = tape.player();
  CHECK(answers(*player, {create_table("t", false), put("1"), get("1")}) == Ids{1, 3, 4});
}

TEST_CASE("order: a write that was refused only read") {
  Line refused = put("1", "9");
  refused.status = 400;
  refused.answer =
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"})";
  const Tape tape({create_table("t", false), refused, get("1")});
  const auto player = tape.player();
  CHECK(answers(*player, {create_table("t", false), get("1"), refused}) == Ids{1, 3, 2});
}

TEST_CASE("order: a scan comes behind the writes it saw, and before those it did not") {
  const Line scan{"Scan", R"({"TableName":"t"})"};
  const Tape tape({create_table("t", false), put("1"), scan, put("2")});
  const auto player = tape.player();
  REQUIRE(answer_to(*player, create_table("t", false)) == 1);
  CHECK(answer_to(*player, scan, /*last_chance=*/false) == 0);
  CHECK(answer_to(*player, put("2"), /*last_chance=*/false) == 0);
  CHECK(answers(*player, {put("1"), scan, put("2")}) == Ids{2, 3, 4});
}

TEST_CASE("order: calls that overlapped when they were recorded are said to") {
  for (const bool overlapped : {false, true}) {
    Line slow = put("1");
    slow.took_us = overlapped ? 10 : 0;
    const Tape tape({create_table("t", false), slow, get("1")});
    const auto player = tape.player();
    REQUIRE(answer_to(*player, create_table("t", false)) == 1);
    CHECK((reply_to(*player, get("1")).find("overlapped") != std::string::npos) == overlapped);
  }
}

TEST_CASE("order: it can be switched off") {
  const Tape tape({create_table("t", false), put("1"), get("1")});
  const auto player = tape.player({.ordered = false});
  CHECK(answers(*player, {get("1"), put("1"), create_table("t", false)}) == Ids{3, 2, 1});
}

TEST_CASE("repeats: a call more is a miss, the last answer, or the first again") {
  const Tape tape({get("1"), get("1"), get("2")});
  const std::vector<Line> calls(5, get("1"));
  CHECK(answers(*tape.player(), calls) == Ids{1, 2, -1, -1, -1});
  CHECK(answers(*tape.player({.repeats = {{"", "", Repeats::last}}}), calls) == Ids{1, 2, 2, 2, 2});
  CHECK(answers(*tape.player({.repeats = {{"GetItem", "", Repeats::cycle}}}), calls) ==
        Ids{1, 2, 1, 2, 1});
  CHECK(answers(*tape.player({.repeats = {{"Query", "", Repeats::cycle}}}), calls) ==
        Ids{1, 2, -1, -1, -1});
}

TEST_CASE("repeats: an answer is repeated only until the write that changed it") {
  const Tape tape({create_table("t", false), get("1"), put("1"), get("1")});
  const auto player = tape.player({.repeats = {{"GetItem", "", Repeats::last}}});
  CHECK(answers(*player, {create_table("t", false), get("1"), get("1"), put("1"), get("1"),
                          get("1")}) == Ids{1, 2, 2, 3, 4, 4});
}

TEST_CASE(
    "polls: each advances, one more gets the last state, and those left over are not unused") {
  const Tape tape({create_table("t", false), describe("CREATING"), describe("CREATING"),
                   describe("ACTIVE"), put("1")});
  const auto player = tape.player();
  CHECK(answers(*player, {create_table("t", false), describe(""), describe(""), describe(""),
                          describe(""), put("1")}) == Ids{1, 2, 3, 4, 4, 5});
  const auto shorter = tape.player();
  CHECK(answers(*shorter, {create_table("t", false), describe(""), put("1")}) == Ids{1, 2, 5});
  CHECK(shorter->unused_count() == 0);
}

TEST_CASE("polls: a slower one jumps to where the recorded one was after the same time") {
  std::vector<Line> lines = {create_table("t", false)};
  for (int n = 0; n < 10; ++n)
    lines.push_back(describe(n < 9 ? "CREATING" : "ACTIVE", n * 100'000));
  const Tape tape(lines);
  const auto player = tape.player();
  REQUIRE(answer_to(*player, create_table("t", false)) == 1);
  const auto poll = [&](int ms) {
    return answer_to(*player, describe(""), false, "", kNow + std::chrono::milliseconds(ms));
  };
  CHECK(Ids{poll(0), poll(10), poll(450), poll(20'000), poll(20'001)} == Ids{2, 3, 6, 11, 11});
  CHECK(player->unused_count() == 0);
}

TEST_CASE("polls: a change to the table makes nobody wait for polls, and begins a new run") {
  const Line update{"UpdateTable", R"({"TableName":"t","BillingMode":"PAY_PER_REQUEST"})"};
  const Tape tape({create_table("t", false), describe("CREATING"), describe("ACTIVE"), update,
                   describe("UPDATING"), describe("ACTIVE")});
  const auto player = tape.player();
  REQUIRE(answers(*player, {create_table("t", false), describe("")}) == Ids{1, 2});
  CHECK(answer_to(*player, update, /*last_chance=*/false) == 4);
  CHECK(answers(*player, {describe(""), describe(""), describe("")}) == Ids{5, 6, 6});
}

TEST_CASE("retries: collapsed, faithful and fresh") {
  const auto failed = [](Line line, std::int64_t call) {
    line.status = 500;
    line.call = call;
    return line;
  };
  Line second = get("1");
  second.call = 1;
  // Attempts #1 and #2 of one call, and #3 to #5 of another that ends with a failure.
  const Tape tape(
      {failed(get("1"), 1), second, failed(get("1"), 3), get("1"), failed(get("1"), 3)});
  Tape ends_badly;
  ends_badly.add(failed(get("1"), 1));
  Line good = get("1");
  good.call = 1;
  ends_badly.add(good);
  ends_badly.add(failed(get("1"), 1));
  const auto asked = [](Player& player, std::string_view id) {
    return answer_to(player, get("1"), true, id);
  };
  {
    const auto player = tape.player();
    CHECK(Ids{asked(*player, "a"), asked(*player, "a")} == Ids{2, 2});
  }
  {
    const auto player = tape.player({.retries = Retries::faithful});
    CHECK(Ids{asked(*player, "a"), asked(*player, "a"), asked(*player, "a")} == Ids{1, 2, 2});
  }
  {
    // Without an id, a call goes on until all its attempts are answered.
    const auto player = ends_badly.player({.retries = Retries::faithful});
    CHECK(Ids{asked(*player, ""), asked(*player, ""), asked(*player, ""), asked(*player, "")} ==
          Ids{1, 2, 3, -1});
  }
  CHECK(asked(*ends_badly.player(), "a") == 3);
  CHECK(asked(*ends_badly.player({.retries = Retries::fresh}), "a") == 2);
}

TEST_CASE("tape index: of a long tape it is kept, and made anew where the tape has changed") {
  std::vector<Line> lines = {create_table("t", false)};
  for (std::size_t n = 0; n < TapeIndex::kWorthKeeping; ++n) {
    const std::string id = std::to_string(n % 400);
    lines.push_back(n % 3 == 0 ? put(id, std::to_string(n)) : get(id));
  }
  Tape tape(lines);
  const auto parts = [&] {
    std::size_t count = 0;
    const auto read = tape.store->each_index_part([&](std::string_view) { return ++count > 0; });
    REQUIRE(read.has_value());
    return count;
  };
  const auto made = tape_index(*tape.store);
  REQUIRE(made.has_value());
  REQUIRE(keep_index(*tape.store).has_value());
  CHECK(parts() > 0);
  const auto kept = tape_index(*tape.store);
  REQUIRE(kept.has_value());
  CHECK(kept->answers == made->answers);
  CHECK(kept->operations == made->operations);
  CHECK(kept->keys == made->keys);
  CHECK(kept->first == made->first);
  CHECK(kept->sequence == made->sequence);
  CHECK(kept->list_begin == made->list_begin);
  CHECK(kept->touch_begin == made->touch_begin);
  CHECK(kept->entries.size() == made->entries.size());
  CHECK(kept->touches.size() == made->touches.size());

  const auto id = tape.add(get("new"));
  const auto player = tape.player();
  CHECK(answers(*player, {create_table("t", false), get("new")}) == Ids{1, id});
  CHECK(answers(*tape.player(), lines).back() == static_cast<std::int64_t>(lines.size()));
}

}  // namespace dynatape::cassettes
