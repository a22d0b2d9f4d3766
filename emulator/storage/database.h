#pragma once

// All tables of one account in one region: an immutable root that a transaction replaces as a
// whole. A reader's snapshot never changes and never waits for a writer; a fork shares everything
// and sees nothing of what the other side writes later. It never reads the clock.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"
#include "emulator/storage/idempotency.h"
#include "emulator/storage/persistent_tree.h"
#include "emulator/storage/stream_writer.h"
#include "emulator/storage/table_state.h"
#include "emulator/storage/table_writer.h"

namespace dynatape::storage {

/// Everything a database holds at one moment; copying it is O(1).
struct Root {
  PersistentTree<TableState> tables;
  PersistentTree<IdempotencyToken> tokens;
  PersistentTree<Stream> streams;  ///< a stream outlives its table
  std::uint64_t version = 0;       ///< counts the transactions that were published
};

/// One moment of a database. Whatever is found in it lives as long as the snapshot.
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

/// Changes to any number of tables that become visible together or not at all. Lives inside
/// Database::transact.
class Transaction {
 public:
  explicit Transaction(Root base);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// The table as this transaction sees it, to read and to write; nullptr where there is none.
  [[nodiscard]] TableWriter* table(std::string_view name);
  [[nodiscard]] std::size_t table_count() const { return tables_.size(); }
  /// There must be no table of this name. A definition with indexes has them empty.
  TableWriter& create_table(model::Table definition);
  void drop_table(std::string_view name);
  /// Gives the table called `name` the rows of `from`, at O(1), where both have the same key and
  /// `from` has all its indexes. Nothing of it is told in a stream, nothing of it expires.
  [[nodiscard]] bool fill_table(std::string_view name, const TableState& from);

  /// Makes a stream that records the table's writes from now on. It takes the place of one of the
  /// same table and label, which are those of the same moment.
  void open_stream(TableWriter& table, StreamDefinition definition);
  /// `disabled`: when its being disabled is over.
  void close_stream(TableWriter& table, std::string_view label, model::TimePoint now,
                    model::TimePoint disabled);
  void erase_stream(std::string_view key) { streams_.erase(key); }

  /// The live entry of a client request token, or nullptr.
  [[nodiscard]] const IdempotencyToken* token(std::string_view token, model::TimePoint now) const;
  /// Remembers a token from `now` on; forgets those that are over.
  void remember(std::string_view token, std::string_view fingerprint, model::TimePoint now);

 private:
  friend class Database;
  /// The root with all changes; nullopt where there are none.
  [[nodiscard]] std::optional<Root> finish();
  void settle();
  [[nodiscard]] StreamWriter* stream_writer(std::string_view table, std::string_view label);

  std::uint64_t version_;
  TreeEditor<TableState> tables_;
  TreeEditor<IdempotencyToken> tokens_;
  TreeEditor<Stream> streams_;
  std::map<std::string, std::unique_ptr<StreamWriter>, std::less<>> stream_writers_;
  std::map<std::string, std::unique_ptr<TableWriter>, std::less<>> writers_;
};

class Database {
 public:
  Database() = default;
  explicit Database(Snapshot start) : root_(std::move(start.root_)) {}
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Snapshot snapshot() const;

  /// Runs `change(Transaction&)` alone among writers. If it returns an Outcome that is an error, or
  /// throws, nothing has happened; else all its changes are published at once. `change` must not
  /// call back into this database.
  template <class F>
  std::invoke_result_t<F&, Transaction&> transact(F&& change);

  /// Deletes what has expired, if the last sweep is at least a minute of the handed-in time ago. To
  /// be called at the beginning of each call: until a sweep, expired items are there to be read, as
  /// in the service, which takes up to two days. What one call deletes is bounded; the rest is left
  /// to those that follow.
  void sweep(model::TimePoint now);
  /// One bounded sweep, whenever the last was: deletes expired items, tables and streams. Whether
  /// nothing that has expired is left.
  bool sweep_once(model::TimePoint now);

  /// A database of its own with the same content, at O(1).
  [[nodiscard]] std::unique_ptr<Database> fork() const;
  /// Replaces the content by a snapshot's, of this or another database, at O(1).
  void reset(const Snapshot& to);

 private:
  void publish(Transaction& transaction);
  void replace_root(Root next);
  [[nodiscard]] bool take_sweep(model::TimePoint now);

  std::atomic<model::TimePoint> swept_ = model::TimePoint::min();
  std::mutex writing_;             ///< held for a whole transaction
  mutable std::mutex publishing_;  ///< guards root_; held for a pointer copy
  Root root_;
};

template <class F>
std::invoke_result_t<F&, Transaction&> Database::transact(F&& change) {
  using R = std::invoke_result_t<F&, Transaction&>;
  const std::scoped_lock lock(writing_);
  Transaction transaction(snapshot().root_);
  if constexpr (std::is_void_v<R>) {
    change(transaction);
    publish(transaction);
  } else {
    R result = change(transaction);
    if constexpr (requires {
                    result.has_value();
                    result.error();
                  }) {
      if (!result.has_value()) return result;
    }
    publish(transaction);
    return result;
  }
}

}  // namespace dynatape::storage
