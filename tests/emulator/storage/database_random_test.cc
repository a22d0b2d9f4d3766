// Random transactions on a database and its forks, against tables that are sorted maps and indexes
// that are worked out anew by looking at every item.

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "emulator/storage/database.h"
#include "emulator/storage/key_codec.h"
#include "tests/support/random_seed.h"

namespace dynatape::storage {
namespace {

using model::Item;
using model::Number;
using model::SecondaryIndex;
using model::Table;
using model::Type;

using Key = std::pair<std::string, std::int64_t>;  ///< pk and sk
using Naive = std::map<Key, Item>;

SecondaryIndex local_index() {
  SecondaryIndex index;
  index.name = "local";
  index.kind = model::IndexKind::local;
  index.key = {{{"pk", Type::s}}, {{"a", Type::n}}};
  index.projection = {model::ProjectionType::keys_only, {}};
  return index;
}

SecondaryIndex global_index() {
  SecondaryIndex index;
  index.name = "global";
  index.key = {{{"g", Type::s}}, {{"a", Type::n}}};
  index.projection = {model::ProjectionType::include, {"b"}};
  return index;
}

Table definition() {
  Table table;
  table.name = "t";
  table.key = {{{"pk", Type::s}}, {{"sk", Type::n}}};
  table.indexes = {local_index()};
  return table;
}

std::int64_t integer(const Item& item, std::string_view name) {
  return item.find(name)->get<Number>()->to_int64().value();
}

Key naive_key(const Item& item) {
  return {*item.find("pk")->get<std::string>(), integer(item, "sk")};
}

/// Some attributes are missing or of a type that keeps them out of an index.
Item random_item(std::mt19937_64& random) {
  Item item;
  item.set("pk", std::string("p") + std::to_string(random() % 5));
  item.set("sk", Number::of(static_cast<std::int64_t>(random() % 60) - 30));
  if (random() % 4 != 0) item.set("a", Number::of(static_cast<std::int64_t>(random() % 40) - 20));
  if (random() % 9 == 0) item.set("a", std::string("no number"));
  if (random() % 3 != 0) item.set("g", std::string("g") + std::to_string(random() % 3));
  if (random() % 2 == 0) item.set("b", std::string(random() % 20, 'b'));
  if (random() % 2 == 0) item.set("c", std::string(random() % 20, 'c'));
  return item;
}

bool has_number(const Item& item, std::string_view name) {
  const model::AttributeValue* value = item.find(name);
  return value != nullptr && value->type() == Type::n;
}

/// What the index should hold: its partition and sort value, the table's key, and the whole item.
using Entry = std::tuple<std::string, std::int64_t, Key, Item>;

std::vector<Entry> expected_entries(const Naive& naive, std::string_view partition_attribute) {
  std::map<std::pair<std::string, std::int64_t>, std::map<Key, Item>> sorted;
  for (const auto& [key, item] : naive) {
    if (item.find(partition_attribute) == nullptr || !has_number(item, "a")) continue;
    sorted[{*item.find(partition_attribute)->get<std::string>(), integer(item, "a")}][key] = item;
  }
  std::vector<Entry> entries;
  for (const auto& [place, items] : sorted) {
    for (const auto& [key, item] : items)
      entries.emplace_back(place.first, place.second, key, item);
  }
  return entries;
}

/// What it holds, partition after partition.
std::vector<Entry> actual_entries(const Rows& rows, std::string_view partition_attribute,
                                  const std::vector<std::string>& partitions) {
  std::vector<Entry> entries;
  for (const std::string& partition : partitions) {
    const model::AttributeValue value = partition;
    const KeyRange range = partition_range({&value, 1});
    for (auto row = rows.tree.lower_bound(range.lower); row.valid() && range.contains(row->key());
         row.next()) {
      const Item item = row->item().decode();
      CHECK(*item.find(partition_attribute)->get<std::string>() == partition);
      entries.emplace_back(partition, integer(item, "a"), naive_key(item), item);
    }
  }
  CHECK(entries.size() == rows.tree.size());
  return entries;
}

std::uint64_t projected_bytes(const Naive& naive, const SecondaryIndex& index,
                              std::string_view partition_attribute) {
  std::uint64_t sum = 0;
  for (const Entry& entry : expected_entries(naive, partition_attribute)) {
    for (const auto& [name, value] : std::get<Item>(entry)) {
      if (projects(definition(), index, name)) sum += name.size() + model::size_bytes(value);
    }
  }
  return sum;
}

void check_same(const Snapshot& snapshot, const Naive& naive, bool has_global) {
  const TableState& table = *snapshot.table("t");
  REQUIRE(table.rows().tree.size() == naive.size());
  std::uint64_t bytes = 0;
  for (auto row = table.rows().tree.first(); row.valid(); row.next()) {
    const Item item = row->item().decode();
    REQUIRE(naive.at(naive_key(item)) == item);
    bytes += model::size_bytes(item);
  }
  REQUIRE(table.rows().size_bytes == bytes);
  const Rows& local = *table.index("local");
  REQUIRE(actual_entries(local, "pk", {"p0", "p1", "p2", "p3", "p4"}) ==
          expected_entries(naive, "pk"));
  REQUIRE(local.size_bytes == projected_bytes(naive, local_index(), "pk"));
  REQUIRE((table.index("global") != nullptr) == has_global);
  if (has_global) {
    const Rows& global = *table.index("global");
    REQUIRE(actual_entries(global, "g", {"g0", "g1", "g2"}) == expected_entries(naive, "g"));
    REQUIRE(global.size_bytes == projected_bytes(naive, global_index(), "g"));
  }
}

struct Side {
  std::unique_ptr<Database> database;
  Naive naive;
  bool has_global = false;
};

/// Some writes, sometimes with the index made or dropped among them, sometimes all refused.
void random_transaction(std::mt19937_64& random, Side& side) {
  Naive after = side.naive;
  bool global_after = side.has_global;
  const bool refused = random() % 5 == 0;
  (void)side.database->transact([&](Transaction& transaction) -> model::Outcome<int> {
    TableWriter& table = *transaction.table("t");
    for (std::size_t i = random() % 20; i > 0; --i) {
      const Item item = random_item(random);
      const std::string key = table_key(table.definition().key, item).value();
      const auto before = after.find(naive_key(item));
      REQUIRE((table.find(key) != nullptr) == (before != after.end()));
      if (random() % 3 == 0) {
        table.erase(key);
        after.erase(naive_key(item));
      } else {
        const Change change = table.put(key, item);
        REQUIRE(static_cast<bool>(change.before) == (before != after.end()));
        after.insert_or_assign(naive_key(item), item);
      }
      if (random() % 40 == 0) {
        if (global_after) {
          table.drop_index("global");
        } else {
          table.add_index(global_index());
        }
        global_after = !global_after;
      }
    }
    if (refused) return model::invalid("no");
    return 0;
  });
  if (refused) return;
  side.naive = std::move(after);
  side.has_global = global_after;
}

}  // namespace

TEST_CASE("database: random transactions on forks agree with naive tables") {
  const std::uint64_t seed = support::random_seed("database");
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::vector<Side> sides(1);
  sides[0].database = std::make_unique<Database>();
  sides[0].database->transact([](Transaction& t) { t.create_table(definition()); });
  std::vector<std::tuple<Snapshot, Naive, bool>> held;
  for (int round = 0; round < 600; ++round) {
    const std::size_t at = random() % sides.size();
    if (random() % 10 == 0 && sides.size() < 6) {
      sides.push_back({sides[at].database->fork(), sides[at].naive, sides[at].has_global});
    } else if (random() % 15 == 0 && sides.size() > 1) {
      sides.erase(sides.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (random() % 10 == 0) {
      held.emplace_back(sides[at].database->snapshot(), sides[at].naive, sides[at].has_global);
    } else {
      random_transaction(random, sides[at]);
      check_same(sides[at].database->snapshot(), sides[at].naive, sides[at].has_global);
    }
    if (held.size() > 8) held.erase(held.begin());
  }
  for (const Side& side : sides) {
    check_same(side.database->snapshot(), side.naive, side.has_global);
  }
  for (const auto& [snapshot, naive, has_global] : held) check_same(snapshot, naive, has_global);
}

}  // namespace dynatape::storage
