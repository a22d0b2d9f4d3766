#include "emulator/storage/past.h"

#include <catch2/catch.hpp>

#include "emulator/storage/database.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::storage {
namespace {

using namespace std::chrono_literals;
using model::Item;
using model::TimePoint;

constexpr TimePoint kStart{1'767'225'600s};
constexpr std::int64_t kFresh = -1;  ///< what any read finds

model::Table table_called(const std::string& name) {
  model::Table table;
  table.name = name;
  table.key = {{{"pk", model::Type::s}}, {}};
  return table;
}

Item counter(std::int64_t n) { return {{"pk", std::string("a")}, {"n", model::Number::of(n)}}; }

/// A database that keeps its past, with the tables t and u.
struct Kept {
  Kept() {
    database.keep_past(true);
    database.sweep(kStart);
    for (const char* name : {"t", "u"}) {
      database.transact([&](Transaction& one) { one.create_table(table_called(name)); });
    }
  }

  void write(std::int64_t n, TimePoint now, const char* table = "t") {
    database.sweep(now);  // as each call does
    database.transact([&](Transaction& one) {
      TableWriter& writer = *one.table(table);
      writer.put(table_key(writer.definition().key, counter(n)).value(), counter(n));
    });
  }

  /// What t holds for a read that lags; 0 where it is empty.
  std::int64_t read(TimePoint now, Lag lag, const std::vector<std::string>& tables = {"t"}) {
    lag.tables = tables;
    const auto earlier = database.earlier(now, lag);
    if (!earlier) return kFresh;
    const auto row = earlier->table("t")->rows().tree.first();
    return row.valid() ? row->item().find("n")->number().to_int64().value() : 0;
  }

  Database database;
};

}  // namespace

TEST_CASE("past: a read that lags finds what there was so long ago") {
  Kept kept;
  for (int n = 1; n <= 3; ++n) kept.write(n, kStart + n * 100ms);
  const TimePoint now = kStart + 350ms;
  CHECK(kept.read(now, {.age = 50ms}) == kFresh);
  CHECK(kept.read(now, {.age = 51ms}) == 2);
  CHECK(kept.read(now, {.age = 150ms}) == 2);
  CHECK(kept.read(now, {.age = 200ms}) == 1);
  CHECK(kept.read(now, {.age = 1h}) == 0);
}

TEST_CASE("past: a read that lags by writes counts those of its tables") {
  Kept kept;
  for (int n = 1; n <= 3; ++n) {
    kept.write(n, kStart);
    kept.write(n, kStart, "u");
  }
  CHECK(kept.read(kStart, {.writes = 1}) == 2);
  CHECK(kept.read(kStart, {.writes = 3}) == 0);
  CHECK(kept.read(kStart, {.writes = 1}, {"t", "u"}) == 3);
  CHECK(kept.read(kStart, {.writes = 2}, {"t", "u"}) == 2);
}

TEST_CASE("past: no read lags behind a table's making, or its change") {
  Kept kept;
  CHECK(kept.read(kStart, {.age = 1h}) == kFresh);
  kept.write(1, kStart);
  kept.database.transact([](Transaction& one) { one.table("t")->redefine(table_called("t")); });
  kept.write(2, kStart);
  CHECK(kept.read(kStart, {.age = 1h}) == 1);
  CHECK(kept.read(kStart, {.age = 1h}, {"none"}) == kFresh);
}

TEST_CASE("past: it holds the latest writes alone") {
  Kept kept;
  const auto writes = static_cast<std::int64_t>(Past::kMostWrites) + 10;
  for (std::int64_t n = 1; n <= writes; ++n) kept.write(n, kStart);
  CHECK(kept.read(kStart, {.age = 1h}) == 10);
}

TEST_CASE("past: where the clock is set back, nothing is known of it") {
  Kept kept;
  kept.write(1, kStart + 1h);
  CHECK(kept.read(kStart, {.age = 2h}) == kFresh);
  kept.write(2, kStart);
  CHECK(kept.read(kStart, {.age = 2h}) == 1);
}

TEST_CASE("past: a reset forgets it, and a database that keeps none reads the present") {
  Kept kept;
  kept.write(1, kStart);
  const Snapshot before = kept.database.snapshot();
  kept.write(2, kStart);
  kept.database.reset(before);
  CHECK(kept.read(kStart, {.age = 1h}) == kFresh);
  kept.write(3, kStart);
  CHECK(kept.read(kStart, {.age = 1h}) == 1);
  kept.database.keep_past(false);
  CHECK(kept.read(kStart, {.age = 1h}) == kFresh);
}

}  // namespace dynatape::storage
