#pragma once

// Items that a write has claimed and not yet written: the writes that meet them in the meantime
// conflict. It says who holds what; what follows from it, the operations know. Safe to call from
// any thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynatape::storage {

/// Who holds items; 0 for one who holds none.
using Holder = std::uint64_t;

/// What a call writes, as it finds out.
struct Claims {
  /// A single write stands in the way of transactions alone, a transaction in the way of all.
  bool transaction = false;
  std::vector<std::pair<std::string, std::string>> items = {};  ///< table and row key
  std::string token = {};                                       ///< of the client's request
};

class ItemLocks {
 public:
  /// Whether anything is held at all; costs nothing.
  [[nodiscard]] bool any() const { return holders_.load(std::memory_order_acquire) != 0; }

  /// Whether another than `holder` holds the item against a call that is a transaction or not.
  [[nodiscard]] bool conflict(Holder holder, std::string_view table, std::string_view row_key,
                              bool transaction) const;
  [[nodiscard]] bool token_conflict(Holder holder, std::string_view token) const;

  void take(Holder holder, const Claims& claims);
  void release(Holder holder);

 private:
  struct Held {
    Holder holder;
    bool transaction;
  };

  std::atomic<std::size_t> holders_ = 0;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::vector<Held>> items_;  ///< guarded by mutex_
  std::map<std::string, Holder, std::less<>> tokens_;                       ///< guarded by mutex_
};

}  // namespace dynatape::storage
