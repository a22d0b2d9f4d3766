#pragma once

// The write side of one table inside a transaction: puts and erases rows and keeps every index in
// step. It checks nothing but types of index keys, which decide what is in an index; limits and
// texts are the operations'.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/schema.h"
#include "emulator/storage/table_state.h"
#include "emulator/storage/tree_editor.h"

namespace dynatape::storage {

/// What one write did to one index.
struct IndexChange {
  enum class Kind { inserted, updated, moved, removed };  ///< moved: its index key changed

  std::size_t index;  ///< position in definition().indexes
  Kind kind;
  std::uint32_t size_before;  ///< charged bytes of the index's row; 0 where there was none
  std::uint32_t size_after;

  bool operator==(const IndexChange&) const = default;
};

/// What one write did. The indexes whose stored view did not change are not listed.
struct Change {
  Ref<Record> before;  ///< null where there was no item
  Ref<Record> after;   ///< null where there is none now
  std::vector<IndexChange> indexes;
  /// Of the item's collection, on a table with a local index.
  std::int64_t collection_growth = 0;
  std::uint64_t collection_bytes = 0;  ///< after the write

  [[nodiscard]] std::uint32_t size_before() const { return before ? before->size_bytes() : 0; }
  [[nodiscard]] std::uint32_t size_after() const { return after ? after->size_bytes() : 0; }
};

/// Why an item cannot stand in an index: an attribute of the index's key has a type or a size that
/// keys may not have.
struct IndexKeyProblem {
  enum class Kind { wrong_type, empty, too_long };

  Kind kind;
  const model::SecondaryIndex* index;
  const model::AttributeDefinition* attribute;
  model::Type actual;
};

/// The first problem of `item` with the table's indexes: globals before locals, each in order.
/// An operation asks before it writes.
[[nodiscard]] std::optional<IndexKeyProblem> index_key_problem(const model::Table& table,
                                                               const model::Item& item);

class StreamWriter;

class TableWriter {
 public:
  explicit TableWriter(const TableState& base);
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  [[nodiscard]] const model::Table& definition() const { return *definition_; }
  [[nodiscard]] std::size_t item_count() const { return rows_.editor.size(); }

  /// The row with the key that table_key() gives, with this transaction's writes; or nullptr. Valid
  /// until the next write.
  [[nodiscard]] const Record* find(std::string_view key) const { return rows_.editor.find(key); }

  /// Inserts or replaces. `key` is table_key() of `item`.
  Change put(std::string_view key, const model::Item& item);
  /// Removes the row if there is one; `expired`: by time to live, as its stream then says.
  Change erase(std::string_view key, bool expired = false);

  /// Replaces the definition; its indexes stay as they are.
  void redefine(model::Table definition);
  /// Adds an index and fills it from the rows that have its key.
  void add_index(model::SecondaryIndex index);
  void drop_index(std::string_view name);

  /// The moment of the writes that follow, for the stream.
  void set_time(model::TimePoint now) { now_ = now; }
  /// The stream that the writes that follow are recorded in, or nullptr.
  void follow(StreamWriter* stream) { stream_ = stream; }

  /// From now on items expire by this attribute, or no longer.
  void set_time_to_live(model::TimeToLive time_to_live);
  /// Removes up to `limit` of the items that have expired; how many it were.
  std::size_t erase_expired(model::TimePoint now, std::size_t limit);

  [[nodiscard]] bool changed() const;
  /// The state as written; the writer takes no more writes after it.
  [[nodiscard]] Ref<TableState> finish();
  /// To be called once the state this writer began from is no longer published; see TreeEditor.
  void settle();

 private:
  /// Rows being edited, with their weight.
  struct EditedRows {
    Ref<Record> put(Ref<Record> row);
    Ref<Record> erase(std::string_view key);
    Rows finish();

    TreeEditor<Record> editor;
    std::uint64_t size_bytes;
  };

  void write_indexes(Change& change);
  void write_stream(const Change& change, bool expired);
  void write_expiry(const Change& change);
  void write_collection(Change& change);

  std::shared_ptr<const model::Table> definition_;
  bool redefined_ = false;
  EditedRows rows_;
  std::vector<EditedRows> indexes_;
  StreamWriter* stream_ = nullptr;
  model::TimePoint now_;
  std::optional<EditedRows> expiry_;                       ///< where items expire
  std::optional<TreeEditor<ItemCollection>> collections_;  ///< where there is a local index
};

}  // namespace dynatape::storage
