#pragma once

// One row of a tree: its sortable key and its item, in a single immutable allocation. A row of an
// index refers to the table's record instead of holding an item of its own, and leaves what its
// index does not project to the reader.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "emulator/model/encoded_item.h"
#include "emulator/storage/ref.h"

namespace dynatape::storage {

class Record {
 public:
  /// A table's row. `encoded_item` as model::encode made it; `size_bytes` is the item's size as the
  /// service charges it.
  [[nodiscard]] static Ref<Record> make(std::string_view key, std::string_view encoded_item,
                                        std::uint32_t size_bytes);
  /// An index's row over the table's row `base`; `size_bytes` is the size of what the index
  /// projects.
  [[nodiscard]] static Ref<Record> refer(std::string_view key, Ref<Record> base,
                                         std::uint32_t size_bytes);

  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  /// Where the row stands in its tree; see key_codec.h.
  [[nodiscard]] std::string_view key() const { return {bytes(), key_size_}; }
  /// The whole item of the table, also in an index's row: apply the index's projection to it.
  [[nodiscard]] model::ItemView item() const;
  /// Bytes the service charges for the row: the item's, or what the index projects of it.
  [[nodiscard]] std::uint32_t size_bytes() const { return size_bytes_; }
  /// The table's row that this row of an index refers to; itself for a table's row.
  [[nodiscard]] const Record& base() const;

  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const;

 private:
  Record(std::uint32_t key_size, std::uint32_t item_size, std::uint32_t size_bytes)
      : key_size_(key_size), item_size_(item_size), size_bytes_(size_bytes) {}
  ~Record() = default;
  [[nodiscard]] const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

  mutable std::atomic<std::uint32_t> references_ = 1;
  std::uint32_t key_size_;
  std::uint32_t item_size_;  ///< kRefers in an index's row
  std::uint32_t size_bytes_;
  // The key's bytes follow, then the item's; in an index's row the pointer to the table's row.
};

}  // namespace dynatape::storage
