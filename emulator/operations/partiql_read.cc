#include "emulator/operations/partiql_read.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "emulator/expression/condition.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/read_page.h"
#include "emulator/storage/key_codec.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

namespace partiql = expression::partiql;
using expression::KeyBounds;
using expression::KeyComparator;
using model::Item;
using model::Outcome;
using partiql::Select;
using storage::KeyRange;
using storage::Record;
using storage::SortComparison;

/// What a SELECT reads from: the table or one of its indexes.
struct Origin {
  const model::Table* table;
  const model::SecondaryIndex* index;  ///< nullptr: the table itself
  const storage::Rows* rows;

  [[nodiscard]] const model::KeySchema& key() const { return index ? index->key : table->key; }
  [[nodiscard]] bool holds(std::string_view attribute) const {
    return index == nullptr || storage::projects(*table, *index, attribute);
  }
  [[nodiscard]] bool is_global() const {
    return index != nullptr && index->kind == model::IndexKind::global;
  }
};

std::string bracketed(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) out += (out.size() > 1 ? ", " : "") + name;
  return out + "]";
}

std::unexpected<model::ServiceError> invalid_values(const std::string& text) {
  return model::invalid("One or more parameter values were invalid: " + text);
}

Outcome<Origin> origin_of(const storage::TableState& table, const Select& select,
                          Consistency consistency) {
  const model::Table& definition = table.definition();
  if (!select.from.index) return Origin{&definition, nullptr, &table.rows()};
  const Origin origin{&definition, definition.find_index(*select.from.index),
                      table.index(*select.from.index)};
  if (origin.index == nullptr || origin.rows == nullptr) {
    return model::invalid("The table does not have the specified index");
  }
  if (origin.is_global() && consistency == Consistency::strong) {
    return model::invalid("Strongly consistent read is not supported on Global Secondary Indexes");
  }
  return origin;
}

/// The attributes of columns that the index does not hold, in the order written.
std::vector<std::string> unprojected_columns(const Select& select, const Origin& origin) {
  std::vector<std::string> missing;
  for (const partiql::Column& column : select.columns) {
    const std::string& name = column.path.elements.front().name;
    if (!origin.holds(name) && std::ranges::find(missing, name) == missing.end()) {
      missing.push_back(name);
    }
  }
  return missing;
}

/// A keyed read may not filter by what the index does not hold; a scan just does not see it.
Outcome<void> check_filter(const Select& select, const Origin& origin,
                           const partiql::ReadPlan& plan) {
  if (origin.index == nullptr || !plan.keyed || !select.where) return {};
  std::vector<std::string> missing = partiql::attributes_of(*select.where);
  std::erase_if(missing, [&](const std::string& name) { return origin.holds(name); });
  if (missing.empty()) return {};
  return invalid_values("Secondary index " + origin.index->name +
                        " does not project one or more filter attributes: " + bracketed(missing));
}

SortComparison sort_comparison(KeyComparator comparator) {
  switch (comparator) {
    case KeyComparator::lt:
      return SortComparison::less;
    case KeyComparator::le:
      return SortComparison::less_equal;
    case KeyComparator::gt:
      return SortComparison::greater;
    case KeyComparator::ge:
      return SortComparison::greater_equal;
    case KeyComparator::between:
      return SortComparison::between;
    case KeyComparator::begins_with:
      return SortComparison::begins_with;
    default:
      return SortComparison::equal;
  }
}

KeyRange range_of(const KeyBounds& bounds) {
  KeyRange partition = storage::partition_range(bounds.hash);
  if (bounds.last) {
    const auto& values = bounds.last->values;
    return storage::sort_range(partition, bounds.equals, sort_comparison(bounds.last->comparator),
                               values.front(), values.size() > 1 ? &values.back() : nullptr);
  }
  if (bounds.equals.empty()) return partition;
  return storage::sort_range(partition, {}, SortComparison::equal, bounds.equals.front());
}

/// Reads the ranges of a plan one after the other, until one of the limits of a page.
class PageReader {
 public:
  PageReader(const Origin& origin, const Select& select, const partiql::ReadPlan& plan,
             const PageRequest& request)
      : origin_(origin),
        select_(select),
        request_(request),
        descending_(plan.descending),
        reaches_back_(!unprojected_columns(select, origin).empty()) {
    for (const KeyBounds& bounds : plan.partitions) ranges_.push_back(range_of(bounds));
    if (ranges_.empty()) ranges_.push_back({});
  }

  SelectedPage read() {
    page_.items = "[";
    std::size_t partition = request_.after ? request_.after->partition : 0;
    for (; partition < ranges_.size() && !full_; ++partition) read_range(partition);
    page_.items += ']';
    page_.complete = !full_ || last_ == nullptr;
    if (!page_.complete) {
      page_.last.row_key = last_->key();
      page_.last_key = key_of(*last_);
    }
    return std::move(page_);
  }

 private:
  void read_range(std::size_t partition) {
    KeyRange range = ranges_[partition];
    if (request_.after && request_.after->partition == partition) {
      range = rest_of(range, request_.after->row_key, !descending_);
    }
    const auto& tree = origin_.rows->tree;
    auto cursor = descending_ ? (range.upper.empty() ? tree.last() : tree.last_below(range.upper))
                              : tree.lower_bound(range.lower);
    std::size_t bytes = 0;
    for (; cursor.valid() && range.contains(cursor->key());
         descending_ ? cursor.previous() : cursor.next()) {
      const std::size_t row_bytes = cursor->size_bytes();
      full_ = rows_ == request_.limit || (rows_ > 0 && page_bytes_ + row_bytes > kMaxPageBytes);
      if (full_) break;
      visit(*cursor, partition);
      bytes += row_bytes;
    }
    // A page that its Limit ended has a place to go on from even where nothing follows.
    full_ = full_ || rows_ == request_.limit;
    charge(bytes);
  }

  void visit(const Record& record, std::size_t partition) {
    ++rows_;
    page_bytes_ += record.size_bytes();
    last_ = &record;
    page_.last.partition = partition;
    if (reaches_back_) {
      page_.consumed.table += read_units(record.base().size_bytes(), request_.consistency);
    }
    if (origin_.index == nullptr) {
      if (holds(record.item())) append(record.item());
    } else {
      const Item seen = projected(record.item());
      if (!holds(seen)) return;
      reaches_back_ ? append(record.item()) : append(columns_of(select_, seen));
    }
  }

  [[nodiscard]] bool holds(const auto& item) const {
    return !select_.where || expression::evaluate(*select_.where, item);
  }

  void append(const Item& columns) {
    if (page_.items.size() > 1) page_.items += ',';
    wire::append(page_.items, columns);
  }
  void append(const model::ItemView& item) {
    if (!select_.columns.empty()) return append(columns_of(select_, item.decode()));
    if (page_.items.size() > 1) page_.items += ',';
    wire::append(page_.items, item);
  }

  /// What the index holds of the table's item.
  [[nodiscard]] Item projected(const model::ItemView& item) const {
    Item seen;
    for (const auto [name, value] : item.attributes()) {
      if (origin_.holds(name)) seen.set(std::string(name), value.decode());
    }
    return seen;
  }

  /// The key of the table and of the index.
  [[nodiscard]] Item key_of(const Record& record) const {
    const Item item = record.item().decode();
    Item key = key_attributes(origin_.table->key, item);
    if (origin_.index != nullptr) {
      for (const model::Attribute& attribute : key_attributes(origin_.index->key, item)) {
        key.set(attribute.name, attribute.value);
      }
    }
    return key;
  }

  /// Each partition is rounded by itself.
  void charge(std::size_t bytes) {
    const double units = read_units(bytes, request_.consistency);
    Consumed& consumed = page_.consumed;
    if (origin_.index == nullptr) {
      consumed.table += units;
    } else {
      (origin_.is_global() ? consumed.global : consumed.local)[origin_.index->name] += units;
    }
  }

  const Origin& origin_;
  const Select& select_;
  const PageRequest& request_;
  bool descending_;
  bool reaches_back_;  ///< a local index: columns come from the table's item
  std::vector<KeyRange> ranges_;
  SelectedPage page_;
  const Record* last_ = nullptr;
  std::int32_t rows_ = 0;
  std::size_t page_bytes_ = 0;
  bool full_ = false;
};

}  // namespace

Outcome<SelectedPage> select_page(const storage::TableState& table, const Select& select,
                                  const PageRequest& request) {
  const auto origin = origin_of(table, select, request.consistency);
  if (!origin) return std::unexpected(origin.error());
  if (origin->is_global()) {
    const std::vector<std::string> missing = unprojected_columns(select, *origin);
    if (!missing.empty()) {
      return invalid_values("Global secondary index " + origin->index->name + " does not project " +
                            bracketed(missing));
    }
  }
  const auto plan = partiql::plan(select, origin->key());
  if (!plan) return std::unexpected(plan.error());
  if (auto good = check_filter(select, *origin, *plan); !good) {
    return std::unexpected(std::move(good.error()));
  }
  SelectedPage page = PageReader(*origin, select, *plan, request).read();
  // A statement that names one whole item has read all there is.
  const bool one_item =
      origin->index == nullptr && partiql::keyed_condition(select.where, origin->key()).has_value();
  if (one_item) page.complete = true;
  return page;
}

Item columns_of(const Select& select, Item item) {
  if (select.columns.empty()) return item;
  Item out;
  for (const partiql::Column& column : select.columns) {
    if (const auto* value = expression::find(item, column.path)) out.set(column.name, *value);
  }
  return out;
}

}  // namespace dynatape::operations
