// Deleting what has expired, a bounded part at a time.

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "emulator/storage/database.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::storage {
namespace {

using std::chrono::seconds;

constexpr model::TimePoint kStart{std::chrono::hours(1000)};

/// A database whose one table holds items that have expired.
class Fixture {
 public:
  explicit Fixture(int items = 2500) {
    database.transact([&](Transaction& t) {
      model::Table definition;
      definition.name = "table";
      definition.key = {{{"pk", model::Type::s}}, {}};
      TableWriter& table = t.create_table(definition);
      table.set_time_to_live({true, "ttl", kStart, kStart});
      for (int i = 0; i < items; ++i) {
        const model::Item item{{"pk", "item-" + std::to_string(i)},
                               {"ttl", model::Number::of(1'000'000)}};
        table.put(table_key(definition.key, item).value(), item);
      }
    });
  }
  std::size_t count() { return database.snapshot().table("table")->rows().tree.size(); }

  Database database;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "sweep: each call deletes a part, the next goes on, until none is left") {
  database.sweep(kStart);
  CHECK(count() == 1500);
  database.sweep(kStart);
  CHECK(count() == 500);
  database.sweep(kStart);
  CHECK(count() == 0);
}

TEST_CASE_METHOD(Fixture, "sweep: once done, it rests for a minute") {
  while (!database.sweep_once(kStart)) continue;
  database.sweep(kStart);
  const auto expire = [&](const std::string& key) {
    database.transact([&](Transaction& t) {
      TableWriter& table = *t.table("table");
      const model::Item item{{"pk", key}, {"ttl", model::Number::of(1'000'000)}};
      table.put(table_key(table.definition().key, item).value(), item);
    });
  };
  expire("late");
  database.sweep(kStart + seconds(59));
  CHECK(count() == 1);
  database.sweep(kStart + seconds(60));
  CHECK(count() == 0);
}

TEST_CASE_METHOD(Fixture, "sweep: whoever asks for it is told when nothing is left") {
  CHECK_FALSE(database.sweep_once(kStart));
  CHECK_FALSE(database.sweep_once(kStart));
  CHECK(database.sweep_once(kStart));
  CHECK(count() == 0);
  CHECK(database.sweep_once(kStart));
}

TEST_CASE_METHOD(Fixture, "sweep: a deleted table whose time is over is forgotten") {
  database.transact([](Transaction& t) {
    model::Table definition = t.table("table")->definition();
    definition.lifecycle = {model::Status::deleting, kStart + seconds(10)};
    t.table("table")->redefine(definition);
  });
  while (!database.sweep_once(kStart + seconds(9))) continue;
  CHECK(database.snapshot().table("table") != nullptr);
  CHECK(database.sweep_once(kStart + seconds(10)));
  CHECK(database.snapshot().table("table") == nullptr);
}

}  // namespace dynatape::storage
