#include "cassettes/miss_report.h"

#include <catch2/catch.hpp>

#include "cassettes/shown.h"
#include "tests/cassettes/tape.h"

namespace dynatape::cassettes {
namespace {

MissReport report_of(Player& player, const Line& line) {
  const auto taken = ask(player, line, /*last_chance=*/true);
  REQUIRE(std::holds_alternative<Player::Miss>(taken));
  const core::Request request = request_of(line);
  return player.explain({request, core::find_operation(line.operation), kNow},
                        std::get<Player::Miss>(taken));
}

Line put_with(const std::string& more) {
  return {"PutItem", R"({"TableName":"t","Item":{"id":{"S":"a"},)" + more + "}}"};
}

Line query(const std::string& more) {
  return {"Query", R"({"TableName":"t","KeyConditionExpression":"id = :i",)" + more + "}"};
}

/// The rules of the first next step; "" where it has none.
std::string proposed(const MissReport& report) {
  return report.next.empty() ? "" : report.next.front().rules;
}

}  // namespace

TEST_CASE(
    "miss: the report has the nearest call, its distance, and both sides of each difference") {
  const Tape tape({create_table("t", false), put("a", "1"), put("b", "7")});
  const auto player = tape.player();
  const MissReport report = report_of(*player, put("b", "8"));
  CHECK(report.reason == MissReason::unknown);
  CHECK(report.call == "PutItem t/b");
  REQUIRE(report.nearest);
  CHECK(report.nearest->id == 3);
  CHECK(report.nearest->call == "PutItem t/b");
  CHECK(report.nearest->distance == 1);
  CHECK(report.nearest->differences == std::vector<Difference>{{"Item.v", "8", "7"}});
  CHECK(report.why ==
        "this PutItem is not on the tape; nearest is #3, PutItem: Item.v is 8 now and 7 on tape");
}

TEST_CASE("miss: the rule that is proposed is one under which the recording answers") {
  const Line recorded[] = {put_with(R"("n":{"N":"1"},"s":{"S":"x"})"),
                           query(R"("FilterExpression":"p > :p",)"
                                 R"("ExpressionAttributeValues":{":i":{"S":"a"},":p":{"N":"1"}})"),
                           {"UpdateItem", R"({"TableName":"t","Key":{"id":{"S":"a"}},)"
                                          R"("UpdateExpression":"SET v = :v, w = w + :v",)"
                                          R"("ExpressionAttributeValues":{":v":{"N":"1"}}})"}};
  const Line live[] = {put_with(R"("n":{"N":"2"},"s":{"S":"y"})"),
                       query(R"("FilterExpression":"p > :p","ReturnConsumedCapacity":"TOTAL",)"
                             R"("ExpressionAttributeValues":{":i":{"S":"a"},":p":{"N":"2"}})"),
                       {"UpdateItem", R"({"TableName":"t","Key":{"id":{"S":"a"}},)"
                                      R"("UpdateExpression":"SET v = :v, w = w + :v, x = :v",)"
                                      R"("ExpressionAttributeValues":{":v":{"N":"2"}}})"}};
  const char* rules[] = {
      R"({"match":[{"operation":"PutItem","table":"t","loosen":[{"path":"Item.n","as":"any-number"},)"
      R"({"path":"Item.s","as":"any-string"}]}]})",
      R"({"match":[{"operation":"Query","table":"t","ignore":"returns",)"
      R"("loosen":{"path":"FilterExpression.p","as":"any-number"}}]})",
      R"({"match":[{"operation":"UpdateItem","table":"t","ignore":"UpdateExpression.x",)"
      R"("loosen":[{"path":"UpdateExpression.v","as":"any-number"},)"
      R"({"path":"UpdateExpression.w","as":"any-number"}]}]})"};
  for (std::size_t i = 0; i < std::size(live); ++i) {
    const Tape tape({create_table("t", false), recorded[i]});
    const auto player = tape.player();
    const MissReport report = report_of(*player, live[i]);
    CHECK(proposed(report) == rules[i]);
    CHECK(report.next.back().option == "--mode new");
  }
}

TEST_CASE("miss: no rule is proposed that would answer for another item, table or page") {
  const Tape tape({create_table("t", false), get("a"), put("a"),
                   query(R"("ExpressionAttributeValues":{":i":{"S":"a"}})")});
  const auto player = tape.player();
  const Line others[] = {get("b"),
                         put("b"),
                         query(R"("ExpressionAttributeValues":{":i":{"S":"b"}})"),
                         query(R"("Limit":1,"ExpressionAttributeValues":{":i":{"S":"a"}})"),
                         {"GetItem", R"({"TableName":"u","Key":{"id":{"S":"a"}}})"}};
  for (const Line& other : others) {
    const MissReport report = report_of(*player, other);
    CHECK(report.next ==
          std::vector<NextStep>{{"--mode new records what the tape lacks", "--mode new"}});
  }
}

TEST_CASE("miss: values that every run makes anew are no difference") {
  const std::string then = "6d7e2c9a-3b1f-4f52-8a4e-0f2b7a1c9d10";
  const std::string now = "0b8f3a52-77aa-4c0d-9d1e-5c6b2f3e4a55";
  const Tape tape(
      {create_table("t", false), put_with(R"("t":{"S":")" + then + R"("},"n":{"N":"1"})")});
  const auto player = tape.player();
  const auto report = report_of(*player, put_with(R"("t":{"S":")" + now + R"("},"n":{"N":"2"})"));
  REQUIRE(report.nearest);
  CHECK(report.nearest->differences == std::vector<Difference>{{"Item.n", "2", "1"}});
}

TEST_CASE("miss: one call more than were recorded names the option that repeats") {
  const Tape tape({get("a")});
  const auto player = tape.player();
  REQUIRE(answer_to(*player, get("a")) == 1);
  const MissReport report = report_of(*player, get("a"));
  CHECK(report.reason == MissReason::exhausted);
  REQUIRE(report.nearest);
  CHECK(report.nearest->id == 1);
  CHECK(report.nearest->distance == 0);
  REQUIRE(report.next.size() == 2);
  CHECK(report.next[0].option == "--repeats GetItem:t=last");
}

TEST_CASE("miss: a call before the write it depends on names the option that gives up the order") {
  const Tape tape({create_table("t", false), put("a"), get("a")});
  const auto player = tape.player();
  REQUIRE(answer_to(*player, create_table("t", false)) == 1);
  const MissReport report = report_of(*player, get("a"));
  CHECK(report.reason == MissReason::out_of_order);
  CHECK(report.why == "#3 GetItem t/a came before #2 PutItem t/a, recorded the other way");
  REQUIRE(report.next.size() == 1);
  CHECK(report.next[0].option == "--order any");
}

TEST_CASE("miss: a report is bounded, and cuts no character in two") {
  std::vector<Difference> many(100, {"Item.a", std::string(5'000, 'x'), ""});
  const auto nearest = nearest_recording(1, "PutItem", 100, std::move(many));
  CHECK(nearest.differences.size() == MissReport::kDifferences);
  CHECK(nearest.more_differences == 80);
  CHECK(nearest.differences[0].live.size() == MissReport::kValueBytes + std::string("…").size());
  CHECK(cut("aäb", 2) == "a…");
  CHECK(cut("aäb", 3) == "aä…");
  CHECK(cut("aäb", 4) == "aäb");
  CHECK(shown("", 2) == "absent");
}

TEST_CASE("player: what nobody asked for is listed with its operation, table and key") {
  const Tape tape({create_table("t", false), put("a"), get("b"), {"ListTables", "{}"}});
  const auto player = tape.player();
  REQUIRE(answer_to(*player, create_table("t", false)) == 1);
  REQUIRE(answer_to(*player, put("a")) == 2);
  CHECK(player->unused_labels(1) == std::vector<std::string>{"#3 GetItem t/b"});
  CHECK(player->unused_labels(9) == std::vector<std::string>{"#3 GetItem t/b", "#4 ListTables"});
}

}  // namespace dynatape::cassettes
