#pragma once

// Everything a database holds at one moment, and a reader's view of it. Immutable and shared:
// copying is O(1), and what is found in a snapshot lives as long as the snapshot.

#include <cstdint>
#include <string_view>
#include <utility>

#include "emulator/storage/idempotency.h"
#include "emulator/storage/persistent_tree.h"
#include "emulator/storage/stream.h"
#include "emulator/storage/table_state.h"

namespace dynatape::storage {

struct Root {
  PersistentTree<TableState> tables;
  PersistentTree<IdempotencyToken> tokens;
  PersistentTree<Stream> streams;  ///< a stream outlives its table
  std::uint64_t version = 0;       ///< counts the transactions that were published
};

class Snapshot {
 public:
  explicit Snapshot(Root root) : root_(std::move(root)) {}

  /// nullptr where there is no such table.
  [[nodiscard]] const TableState* table(std::string_view name) const {
    return root_.tables.find(name);
  }
  /// All tables by name: `first()`, `lower_bound(name)`.
  [[nodiscard]] const PersistentTree<TableState>& tables() const { return root_.tables; }
  /// nullptr where there is no such stream; whether it can still be read, it knows.
  [[nodiscard]] const Stream* stream(std::string_view table, std::string_view label) const {
    return root_.streams.find(Stream::key_of(table, label));
  }
  [[nodiscard]] const PersistentTree<Stream>& streams() const { return root_.streams; }
  [[nodiscard]] std::uint64_t version() const { return root_.version; }
  [[nodiscard]] std::size_t token_count() const { return root_.tokens.size(); }

 private:
  friend class Database;
  Root root_;
};

}  // namespace dynatape::storage
