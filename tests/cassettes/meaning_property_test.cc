#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "cassettes/fingerprint.h"
#include "emulator/emulator.h"
#include "tests/cassettes/random_requests.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

std::uint64_t seed() {
  const char* given = std::getenv("DYNATAPE_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

int rounds(int usual) {
  const char* given = std::getenv("DYNATAPE_TEST_ROUNDS");
  return given ? std::atoi(given) : usual;
}

Fingerprint key(const json& request, const std::string& body) {
  return fingerprint_of({"POST", "/", {}, body, {}},
                        core::find_operation(request["operation"].get<std::string>()));
}

/// Arrays that DynamoDB fills in no certain order, in one order.
json ordered(json document) {
  for (auto& [table, items] : document["Responses"].items()) {
    if (items.is_array()) std::sort(items.begin(), items.end());
  }
  return document;
}

/// What a call answers on a database of its own, and what the database holds then.
class Worlds {
 public:
  struct Outcome {
    int status;
    json answer;
    std::vector<std::string> after;

    bool operator==(const Outcome&) const = default;
  };

  /// Databases filled with `items` are forks of one another.
  Outcome run(const std::vector<std::string>& items, const json& request, const std::string& body) {
    const std::string account = "account" + std::to_string(++accounts_);
    for (const char* table : {"tab1", "tab2"}) {
      call(account, "CreateTable",
           std::string(R"({"TableName":")") + table +
               R"(","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[)"
               R"({"AttributeName":"pk","AttributeType":"S"},)"
               R"({"AttributeName":"sk","AttributeType":"N"}],"KeySchema":[)"
               R"({"AttributeName":"pk","KeyType":"HASH"},)"
               R"({"AttributeName":"sk","KeyType":"RANGE"}]})");
    }
    now_ += std::chrono::hours(1);
    for (const std::string& item : items) {
      const auto put = call(account, "PutItem", item);
      INFO(item << "\n" << put.body);
      REQUIRE(put.status == 200);
    }
    const auto answer = call(account, request["operation"].get<std::string>(), body);
    Outcome outcome{answer.status, ordered(json::parse(answer.body)), {}};
    for (const char* table : {"tab1", "tab2"}) {
      outcome.after.push_back(
          call(account, "Scan", std::string(R"({"TableName":")") + table + "\"}").body);
    }
    return outcome;
  }

 private:
  emulator::Answer call(const std::string& account, std::string_view operation,
                        const std::string& body) {
    return emulator_.handle(operation, body, {account, "us-east-1", now_});
  }

  emulator::Emulator emulator_{emulator::Options()};
  std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds> now_{
      std::chrono::seconds(1'700'000'000)};
  int accounts_ = 0;
};

}  // namespace

TEST_CASE("meaning: a rewrite that means the same keeps the key, and the emulator agrees") {
  const std::uint64_t chosen = seed();
  INFO("DYNATAPE_TEST_SEED=" << chosen);
  RandomRequests random(chosen);
  Worlds worlds;
  int accepted = 0;
  const int all = rounds(400);
  for (int round = 0; round < all; ++round) {
    const json request = random.request();
    const std::string one = random.written(request);
    const std::string two = random.written(request);
    const auto items = random.items();
    const auto first = worlds.run(items, request, one);
    const auto second = worlds.run(items, request, two);
    INFO(request["operation"] << "\n"
                              << one << "\n"
                              << two << "\n"
                              << first.answer << "\n"
                              << second.answer);
    // What is refused before it is carried out is compared as it was sent; and of two actions that
    // both fail the service reports whichever it comes to first.
    const std::string refusal = first.status == 400 ? first.answer.dump() : "";
    if (refusal.find("#ValidationException") != std::string::npos ||
        refusal.find("ValidationError") != std::string::npos) {
      continue;
    }
    ++accepted;
    REQUIRE(first == second);
    REQUIRE(key(request, one) == key(request, two));
  }
  CHECK(accepted > all / 2);
}

TEST_CASE("meaning: one change of meaning changes the key, and the emulator shows why") {
  const std::uint64_t chosen = seed();
  INFO("DYNATAPE_TEST_SEED=" << chosen);
  RandomRequests random(chosen);
  Worlds worlds;
  int seen = 0;
  const int all = rounds(150);
  constexpr int kDatabases = 25;  // until one shows the difference
  for (int round = 0; round < all; ++round) {
    const json request = random.request();
    const json other = random.changed(request);
    const std::string one = random.written(request);
    const std::string two = random.written(other);
    INFO(request["operation"] << "\n" << one << "\n" << two);
    REQUIRE(key(request, one) != key(other, two));
    bool differs = false;
    for (int i = 0; i < kDatabases && !differs; ++i) {
      const auto items = random.items();
      differs = !(worlds.run(items, request, one) == worlds.run(items, other, two));
    }
    seen += differs ? 1 : 0;
  }
  // Some changes show in no answer: an operand of an OR whose other operand is always true.
  CHECK(seen > all * 6 / 10);
}

}  // namespace dynatape::cassettes
