#pragma once

// Which call an attempt belongs to: SDKs send one amz-sdk-invocation-id with every attempt of a
// call and a new one with the next call. Remembers the most recent calls only, because a retry
// follows within seconds. Not for two threads at once.

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cassettes/fingerprint.h"

namespace dynatape::cassettes {

class RecentCalls {
 public:
  /// At least so many calls are remembered, and at most twice as many.
  static constexpr std::size_t kRemembered = 32'768;

  /// The call that an earlier attempt with this id and this request began. Clients that send no id
  /// ("") never retry as far as anyone can tell.
  [[nodiscard]] std::optional<std::int64_t> find(std::string_view invocation,
                                                 const Fingerprint& key) const;
  /// Calls that have become others.
  void renumber(const std::unordered_map<std::int64_t, std::int64_t>& numbers);
  void remember(std::string_view invocation, const Fingerprint& key, std::int64_t call);

 private:
  /// A hash table without a way to erase: a look costs one miss of the processor's cache.
  class Table {
   public:
    [[nodiscard]] std::optional<std::int64_t> find(std::uint64_t hash) const;
    /// Unless it has one for `hash`.
    void add(std::uint64_t hash, std::int64_t call);
    void renumber(const std::unordered_map<std::int64_t, std::int64_t>& numbers);
    [[nodiscard]] std::size_t size() const { return size_; }

   private:
    /// That two calls have one hash is less likely than that a disk errs unnoticed.
    struct Slot {
      std::uint64_t hash = 0;  ///< 0: empty
      std::int64_t call = 0;
    };
    [[nodiscard]] std::size_t place_of(std::uint64_t hash) const;
    void grow();

    std::vector<Slot> slots_;  ///< a power of two, at most half of them in use
    std::size_t size_ = 0;
  };

  Table latest_;
  Table before_;  ///< what filled the table before the latest one was begun
};

}  // namespace dynatape::cassettes
