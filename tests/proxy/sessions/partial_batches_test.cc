// Conservation: of a batch with entries left unprocessed, exactly the others are written or read.

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "session_lab.h"
#include "tests/support/random_seed.h"

namespace dynatape::sessions {
namespace {

using nlohmann::json;

json text(const std::string& value) { return {{"S", value}}; }

/// Items by table and key, as a batch asks for them or an answer tells of them.
using Items = std::set<std::string>;

/// "t/a=1" for an item to put, "t/a" for one to delete.
Items requests_in(const json& tables) {
  Items items;
  for (const auto& [table, requests] : tables.items()) {
    for (const json& request : requests) {
      const bool put = request.contains("PutRequest");
      const json& attributes =
          put ? request.at("PutRequest").at("Item") : request.at("DeleteRequest").at("Key");
      std::string item = table + "/" + attributes.at("pk").at("S").get<std::string>();
      if (put) item += "=" + attributes.at("v").at("S").get<std::string>();
      items.insert(item);
    }
  }
  return items;
}

Items keys_in(const json& tables) {
  Items items;
  for (const auto& [table, asked] : tables.items()) {
    for (const json& key : asked.at("Keys")) {
      items.insert(table + "/" + key.at("pk").at("S").get<std::string>());
    }
  }
  return items;
}

class Batches {
 public:
  explicit Batches(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }

  /// Distinct keys of two tables, at least one.
  std::set<std::pair<std::string, std::string>> keys(std::size_t most) {
    std::set<std::pair<std::string, std::string>> keys;
    for (std::size_t n = 1 + below(most); keys.size() < n;) {
      keys.insert({below(3) == 0 ? "two" : "one", "k" + std::to_string(below(60))});
    }
    return keys;
  }

  json writes() {
    json tables = json::object();
    for (const auto& [table, key] : keys(25)) {
      const std::string value = std::to_string(++value_);
      tables[table].push_back(
          below(4) == 0
              ? json{{"DeleteRequest", {{"Key", {{"pk", text(key)}}}}}}
              : json{{"PutRequest", {{"Item", {{"pk", text(key)}, {"v", text(value)}}}}}});
    }
    return tables;
  }

  json reads() {
    json tables = json::object();
    for (const auto& [table, key] : keys(50)) tables[table]["Keys"].push_back({{"pk", text(key)}});
    return tables;
  }

 private:
  std::mt19937_64 random_;
  int value_ = 0;
};

/// What a table holds, by "table/key", in the reference and behind the rules.
using Table = std::map<std::string, std::string>;

void carry_out(const Items& requests, Table& table) {
  for (const std::string& request : requests) {
    const auto equals = request.find('=');
    if (equals == std::string::npos) {
      table.erase(request);
    } else {
      table[request.substr(0, equals)] = request.substr(equals + 1);
    }
  }
}

Table held(Caller& caller) {
  Table table;
  for (const std::string name : {"one", "two"}) {
    const json page = caller.ok("Scan", {{"TableName", name}});
    for (const json& item : page.at("Items")) {
      table[name + "/" + item.at("pk").at("S").get<std::string>()] =
          item.at("v").at("S").get<std::string>();
    }
  }
  return table;
}

Items without(const Items& all, const Items& some) {
  Items rest;
  for (const std::string& item : all) {
    if (!some.contains(item)) rest.insert(item);
  }
  return rest;
}

}  // namespace

TEST_CASE("unprocessed: written and unprocessed are what was requested, for 10,000 batches") {
  const std::uint64_t number = support::random_seed("partial batches");
  INFO("DYNATAPE_SEED=" << number);
  Batches batches(number);
  const auto session = session_of(
      one_rule({{"operation", "BatchWriteItem"}}, {{"unprocessed", {{"fraction", 0.4}}}}));
  Caller caller(*session);
  for (const char* name : {"one", "two"}) caller.ok("CreateTable", table_of(name));
  Table reference;
  std::size_t left = 0;
  for (int i = 0; i < 10'000; ++i) {
    const json tables = batches.writes();
    const json answer = caller.ok("BatchWriteItem", {{"RequestItems", tables}});
    const Items requested = requests_in(tables);
    const Items unprocessed = requests_in(answer.at("UnprocessedItems"));
    if (!std::ranges::includes(requested, unprocessed)) FAIL(answer);
    left += unprocessed.size();
    carry_out(without(requested, unprocessed), reference);
    if (i % 100 == 0 && held(caller) != reference) FAIL("batch " << i << ": " << tables);
  }
  CHECK(held(caller) == reference);
  CHECK(left > 10'000);
}

TEST_CASE("unprocessed: read and unprocessed are what was requested, for 2,000 batches") {
  const std::uint64_t number = support::random_seed("partial batches");
  INFO("DYNATAPE_SEED=" << number);
  Batches batches(number);
  const auto session =
      session_of(one_rule({{"operation", "BatchGetItem"}}, {{"unprocessed", {{"count", 7}}}}));
  Caller caller(*session);
  for (const char* name : {"one", "two"}) caller.ok("CreateTable", table_of(name));
  for (int i = 0; i < 10; ++i) {
    caller.ok("BatchWriteItem", {{"RequestItems", batches.writes()}});
  }
  const Table table = held(caller);
  for (int i = 0; i < 2'000; ++i) {
    const json tables = batches.reads();
    const json answer = caller.ok("BatchGetItem", {{"RequestItems", tables}});
    const Items requested = keys_in(tables);
    const Items unprocessed = keys_in(answer.at("UnprocessedKeys"));
    CHECK(unprocessed.size() == std::min<std::size_t>(requested.size(), 7));
    Items read;
    for (const auto& [name, items] : answer.at("Responses").items()) {
      for (const json& item : items) {
        read.insert(name + "/" + item.at("pk").at("S").get<std::string>());
      }
    }
    Items there;
    for (const std::string& key : without(requested, unprocessed)) {
      if (table.contains(key)) there.insert(key);
    }
    if (read != there) FAIL(tables << " answered " << answer);
  }
}

}  // namespace dynatape::sessions
