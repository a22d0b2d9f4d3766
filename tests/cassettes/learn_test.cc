#include "cassettes/learn.h"

#include <catch2/catch.hpp>

#include "cassettes/kept_match_rules.h"
#include "cassettes/match_rules_text.h"
#include "tests/cassettes/tape.h"

namespace dynatape::cassettes {
namespace {

/// What one run does with an order and a customer of its own.
std::vector<Line> run(const std::string& order, const std::string& customer, int milliseconds,
                      const std::string& uuid) {
  const std::string key = R"({"TableName":"t","Key":{"id":{"S":")" + order + R"("}})";
  return {
      create_table("t", false),
      {"PutItem", R"({"TableName":"t","Item":{"id":{"S":")" + order + R"("},"customer":{"S":")" +
                      customer + R"("},"took":{"N":")" + std::to_string(milliseconds) +
                      R"("},"trace":{"S":")" + uuid + R"("},"state":{"S":"new"}}})"},
      {"GetItem", key + "}", R"({"Item":{"id":{"S":")" + order + R"("}}})"},
      {"Query",
       R"({"TableName":"t","IndexName":"by-customer","KeyConditionExpression":"customer = :c",)"
       R"("ExpressionAttributeValues":{":c":{"S":")" +
           customer + R"("}}})",
       R"({"Items":[{"id":{"S":")" + order + R"("},"customer":{"S":")" + customer + R"("}}]})"}};
}

const std::string kA = "6d7e2c9a-3b1f-4f52-8a4e-0f2b7a1c9d10";
const std::string kB = "0b8f3a52-77aa-4c0d-9d1e-5c6b2f3e4a55";

/// A closed cassette.
std::string closed(const Tape& tape) {
  REQUIRE(tape.store->close());
  return tape.store->path();
}

Lesson lesson_of(const std::vector<Line>& first, const std::vector<Line>& second) {
  const Tape one(first);
  const Tape two(second);
  const auto learned = learn(closed(one), closed(two));
  REQUIRE(learned.has_value());
  return *learned;
}

}  // namespace

TEST_CASE("learn: what is another in both takes is bound, if one value stands for the other") {
  const auto lesson =
      lesson_of(run("order-7f3a", "c-1041", 12, kA), run("order-91bc", "c-2209", 7, kB));
  CHECK(to_text(lesson.rules) ==
        R"({"match":[{"table":"t","loosen":{"path":"Item.took","as":"any-number"},)"
        R"("bind":["Item.customer","Item.id","Key.id","KeyConditionExpression.customer"]}]})");
  CHECK(lesson.calls == 4);
  CHECK(lesson.alike == 1);
  CHECK(lesson.alike_with_rules == 4);
}

TEST_CASE("learn: two takes that are alike teach nothing") {
  const auto lesson =
      lesson_of(run("order-7f3a", "c-1041", 12, kA), run("order-7f3a", "c-1041", 12, kB));
  CHECK(lesson.rules.empty());
  CHECK(lesson.places.empty());
  CHECK(lesson.alike == 4);
}

TEST_CASE("learn: a key whose values do not stand for each other gets no rule") {
  const auto lesson =
      lesson_of({get("item-1"), put("x"), get("item-1")}, {get("item-2"), put("x"), get("item-3")});
  CHECK(lesson.rules.empty());
  REQUIRE(lesson.places.size() == 1);
  CHECK(lesson.places[0].path == "Key.id");
  CHECK(lesson.places[0].verdict.empty());
  CHECK_THAT(lesson.places[0].problem, Catch::Contains("one to one"));
}

TEST_CASE("learn: calls that only one take has are not taken for others") {
  auto second = run("order-91bc", "c-2209", 7, kB);
  second.insert(second.begin() + 1, {"ListTables", "{}"});
  const auto lesson = lesson_of(run("order-7f3a", "c-1041", 12, kA), second);
  CHECK(lesson.alike_with_rules == 4);
  CHECK(lesson.calls == 5);
}

TEST_CASE(
    "learn: items of a batch are in no order, and are bound where no value is in both takes") {
  const auto write = [](const std::string& a, const std::string& b) {
    const auto put = [](const std::string& id) {
      return R"({"PutRequest":{"Item":{"id":{"S":")" + id + R"("}}}})";
    };
    return Line{"BatchWriteItem", R"({"RequestItems":{"t":[)" + put(a) + "," + put(b) + "]}}"};
  };
  CHECK(to_text(lesson_of({write("one-1f", "two-2e")}, {write("six-9a", "ten-7b")}).rules) ==
        R"({"match":[{"table":"t","bind":"Item.id"}]})");
  CHECK(lesson_of({write("one-1f", "two-2e")}, {write("one-1f", "ten-7b")}).rules.empty());
}

TEST_CASE("learn: a cassette that keeps the rules answers the other take, with its values") {
  const Tape one(run("order-7f3a", "c-1041", 12, kA));
  const Tape two(run("order-91bc", "c-2209", 7, kB));
  const std::string path = closed(one);
  const auto lesson = learn(path, closed(two));
  REQUIRE(lesson.has_value());
  REQUIRE(keep_match_rules(path, lesson->rules));
  REQUIRE(keep_match_rules(path, lesson->rules));
  const auto kept = kept_match_rules(path);
  REQUIRE(kept.has_value());
  CHECK(*kept == lesson->rules);
  auto store = Store::open(path);
  REQUIRE(store.has_value());
  auto player = Player::load(std::move(*store), {}, *kept);
  REQUIRE(player.has_value());
  const auto live = run("order-5555", "c-7777", 99, kB);
  for (const Line& line : live) {
    const auto* operation = core::find_operation(line.operation);
    const Shape shape = volatile_shape(request_of(line), operation, kNow, *kept);
    const auto taken = (*player)->take(
        {.key = shape.key, .operation = operation, .started = kNow, .shape = &shape}, true);
    REQUIRE(std::holds_alternative<Player::Match>(taken));
    CHECK((*player)->answer(std::get<Player::Match>(taken))->body == line.answer);
  }
}

TEST_CASE("match rules: as text and back they are the same") {
  const std::string texts[] = {
      R"({"match":[]})",
      R"({"match":[{"operation":["GetItem","PutItem"],"table":"t","ignore":["returns","Item.a"],)"
      R"("loosen":{"path":"Item.b","as":"any-string"},"bind":["Key.id","Item.id"]}]})"};
  for (const std::string& text : texts) {
    const auto rules = match_rules_from(text);
    REQUIRE(rules.has_value());
    CHECK(to_text(*rules) == text);
  }
  CHECK_FALSE(match_rules_from(R"({"match":[{"operation":"GetItems"}]})").has_value());
  CHECK_FALSE(match_rules_from(R"({"match":[{"bnd":"Key.id"}]})").has_value());
  CHECK_FALSE(match_rules_from("{").has_value());
}

}  // namespace dynatape::cassettes
