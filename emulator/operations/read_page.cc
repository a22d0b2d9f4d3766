#include "emulator/operations/read_page.h"

#include <algorithm>

#include "emulator/expression/condition.h"
#include "emulator/expression/projection.h"
#include "emulator/operations/capacity.h"

namespace dynatape::operations {
namespace {

using storage::Record;

/// The rows of a walk, one after the other.
class Rows {
 public:
  Rows(const storage::PersistentTree<Record>& tree, const Walk& walk)
      : range_(walk.range), forward_(walk.forward) {
    if (forward_) {
      cursor_ = tree.lower_bound(range_.lower);
    } else {
      cursor_ = range_.upper.empty() ? tree.last() : tree.last_below(range_.upper);
    }
  }

  /// nullptr at the end.
  [[nodiscard]] const Record* current() const {
    return cursor_.valid() && range_.contains(cursor_->key()) ? &*cursor_ : nullptr;
  }
  void advance() { forward_ ? cursor_.next() : cursor_.previous(); }

 private:
  const storage::KeyRange& range_;
  bool forward_;
  storage::TreeCursor<Record> cursor_;
};

class Page {
 public:
  Page(const ReadRequest& request, const ReadPlan& plan, const ReadSource& source)
      : request_(request), plan_(plan), source_(source), fetches_(fetches_from_table()) {}

  void fill(const Walk& walk) {
    Rows rows(source_.rows->tree, walk);
    const auto limit = static_cast<std::size_t>(request_.limit.value_or(0));
    const Record* last = nullptr;
    for (const Record* row = rows.current(); row != nullptr; row = rows.current()) {
      const bool full = scanned_ > 0 && bytes_ + row->size_bytes() > kMaxPageBytes;
      if (full || (limit != 0 && scanned_ == limit)) break;
      evaluate(*row);
      last = row;
      rows.advance();
    }
    // A page that its Limit ended has a key to go on from even where nothing follows.
    const bool at_limit = limit != 0 && scanned_ == limit;
    if (last != nullptr && (at_limit || rows.current() != nullptr)) append_key(*last);
  }

  [[nodiscard]] std::string answer() const {
    std::string body;
    {
      wire::ObjectWriter writer(body);
      const Detail asked = detail(request_.return_consumed_capacity);
      if (asked != Detail::none) {
        append_consumed(writer, consumed(), request_.table_name->name(), asked);
      }
      writer.integer("Count", static_cast<std::int64_t>(count_));
      if (!plan_.count_only) writer.name("Items").append("[").append(items_) += ']';
      if (!last_key_.empty()) writer.name("LastEvaluatedKey") += last_key_;
      writer.integer("ScannedCount", static_cast<std::int64_t>(scanned_));
    }
    return body;
  }

 private:
  /// A local index answers for attributes it does not hold by reading the table, too.
  [[nodiscard]] bool fetches_from_table() const {
    if (source_.index == nullptr || source_.is_global()) return false;
    if (source_.index->projection.type == model::ProjectionType::all) return false;
    if (plan_.all_attributes) return true;
    return plan_.projection &&
           !std::ranges::all_of(plan_.projection->paths, [&](const expression::Path& path) {
             return storage::projects(source_.table(), *source_.index, path.elements.front().name);
           });
  }

  [[nodiscard]] bool whole_rows() const {
    return source_.index == nullptr || fetches_ ||
           source_.index->projection.type == model::ProjectionType::all;
  }

  [[nodiscard]] model::Item item_of(const Record& row) const {
    if (whole_rows()) return row.item().decode();
    model::Item item;
    for (const auto [name, value] : row.item().attributes()) {
      if (storage::projects(source_.table(), *source_.index, name)) {
        item.set(std::string(name), value.decode());
      }
    }
    return item;
  }

  void evaluate(const Record& row) {
    ++scanned_;
    bytes_ += row.size_bytes();
    if (fetches_) fetched_units_ += read_units(row.base().size_bytes(), consistency());
    const bool whole = whole_rows();
    if (whole && plan_.filter && !expression::evaluate(*plan_.filter, row.item())) return;
    if ((whole && !plan_.projection) || (plan_.count_only && !plan_.filter)) {
      append(row.item());
      return;
    }
    const model::Item item = item_of(row);
    if (!whole && plan_.filter && !expression::evaluate(*plan_.filter, item)) return;
    if (plan_.projection) {
      append(expression::project(item, *plan_.projection));
    } else {
      append(item);
    }
  }

  void append(const auto& item) {
    if (count_++ > 0) items_ += ',';
    if (!plan_.count_only) wire::append(items_, item);
  }

  void append_key(const Record& row) {
    model::Item key;
    for (const model::KeySchema* schema : {&source_.table().key, &source_.key()}) {
      for (const auto* part : {&schema->hash, &schema->range}) {
        for (const model::AttributeDefinition& attribute : *part) {
          key.set(attribute.name, row.item().find(attribute.name)->decode());
        }
      }
    }
    wire::append(last_key_, key);
  }

  [[nodiscard]] Consistency consistency() const {
    return request_.consistent_read.value_or(false) ? Consistency::strong : Consistency::eventual;
  }

  [[nodiscard]] Consumed consumed() const {
    Consumed consumed;
    const double units = read_units(bytes_, consistency());
    if (source_.index == nullptr) {
      consumed.table = units;
    } else {
      (source_.is_global() ? consumed.global : consumed.local)[source_.index->name] = units;
      consumed.table = fetched_units_;
    }
    return consumed;
  }

  const ReadRequest& request_;
  const ReadPlan& plan_;
  const ReadSource& source_;
  bool fetches_;
  std::size_t scanned_ = 0;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  double fetched_units_ = 0;
  std::string items_;
  std::string last_key_;
};

}  // namespace

std::string read_page(const ReadRequest& request, const ReadPlan& plan, const ReadSource& source,
                      const Walk& walk) {
  Page page(request, plan, source);
  page.fill(walk);
  return page.answer();
}

std::optional<std::string> row_key(const ReadSource& source, const model::Item& key) {
  if (source.index == nullptr) return storage::table_key(source.table().key, key);
  return storage::index_key(source.key(), source.table().key, key);
}

storage::KeyRange rest_of(const storage::KeyRange& range, std::string_view row, bool forward) {
  if (forward) return range.intersect(storage::after(row));
  return range.intersect({"", std::string(row)});
}

}  // namespace dynatape::operations
