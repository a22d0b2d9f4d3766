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
#include "emulator/storage/item_locks.h"
#include "emulator/storage/past.h"
#include "emulator/storage/root.h"
#include "emulator/storage/stream_writer.h"
#include "emulator/storage/table_writer.h"

namespace dynatape::storage {

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
  /// The same content, and what is claimed in `of`: to try there what may conflict.
  Database(Snapshot start, const Database& of) : locks_(of.locks_), root_(std::move(start.root_)) {}
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

  /// Whether it remembers from now on what its latest writes have replaced.
  void keep_past(bool keep);
  /// What a read at `now` finds that lags behind; nullopt where that is what any read finds.
  [[nodiscard]] std::optional<Snapshot> earlier(model::TimePoint now, const Lag& lag) const;

  /// What writes under way have claimed. They are taken by `take_unless_changed` alone.
  [[nodiscard]] ItemLocks& locks() const { return *locks_; }
  /// Locks the items of `claims`, which were found in a snapshot of that version; false where a
  /// transaction has come between.
  bool take_unless_changed(std::uint64_t version, Holder holder, const Claims& claims);

 private:
  void publish(Transaction& transaction);
  void replace_root(Root next);
  [[nodiscard]] bool take_sweep(model::TimePoint now);

  std::atomic<model::TimePoint> swept_ = model::TimePoint::min();
  std::atomic<model::TimePoint> told_ = model::TimePoint::min();  ///< the time of the latest call
  std::shared_ptr<ItemLocks> locks_ = std::make_shared<ItemLocks>();  ///< shared with trials
  std::mutex writing_;             ///< held for a whole transaction
  mutable std::mutex publishing_;  ///< guards root_ and past_; held for a pointer copy
  Root root_;
  std::optional<Past> past_;
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
