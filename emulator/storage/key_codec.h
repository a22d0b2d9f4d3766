#pragma once

// Keys as bytes whose order is the service's: the hash of the partition key, the partition key, the
// sort key, and in an index the table's key. Each part is written so that no value's form is a
// prefix of another's, so the rows of one partition, or of one sort key in it, are one range.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/model/encoded_item.h"
#include "emulator/model/schema.h"

namespace dynatape::storage {

/// Rows with lower <= key < upper; an empty upper means no end.
struct KeyRange {
  std::string lower;
  std::string upper;

  [[nodiscard]] bool contains(std::string_view key) const {
    return key >= lower && (upper.empty() || key < upper);
  }
  /// The rows that are in both.
  [[nodiscard]] KeyRange intersect(const KeyRange& other) const;

  bool operator==(const KeyRange&) const = default;
};

/// Appends the sortable form of a key value (s, n or b).
void append_key_value(std::string& out, const model::AttributeValue& value);
void append_key_value(std::string& out, const model::ValueView& value);

/// The key of the table's row that holds `item`, an item or just its key attributes. nullopt where
/// a key attribute is missing or has another type than the schema says.
[[nodiscard]] std::optional<std::string> table_key(const model::KeySchema& schema,
                                                   const model::Item& item);
[[nodiscard]] std::optional<std::string> table_key(const model::KeySchema& schema,
                                                   model::ItemView item);

/// The key of the index's row for `item`: the index's key, then the table's. nullopt where the item
/// lacks an attribute of the index's key or has it in another type: it is not in the index.
[[nodiscard]] std::optional<std::string> index_key(const model::KeySchema& index,
                                                   const model::KeySchema& table,
                                                   const model::Item& item);
[[nodiscard]] std::optional<std::string> index_key(const model::KeySchema& index,
                                                   const model::KeySchema& table,
                                                   model::ItemView item);

/// All rows of one partition: `values` are the hash attributes' in schema order.
[[nodiscard]] KeyRange partition_range(std::span<const model::AttributeValue> values);

/// How the last sort attribute of a key condition is bound.
enum class SortComparison { equal, less, less_equal, greater, greater_equal, between, begins_with };

/// The rows of a partition whose sort attributes match. `equals` bind leading range attributes by
/// equality (multi-attribute keys), then `comparison` applies to the next: `first` is its operand,
/// `second` the upper bound of `between` (else nullptr). A begins_with takes s or b. Reversed
/// bounds give an empty range.
[[nodiscard]] KeyRange sort_range(const KeyRange& partition,
                                  std::span<const model::AttributeValue> equals,
                                  SortComparison comparison, const model::AttributeValue& first,
                                  const model::AttributeValue* second = nullptr);

/// Segment `segment` of `total` of a parallel scan: disjoint, and together everything.
[[nodiscard]] KeyRange segment_range(std::uint32_t segment, std::uint32_t total);

/// The rows after `key` alone: where a page goes on. For descending order use {"", key}.
[[nodiscard]] KeyRange after(std::string_view key);

/// The hash that the service orders a Scan by: the first 8 bytes of md5("Outliers" + partition
/// key).
[[nodiscard]] std::uint64_t partition_hash(std::string_view partition_key_bytes);

}  // namespace dynatape::storage
