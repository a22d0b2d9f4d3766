#pragma once

// How much the items of one partition-key value weigh, those of the local indexes included. Kept
// for tables with a local index only.

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/storage/ref.h"

namespace dynatape::storage {

class ItemCollection {
 public:
  /// `key` is the sortable form of the partition-key value.
  [[nodiscard]] static Ref<ItemCollection> make(std::string_view key, std::uint64_t size_bytes) {
    return Ref<ItemCollection>::adopt(new ItemCollection(key, size_bytes));
  }

  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }

  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  ItemCollection(std::string_view key, std::uint64_t size_bytes)
      : key_(key), size_bytes_(size_bytes) {}
  ~ItemCollection() = default;

  mutable std::atomic<std::uint32_t> references_ = 1;
  std::string key_;
  std::uint64_t size_bytes_;
};

}  // namespace dynatape::storage
