#include "emulator/storage/table_writer.h"

#include <algorithm>
#include <utility>

#include "emulator/storage/expiry.h"
#include "emulator/storage/key_codec.h"
#include "emulator/storage/stream_writer.h"

namespace dynatape::storage {
namespace {

using model::SecondaryIndex;
using model::Table;

constexpr std::size_t kMaxHashKeyBytes = 2048;
constexpr std::size_t kMaxRangeKeyBytes = 1024;

std::size_t key_value_size(const model::AttributeValue& value) {
  if (const auto* text = value.get<std::string>()) return text->size();
  if (const auto* binary = value.get<model::Binary>()) return binary->bytes.size();
  return 1;  // a number is never empty or too long
}

std::optional<IndexKeyProblem> problem_of(const SecondaryIndex& index,
                                          const std::vector<model::AttributeDefinition>& part,
                                          std::size_t limit, const model::Item& item) {
  using Kind = IndexKeyProblem::Kind;
  for (const model::AttributeDefinition& attribute : part) {
    const model::AttributeValue* value = item.find(attribute.name);
    if (value == nullptr) continue;
    const auto problem = [&](Kind kind) {
      return IndexKeyProblem{kind, &index, &attribute, value->type()};
    };
    if (value->type() != attribute.type) return problem(Kind::wrong_type);
    if (key_value_size(*value) == 0) return problem(Kind::empty);
    if (key_value_size(*value) > limit) return problem(Kind::too_long);
  }
  return std::nullopt;
}

std::uint32_t row_size(const Table& table, const SecondaryIndex& index, const Record& row) {
  return index.projection.type == model::ProjectionType::all
             ? row.size_bytes()
             : projected_size(table, index, row.item());
}

/// Whether what the index stores of two items differs.
bool view_differs(const Table& table, const SecondaryIndex& index, model::ItemView before,
                  model::ItemView after) {
  if (index.projection.type == model::ProjectionType::all) return before != after;
  const auto old_attributes = before.attributes();
  const auto new_attributes = after.attributes();
  const auto holds_all_of = [&](const auto& a, const auto& b) {
    return std::ranges::all_of(a.begin(), a.end(), [&](const model::AttributeView& attribute) {
      return !projects(table, index, attribute.name) || b.find(attribute.name) == attribute.value;
    });
  };
  return !holds_all_of(old_attributes, new_attributes) ||
         !holds_all_of(new_attributes, old_attributes);
}

}  // namespace

std::optional<IndexKeyProblem> index_key_problem(const Table& table, const model::Item& item) {
  for (const auto kind : {model::IndexKind::global, model::IndexKind::local}) {
    for (const SecondaryIndex& index : table.indexes) {
      if (index.kind != kind) continue;
      if (auto problem = problem_of(index, index.key.hash, kMaxHashKeyBytes, item)) return problem;
      if (auto problem = problem_of(index, index.key.range, kMaxRangeKeyBytes, item)) {
        return problem;
      }
    }
  }
  return std::nullopt;
}

TableWriter::TableWriter(const TableState& base)
    : definition_(base.shared_definition()),
      rows_{TreeEditor(base.rows().tree), base.rows().size_bytes} {
  indexes_.reserve(base.indexes().size());
  for (const Rows& index : base.indexes()) {
    indexes_.push_back({TreeEditor(index.tree), index.size_bytes});
  }
  if (definition_->time_to_live && definition_->time_to_live->enabled) {
    expiry_.emplace(TreeEditor(base.expiry().tree), base.expiry().size_bytes);
  }
  if (definition_->has_local_index()) collections_.emplace(base.collections());
}

Change TableWriter::put(std::string_view key, const model::Item& item) {
  Change change;
  change.after =
      Record::make(key, model::encode(item), static_cast<std::uint32_t>(model::size_bytes(item)));
  change.before = rows_.put(change.after);
  write_indexes(change);
  write_collection(change);
  write_expiry(change);
  write_stream(change, false);
  return change;
}

Change TableWriter::erase(std::string_view key, bool expired) {
  Change change;
  change.before = rows_.erase(key);
  if (change.before) {
    write_indexes(change);
    write_collection(change);
    write_expiry(change);
    write_stream(change, expired);
  }
  return change;
}

void TableWriter::write_indexes(Change& change) {
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    const SecondaryIndex& index = definition_->indexes[i];
    const auto key_of = [&](const Ref<Record>& row) -> std::optional<std::string> {
      if (!row) return std::nullopt;
      return index_key(index.key, definition_->key, row->item());
    };
    const std::optional<std::string> old_key = key_of(change.before);
    const std::optional<std::string> new_key = key_of(change.after);
    IndexChange written{i, IndexChange::Kind::inserted, 0, 0};
    if (old_key && old_key != new_key) {
      written.size_before = indexes_[i].erase(*old_key)->size_bytes();
      written.kind = new_key ? IndexChange::Kind::moved : IndexChange::Kind::removed;
    }
    if (new_key) {
      written.size_after = row_size(*definition_, index, *change.after);
      // Also where the view stays the same: the old item must not live on through the index.
      const Ref<Record> old_row =
          indexes_[i].put(Record::refer(*new_key, change.after, written.size_after));
      if (old_row) {
        if (!view_differs(*definition_, index, change.before->item(), change.after->item())) {
          continue;
        }
        written.size_before = old_row->size_bytes();
        written.kind = IndexChange::Kind::updated;
      }
    }
    if (old_key || new_key) change.indexes.push_back(written);
  }
}

void TableWriter::write_collection(Change& change) {
  if (!collections_) return;
  std::int64_t growth = std::int64_t{change.size_after()} - change.size_before();
  for (const IndexChange& one : change.indexes) {
    if (definition_->indexes[one.index].kind != model::IndexKind::local) continue;
    growth += std::int64_t{one.size_after} - one.size_before;
  }
  const model::ItemView item = (change.after ? change.after : change.before)->item();
  std::string key;
  append_key_value(key, *item.find(definition_->key.hash.front().name));
  const ItemCollection* const collection = collections_->find(key);
  const std::uint64_t before = collection != nullptr ? collection->size_bytes() : 0;
  change.collection_growth = growth;
  change.collection_bytes = before + static_cast<std::uint64_t>(growth);
  if (change.collection_bytes == 0) {
    collections_->erase(key);
  } else if (growth != 0) {
    collections_->put(ItemCollection::make(key, change.collection_bytes));
  }
}

void TableWriter::write_stream(const Change& change, bool expired) {
  if (stream_ != nullptr) stream_->append(change.before, change.after, now_, expired);
}

void TableWriter::write_expiry(const Change& change) {
  if (!expiry_) return;
  const auto key_of = [&](const Ref<Record>& row) -> std::optional<std::string> {
    if (!row) return std::nullopt;
    return expiry_key(definition_->time_to_live->attribute, row->item(), row->key());
  };
  const auto old_key = key_of(change.before);
  const auto new_key = key_of(change.after);
  if (old_key && old_key != new_key) expiry_->erase(*old_key);
  if (new_key) expiry_->put(Record::refer(*new_key, change.after, 0));
}

void TableWriter::set_time_to_live(model::TimeToLive time_to_live) {
  Table definition = *definition_;
  definition.time_to_live = std::move(time_to_live);
  redefine(std::move(definition));
  expiry_.reset();
  if (!definition_->time_to_live->enabled) return;
  expiry_.emplace(TreeEditor(PersistentTree<Record>()), 0U);
  for (auto row = rows_.editor.first(); row.valid(); row.next()) {
    write_expiry({.before = {}, .after = Ref<Record>::share(&*row), .indexes = {}});
  }
}

std::size_t TableWriter::erase_expired(model::TimePoint now, std::size_t limit) {
  if (!expiry_ || now < definition_->time_to_live->until) return 0;
  set_time(now);
  const KeyRange expired = expired_at(now);
  std::vector<std::string> keys;
  for (auto row = expiry_->editor.lower_bound(expired.lower);
       keys.size() < limit && row.valid() && expired.contains(row->key()); row.next()) {
    keys.emplace_back(row->base().key());
  }
  for (const std::string& key : keys) erase(key, true);
  return keys.size();
}

void TableWriter::redefine(Table definition) {
  definition_ = std::make_shared<const Table>(std::move(definition));
  redefined_ = true;
}

void TableWriter::add_index(SecondaryIndex index) {
  EditedRows rows{TreeEditor(PersistentTree<Record>()), 0};
  for (auto row = rows_.editor.first(); row.valid(); row.next()) {
    const auto key = index_key(index.key, definition_->key, row->item());
    if (!key) continue;
    rows.put(Record::refer(*key, Ref<Record>::share(&*row), row_size(*definition_, index, *row)));
  }
  Table definition = *definition_;
  definition.indexes.push_back(std::move(index));
  redefine(std::move(definition));
  indexes_.push_back(std::move(rows));
}

void TableWriter::drop_index(std::string_view name) {
  Table definition = *definition_;
  const auto found = std::ranges::find(definition.indexes, name, &SecondaryIndex::name);
  if (found == definition.indexes.end()) return;
  // The rows go with the old state: an editor cannot be assigned, so the list is built anew.
  std::vector<EditedRows> kept;
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    if (i != static_cast<std::size_t>(found - definition.indexes.begin())) {
      kept.push_back(std::move(indexes_[i]));
    }
  }
  indexes_.swap(kept);
  definition.indexes.erase(found);
  redefine(std::move(definition));
}

bool TableWriter::changed() const { return redefined_ || rows_.editor.changed(); }

Ref<TableState> TableWriter::finish() {
  std::vector<Rows> indexes;
  indexes.reserve(indexes_.size());
  for (EditedRows& index : indexes_) indexes.push_back(index.finish());
  Rows expiry = expiry_ ? expiry_->finish() : Rows();
  auto collections = collections_ ? collections_->finish() : PersistentTree<ItemCollection>();
  return Ref<TableState>::adopt(new TableState(definition_, rows_.finish(), std::move(indexes),
                                               std::move(expiry), std::move(collections)));
}

void TableWriter::settle() {
  rows_.editor.settle();
  for (EditedRows& index : indexes_) index.editor.settle();
  if (expiry_) expiry_->editor.settle();
  if (collections_) collections_->settle();
}

Ref<Record> TableWriter::EditedRows::put(Ref<Record> row) {
  size_bytes += row->size_bytes();
  Ref<Record> replaced = editor.put(std::move(row));
  if (replaced) size_bytes -= replaced->size_bytes();
  return replaced;
}

Ref<Record> TableWriter::EditedRows::erase(std::string_view key) {
  Ref<Record> removed = editor.erase(key);
  if (removed) size_bytes -= removed->size_bytes();
  return removed;
}

Rows TableWriter::EditedRows::finish() { return {editor.finish(), size_bytes}; }

}  // namespace dynatape::storage
