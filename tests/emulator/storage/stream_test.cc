#include "emulator/storage/stream.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "emulator/storage/database.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::storage {
namespace {

constexpr model::TimePoint kStart{std::chrono::hours(1000)};

/// A database whose one table has a stream.
class Fixture {
 public:
  Fixture() {
    database.transact([](Transaction& t) {
      model::Table table;
      table.name = "table";
      table.key = {{{"pk", model::Type::s}}, {}};
      table.stream = {model::StreamView::keys_only, "label"};
      t.open_stream(t.create_table(table), {table.name, *table.stream, table.key, kStart, kStart});
    });
  }

  static void put(Database& into, const std::string& key, model::TimePoint now = kStart) {
    into.transact([&](Transaction& t) {
      TableWriter& table = *t.table("table");
      table.set_time(now);
      const model::Item item{{"pk", key}};
      table.put(table_key(table.definition().key, item).value(), item);
    });
  }
  static std::size_t record_count(const Snapshot& snapshot) {
    return snapshot.stream("table", "label")->content().records.size();
  }

  Database database;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "stream: a snapshot keeps its records, a fork writes its own") {
  put(database, "a");
  const Snapshot before = database.snapshot();
  const auto fork = database.fork();
  put(database, "b");
  put(*fork, "c");
  put(*fork, "d");
  CHECK(record_count(before) == 1);
  CHECK(record_count(database.snapshot()) == 2);
  CHECK(record_count(fork->snapshot()) == 3);
}

TEST_CASE_METHOD(Fixture, "stream: a transaction that is given up leaves no record") {
  const auto failed = database.transact([](Transaction& t) -> model::Outcome<void> {
    TableWriter& table = *t.table("table");
    const model::Item item{{"pk", std::string("a")}};
    table.put(table_key(table.definition().key, item).value(), item);
    return model::invalid("no");
  });
  CHECK_FALSE(failed.has_value());
  CHECK(record_count(database.snapshot()) == 0);
}

TEST_CASE_METHOD(Fixture, "stream: writing for days keeps about one day's records and shards") {
  for (int hour = 0; hour < 24 * 5; ++hour) {
    put(database, std::to_string(hour), kStart + std::chrono::hours(hour));
  }
  const Snapshot snapshot = database.snapshot();
  const Stream& stream = *snapshot.stream("table", "label");
  CHECK(stream.content().records.size() == 24);
  CHECK(stream.content().shards.size() <= 7);
  CHECK(stream.horizon(kStart + std::chrono::hours(24 * 5 - 1)) ==
        stream.content().records.first()->content().sequence);
}

TEST_CASE_METHOD(Fixture, "stream: its horizon is the oldest record of the last day") {
  for (int hour = 0; hour < 10; ++hour) {
    put(database, std::to_string(hour), kStart + std::chrono::hours(hour));
  }
  const Snapshot snapshot = database.snapshot();
  const Stream& stream = *snapshot.stream("table", "label");
  for (int hour = 0; hour < 40; ++hour) {
    std::uint64_t expected = stream.content().next_sequence;
    for (auto record = stream.content().records.last(); record.valid(); record.previous()) {
      const auto age = kStart + std::chrono::hours(hour) - record->content().time;
      if (age < kStreamRetention) expected = record->content().sequence;
    }
    INFO(hour);
    CHECK(stream.horizon(kStart + std::chrono::hours(hour)) == expected);
  }
}

TEST_CASE_METHOD(Fixture, "stream: a sweep forgets one that was closed a day ago") {
  database.transact(
      [](Transaction& t) { t.close_stream(*t.table("table"), "label", kStart, kStart); });
  database.sweep(kStart + std::chrono::hours(23));
  CHECK(database.snapshot().streams().size() == 1);
  database.sweep(kStart + std::chrono::hours(24));
  CHECK(database.snapshot().streams().empty());
}

}  // namespace dynatape::storage
