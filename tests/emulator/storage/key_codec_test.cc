#include "emulator/storage/key_codec.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace dynatape::storage {
namespace {

using model::AttributeValue;
using model::Binary;
using model::Item;
using model::KeySchema;
using model::Number;
using model::Type;

AttributeValue text(std::string_view value) { return std::string(value); }
AttributeValue number(std::string_view value) { return Number::parse(value).value(); }
AttributeValue binary(std::string_view value) { return Binary{std::string(value)}; }

const KeySchema kHashAndRange = {{{"pk", Type::s}}, {{"sk", Type::n}}};

std::string key_of(std::string_view pk, std::string_view sk) {
  return table_key(kHashAndRange, Item{{"pk", text(pk)}, {"sk", number(sk)}}).value();
}

std::string form(const AttributeValue& value) {
  std::string out;
  append_key_value(out, value);
  return out;
}

}  // namespace

TEST_CASE("key codec: forms sort as the values do, and none begins another") {
  const std::vector<AttributeValue> strings = {text(""),
                                               text(std::string("\0", 1)),
                                               text(std::string("\0\0", 2)),
                                               text(std::string("\0\1", 2)),
                                               text("a"),
                                               text(std::string("a\0", 2)),
                                               text("a\1"),
                                               text("aa"),
                                               text("b"),
                                               text("\xff"),
                                               text("\xff\xff")};
  const std::vector<AttributeValue> numbers = {number("-9e125"), number("-2"),     number("-1.5"),
                                               number("0"),      number("1e-130"), number("1"),
                                               number("1.01"),   number("2"),      number("10")};
  for (const auto& values : {strings, numbers}) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (std::size_t j = 0; j < values.size(); ++j) {
        CAPTURE(i, j);
        CHECK((form(values[i]) < form(values[j])) == (i < j));
        CHECK((i == j || !form(values[j]).starts_with(form(values[i]))));
      }
    }
  }
}

TEST_CASE("key codec: partitions are ordered by the service's hash") {
  // md5("Outliers" + "alice") and md5("Outliers" + "bob"), by coreutils.
  CHECK(partition_hash("alice") == 0xf01c2e94064ce9b7);
  CHECK(key_of("alice", "1").substr(0, 2) == "\xf0\x1c");
  CHECK((key_of("alice", "1") < key_of("bob", "1")) ==
        (partition_hash("alice") < partition_hash("bob")));
}

TEST_CASE("key codec: a key that does not fit the schema has no form") {
  CHECK_FALSE(table_key(kHashAndRange, Item{{"pk", text("a")}}));
  CHECK_FALSE(table_key(kHashAndRange, Item{{"pk", text("a")}, {"sk", text("1")}}));
  CHECK_FALSE(table_key(kHashAndRange, Item{{"sk", number("1")}}));
}

TEST_CASE("key codec: an item and its encoding have the same key") {
  const Item item = {{"pk", text("a")}, {"sk", number("-7.25")}, {"g", binary("x")}};
  const std::string bytes = model::encode(item);
  CHECK(table_key(kHashAndRange, item) == table_key(kHashAndRange, model::ItemView(bytes)));
  const KeySchema index = {{{"g", Type::b}}, {}};
  CHECK(index_key(index, kHashAndRange, item) ==
        index_key(index, kHashAndRange, model::ItemView(bytes)));
}

TEST_CASE("key codec: a partition is one range that holds its rows and no others") {
  const AttributeValue pk = text("alice");
  const KeyRange range = partition_range({&pk, 1});
  CHECK(range.contains(key_of("alice", "-9e125")));
  CHECK(range.contains(key_of("alice", "9e125")));
  CHECK_FALSE(range.contains(key_of("alic", "1")));
  CHECK_FALSE(range.contains(key_of("alicea", "1")));
}

TEST_CASE("key codec: a sort condition is one range") {
  const AttributeValue pk = text("p");
  const KeyRange partition = partition_range({&pk, 1});
  const auto matches = [&](SortComparison comparison, std::string_view operand,
                           const AttributeValue* second = nullptr) {
    const KeyRange range = sort_range(partition, {}, comparison, number(operand), second);
    std::string found;
    for (const char* sk : {"-1", "0", "1", "2", "3"}) {
      if (range.contains(key_of("p", sk))) found += sk + std::string(" ");
    }
    return found;
  };
  const AttributeValue two = number("2");
  CHECK(matches(SortComparison::equal, "1") == "1 ");
  CHECK(matches(SortComparison::less, "1") == "-1 0 ");
  CHECK(matches(SortComparison::less_equal, "1") == "-1 0 1 ");
  CHECK(matches(SortComparison::greater, "1") == "2 3 ");
  CHECK(matches(SortComparison::greater_equal, "1") == "1 2 3 ");
  CHECK(matches(SortComparison::between, "0", &two) == "0 1 2 ");
  CHECK(matches(SortComparison::between, "3", &two).empty());
}

TEST_CASE("key codec: begins_with takes every continuation, also a zero byte") {
  const KeySchema schema = {{{"pk", Type::s}}, {{"sk", Type::s}}};
  const AttributeValue pk = text("p");
  const KeyRange range =
      sort_range(partition_range({&pk, 1}), {}, SortComparison::begins_with, text("ab"));
  const auto row = [&](std::string_view sk) {
    return table_key(schema, Item{{"pk", pk}, {"sk", text(sk)}}).value();
  };
  CHECK(range.contains(row("ab")));
  CHECK(range.contains(row(std::string("ab\0", 3))));
  CHECK(range.contains(row("ab\xff")));
  CHECK_FALSE(range.contains(row("aa\xff")));
  CHECK_FALSE(range.contains(row("ac")));
}

TEST_CASE("key codec: a multi-attribute index key sorts by its range attributes in turn") {
  const KeySchema table = {{{"id", Type::s}}, {}};
  const KeySchema index = {{{"h1", Type::s}, {"h2", Type::n}}, {{"r1", Type::n}, {"r2", Type::s}}};
  const auto row = [&](std::string_view r1, std::string_view r2, std::string_view id) {
    return index_key(index, table,
                     Item{{"id", text(id)},
                          {"h1", text("h")},
                          {"h2", number("1")},
                          {"r1", number(r1)},
                          {"r2", text(r2)}})
        .value();
  };
  const std::vector<std::string> rows = {row("2", "b", "z"), row("2", "c", "a"),
                                         row("10", "a", "a")};
  CHECK(std::ranges::is_sorted(rows));
  const std::vector<AttributeValue> hash = {text("h"), number("1")};
  const std::vector<AttributeValue> equals = {number("2")};
  const KeyRange range =
      sort_range(partition_range(hash), equals, SortComparison::greater_equal, text("c"));
  CHECK_FALSE(range.contains(rows[0]));
  CHECK(range.contains(rows[1]));
  CHECK_FALSE(range.contains(rows[2]));
}

TEST_CASE("key codec: segments are disjoint and complete") {
  for (const std::uint32_t total : {1U, 2U, 3U, 7U, 1'000'000U}) {
    CAPTURE(total);
    CHECK(segment_range(0, total).lower.empty());
    CHECK(segment_range(total - 1, total).upper.empty());
    for (std::uint32_t i = 0; i + 1 < std::min(total, 100U); ++i) {
      CHECK(segment_range(i, total).upper == segment_range(i + 1, total).lower);
      CHECK(segment_range(i, total).lower < segment_range(i, total).upper);
    }
  }
}

TEST_CASE("key codec: ranges intersect, open ends included") {
  CHECK(KeyRange{"a", ""}.intersect({"b", "d"}) == KeyRange{"b", "d"});
  CHECK(KeyRange{"a", "c"}.intersect({"b", ""}) == KeyRange{"b", "c"});
  CHECK(KeyRange{"a", "c"}.intersect({"", "d"}) == KeyRange{"a", "c"});
  CHECK_FALSE(after("k").contains("k"));
  CHECK(after("k").contains(std::string("k\0", 2)));
}

}  // namespace dynatape::storage
