#include "emulator/storage/database.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "emulator/storage/databases.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::storage {
namespace {

using model::AttributeDefinition;
using model::Item;
using model::Number;
using model::Outcome;
using model::SecondaryIndex;
using model::Table;
using model::Type;

Item item(std::string_view pk, std::int64_t n) {
  return {{"pk", std::string(pk)}, {"n", Number::of(n)}};
}

Table orders() {
  Table table;
  table.name = "orders";
  table.key = {{{"pk", Type::s}}, {}};
  return table;
}

std::string key_of(const Item& from) { return table_key(orders().key, from).value(); }

Change put(TableWriter& table, const Item& with) {
  return table.put(table_key(table.definition().key, with).value(), with);
}

Change erase(TableWriter& table, const Item& key) {
  return table.erase(table_key(table.definition().key, key).value());
}

void create_orders(Database& database) {
  database.transact([](Transaction& t) { t.create_table(orders()); });
}

void put_order(Database& database, const Item& with) {
  database.transact([&](Transaction& t) { put(*t.table("orders"), with); });
}

std::int64_t value_of(const Snapshot& snapshot, std::string_view pk) {
  const Record* row = snapshot.table("orders")->find(key_of(item(pk, 0)));
  return row == nullptr ? -1 : row->item().find("n")->number().to_int64().value();
}

SecondaryIndex by_number(model::Projection projection = {}) {
  SecondaryIndex index;
  index.name = "by-number";
  index.key = {{{"n", Type::n}}, {}};
  index.projection = std::move(projection);
  return index;
}

}  // namespace

TEST_CASE("database: what a transaction wrote is there after it, and counted") {
  Database database;
  create_orders(database);
  put_order(database, item("a", 1));
  put_order(database, item("b", 2));
  put_order(database, item("a", 3));
  const Snapshot now = database.snapshot();
  CHECK(value_of(now, "a") == 3);
  CHECK(value_of(now, "b") == 2);
  CHECK(now.table("orders")->rows().tree.size() == 2);
  CHECK(now.table("orders")->rows().size_bytes ==
        model::size_bytes(item("a", 3)) + model::size_bytes(item("b", 2)));
  CHECK(now.table("nothing") == nullptr);
}

TEST_CASE("database: a failed transaction leaves no trace") {
  Database database;
  create_orders(database);
  put_order(database, item("a", 1));
  const std::uint64_t version = database.snapshot().version();
  const auto outcome = database.transact([](Transaction& t) -> Outcome<int> {
    put(*t.table("orders"), item("a", 2));
    put(*t.table("orders"), item("b", 2));
    t.create_table([] {
      Table other = orders();
      other.name = "other";
      return other;
    }());
    t.remember("token", "x", {});
    return model::invalid("no");
  });
  CHECK_FALSE(outcome.has_value());
  CHECK(value_of(database.snapshot(), "a") == 1);
  CHECK(value_of(database.snapshot(), "b") == -1);
  CHECK(database.snapshot().table("other") == nullptr);
  CHECK(database.snapshot().version() == version);
}

TEST_CASE("database: a transaction sees its own writes, others only what was published") {
  Database database;
  create_orders(database);
  database.transact([&](Transaction& t) {
    TableWriter& table = *t.table("orders");
    put(table, item("a", 1));
    CHECK(table.find(key_of(item("a", 0))) != nullptr);
    CHECK(value_of(database.snapshot(), "a") == -1);
    erase(table, item("a", 0));
    CHECK(table.find(key_of(item("a", 0))) == nullptr);
    put(table, item("a", 2));
  });
  CHECK(value_of(database.snapshot(), "a") == 2);
}

TEST_CASE("database: a transaction that changes nothing publishes nothing") {
  Database database;
  create_orders(database);
  const std::uint64_t version = database.snapshot().version();
  database.transact([](Transaction& t) { (void)t.table("orders")->find("x"); });
  CHECK(database.snapshot().version() == version);
}

TEST_CASE("database: a snapshot stays as it was") {
  Database database;
  create_orders(database);
  put_order(database, item("a", 1));
  const Snapshot before = database.snapshot();
  put_order(database, item("a", 2));
  database.transact([](Transaction& t) { t.drop_table("orders"); });
  CHECK(value_of(before, "a") == 1);
  CHECK(database.snapshot().table("orders") == nullptr);
}

TEST_CASE("database: a fork and its origin never see each other's writes") {
  Database database;
  create_orders(database);
  put_order(database, item("a", 1));
  const auto fork = database.fork();
  put_order(database, item("a", 2));
  put_order(*fork, item("b", 3));
  CHECK(value_of(database.snapshot(), "a") == 2);
  CHECK(value_of(database.snapshot(), "b") == -1);
  CHECK(value_of(fork->snapshot(), "a") == 1);
  CHECK(value_of(fork->snapshot(), "b") == 3);
  database.reset(fork->snapshot());
  CHECK(value_of(database.snapshot(), "b") == 3);
}

TEST_CASE("database: a table dropped and made again in one transaction is empty") {
  Database database;
  create_orders(database);
  put_order(database, item("a", 1));
  database.transact([](Transaction& t) {
    put(*t.table("orders"), item("b", 1));
    t.drop_table("orders");
    CHECK(t.table("orders") == nullptr);
    t.create_table(orders());
    put(*t.table("orders"), item("c", 1));
  });
  CHECK(database.snapshot().table("orders")->rows().tree.size() == 1);
  CHECK(value_of(database.snapshot(), "c") == 1);
}

TEST_CASE("database: readers on other threads see whole transactions only") {
  Database database;
  create_orders(database);
  put_order(database, item("a", 0));
  put_order(database, item("b", 0));
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      do {
        const Snapshot now = database.snapshot();
        if (value_of(now, "a") != value_of(now, "b")) ++torn;
        const auto fork = database.fork();
        put_order(*fork, item("a", -7));
        if (value_of(now, "a") == -7) ++torn;
      } while (!done);
    });
  }
  for (int n = 1; n <= 500; ++n) {
    database.transact([&](Transaction& t) {
      put(*t.table("orders"), item("a", n));
      for (int i = 0; i < 5; ++i) put(*t.table("orders"), item("x" + std::to_string(n + i), n));
      put(*t.table("orders"), item("b", n));
    });
  }
  done = true;
  readers.clear();
  CHECK(torn == 0);
  CHECK(value_of(database.snapshot(), "a") == 500);
}

TEST_CASE("index: a row appears with its key, moves with it and goes with it") {
  Database database;
  create_orders(database);
  using Kind = IndexChange::Kind;
  database.transact([](Transaction& t) {
    TableWriter& table = *t.table("orders");
    table.add_index(by_number());
    const auto size = static_cast<std::uint32_t>(model::size_bytes(item("a", 1)));
    CHECK(put(table, item("a", 1)).indexes == std::vector{IndexChange{0, Kind::inserted, 0, size}});
    CHECK(put(table, item("a", 1)).indexes.empty());
    CHECK(put(table, item("a", 2)).indexes == std::vector{IndexChange{0, Kind::moved, size, size}});
    Item longer = item("a", 2);
    longer.set("more", std::string("x"));
    CHECK(put(table, longer).indexes == std::vector{IndexChange{0, Kind::updated, size, size + 5}});
    const Item without = {{"pk", std::string("a")}};
    CHECK(put(table, without).indexes == std::vector{IndexChange{0, Kind::removed, size + 5, 0}});
    CHECK(put(table, without).indexes.empty());
    put(table, item("a", 3));
    CHECK(erase(table, item("a", 0)).indexes ==
          std::vector{IndexChange{0, Kind::removed, size, 0}});
    CHECK(erase(table, item("a", 0)).indexes.empty());
  });
  CHECK(database.snapshot().table("orders")->index("by-number")->tree.empty());
  CHECK(database.snapshot().table("orders")->index("by-number")->size_bytes == 0);
}

TEST_CASE("index: a change it does not project is no change of the index") {
  Database database;
  create_orders(database);
  database.transact([](Transaction& t) {
    TableWriter& table = *t.table("orders");
    table.add_index(by_number({model::ProjectionType::include, {"kept"}}));
    Item with = item("a", 1);
    with.set("ignored", std::string("x"));
    put(table, with);
    with.set("ignored", std::string("longer"));
    CHECK(put(table, with).indexes.empty());
    with.set("kept", std::string("x"));
    const Change change = put(table, with);
    REQUIRE(change.indexes.size() == 1);
    CHECK(change.indexes.front().kind == IndexChange::Kind::updated);
    CHECK(change.indexes.front().size_after == change.indexes.front().size_before + 5);
  });
  // The row leads to the newest item all the same.
  const Snapshot now = database.snapshot();
  CHECK(now.table("orders")->index("by-number")->tree.first()->item().find("ignored")->text() ==
        "longer");
}

TEST_CASE("index: one added later holds the rows that have its key, then follows them") {
  Database database;
  create_orders(database);
  for (int n = 0; n < 100; ++n) put_order(database, item("p" + std::to_string(n), n % 10));
  put_order(database, {{"pk", std::string("sparse")}});
  put_order(database, {{"pk", std::string("wrong type")}, {"n", std::string("7")}});
  database.transact([](Transaction& t) { t.table("orders")->add_index(by_number()); });
  put_order(database, item("late", 5));
  const Snapshot now = database.snapshot();
  const Rows* index = now.table("orders")->index("by-number");
  CHECK(index->tree.size() == 101);
  const model::AttributeValue five = Number::of(5);
  const KeyRange range = partition_range({&five, 1});
  std::size_t fives = 0;
  for (auto row = index->tree.lower_bound(range.lower); row.valid() && range.contains(row->key());
       row.next()) {
    CHECK(row->item().find("n")->text() == "5");
    ++fives;
  }
  CHECK(fives == 11);
  database.transact([](Transaction& t) { t.table("orders")->drop_index("by-number"); });
  CHECK(database.snapshot().table("orders")->index("by-number") == nullptr);
  CHECK(database.snapshot().table("orders")->indexes().empty());
}

TEST_CASE("index: a key attribute of a wrong type or size is named, globals first") {
  Table table = orders();
  SecondaryIndex local;
  local.name = "local";
  local.kind = model::IndexKind::local;
  local.key = {{{"pk", Type::s}}, {{"n", Type::s}}};
  SecondaryIndex global = by_number();
  global.key = {{{"n", Type::s}}, {}};
  table.indexes = {local, global};
  using Kind = IndexKeyProblem::Kind;
  const auto problem = [&](const model::AttributeValue& n) {
    return index_key_problem(table, Item{{"pk", std::string("a")}, {"n", n}});
  };
  CHECK(problem(Number::of(1))->kind == Kind::wrong_type);
  CHECK(problem(Number::of(1))->index->name == "by-number");
  CHECK(problem(Number::of(1))->actual == Type::n);
  CHECK(problem(std::string())->kind == Kind::empty);
  CHECK(problem(std::string(2049, 'x'))->kind == Kind::too_long);
  CHECK(problem(std::string(1025, 'x'))->index->name == "local");
  CHECK_FALSE(problem(std::string(1024, 'x')));
  CHECK_FALSE(index_key_problem(table, Item{{"pk", std::string("a")}}));
}

TEST_CASE("tokens: one lives ten minutes, then it is new again, and dead ones do not pile up") {
  using namespace std::chrono_literals;
  Database database;
  const model::TimePoint start{};
  database.transact([&](Transaction& t) { t.remember("t", "body", start); });
  database.transact([&](Transaction& t) {
    REQUIRE(t.token("t", start + 599s) != nullptr);
    CHECK(t.token("t", start + 599s)->fingerprint() == "body");
    CHECK(t.token("t", start + 600s) == nullptr);
    CHECK(t.token("u", start) == nullptr);
  });
  for (int i = 0; i < 2000; ++i) {
    database.transact([&](Transaction& t) {
      t.remember("token-" + std::to_string(i * 7919 % 2000), "", start + i * 1min);
    });
  }
  CHECK(database.snapshot().token_count() < 40);
}

TEST_CASE("databases: one for each account and region, made when first asked for") {
  Databases databases;
  const auto first = databases.get("alice", "us-east-1");
  CHECK(databases.get("alice", "us-east-1") == first);
  CHECK(databases.get("alice", "eu-west-1") != first);
  create_orders(*first);
  CHECK(databases.fork({"alice", "us-east-1"}, {"test-1", "us-east-1"}));
  CHECK_FALSE(databases.fork({"nobody", "us-east-1"}, {"test-2", "us-east-1"}));
  CHECK(databases.get("test-1", "us-east-1")->snapshot().table("orders") != nullptr);
  databases.erase({"test-1", "us-east-1"});
  CHECK(databases.get("test-1", "us-east-1")->snapshot().table("orders") == nullptr);
  CHECK(databases.names().size() == 3);
}

}  // namespace dynatape::storage
