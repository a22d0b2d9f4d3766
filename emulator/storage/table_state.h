#pragma once

// One table at one moment: its definition, its rows and those of its indexes. Immutable and shared;
// a write makes the next one.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "emulator/model/schema.h"
#include "emulator/storage/item_collection.h"
#include "emulator/storage/persistent_tree.h"
#include "emulator/storage/record.h"

namespace dynatape::storage {

/// The rows of a table or of one of its indexes, and what they weigh in sum as the service counts.
struct Rows {
  PersistentTree<Record> tree;
  std::uint64_t size_bytes = 0;
};

class TableState {
 public:
  TableState(std::shared_ptr<const model::Table> definition, Rows rows, std::vector<Rows> indexes,
             Rows expiry = {}, PersistentTree<ItemCollection> collections = {});
  TableState(const TableState&) = delete;
  TableState& operator=(const TableState&) = delete;

  [[nodiscard]] const model::Table& definition() const { return *definition_; }
  [[nodiscard]] const std::shared_ptr<const model::Table>& shared_definition() const {
    return definition_;
  }
  [[nodiscard]] const Rows& rows() const { return rows_; }
  /// In the order of definition().indexes.
  [[nodiscard]] const std::vector<Rows>& indexes() const { return indexes_; }
  /// The rows of the index called `name`, or nullptr.
  [[nodiscard]] const Rows* index(std::string_view name) const;

  /// The items that will expire, in the order of expiry_key(); empty without time to live.
  [[nodiscard]] const Rows& expiry() const { return expiry_; }
  [[nodiscard]] bool has_expired(model::TimePoint now) const;

  /// The item collections; empty without a local index.
  [[nodiscard]] const PersistentTree<ItemCollection>& collections() const { return collections_; }

  /// The row with the key that table_key() gives, or nullptr.
  [[nodiscard]] const Record* find(std::string_view key) const { return rows_.tree.find(key); }

  /// The table's name: tables stand in a tree of their own.
  [[nodiscard]] std::string_view key() const { return definition_->name; }
  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const;

 private:
  ~TableState() = default;

  mutable std::atomic<std::uint32_t> references_ = 1;
  std::shared_ptr<const model::Table> definition_;
  Rows rows_;
  std::vector<Rows> indexes_;
  Rows expiry_;
  PersistentTree<ItemCollection> collections_;
};

/// True if the index stores this attribute: it is part of the table's or the index's key, or
/// projected.
[[nodiscard]] bool projects(const model::Table& table, const model::SecondaryIndex& index,
                            std::string_view attribute);

/// The charged size of what the index stores of an item.
[[nodiscard]] std::uint32_t projected_size(const model::Table& table,
                                           const model::SecondaryIndex& index,
                                           model::ItemView item);

}  // namespace dynatape::storage
