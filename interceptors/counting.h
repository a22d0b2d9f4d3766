#pragma once

// What must be remembered of earlier calls to count them: how often each key was seen, and which
// requests are attempts of one call. Bounded memory; safe to call from any thread.

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace dynatape::interceptors {

/// Counts how often each key came.
class KeyCounts {
 public:
  /// How many keys are told apart. One that comes when the memory is full is always at its first
  /// occurrence: a long run then loses repeats of new keys, not its footing.
  static constexpr std::size_t kMostKeys = std::size_t{1} << 20;

  /// The occurrence of `key` that this is, from 1.
  [[nodiscard]] std::uint64_t next(std::uint64_t key);

 private:
  static constexpr std::size_t kShards = 64;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, std::uint64_t> counts;  ///< guarded by mutex
  };
  std::array<Shard, kShards> shards_;
};

/// What the rules decided to remember of one call, and which attempt this is.
struct LogicalCall {
  std::uint64_t attempt = 1;
  std::uint64_t occurrence = 1;            ///< of its operation and key
  std::vector<std::uint64_t> picked = {};  ///< ids of the counting rules that picked it, rising

  bool operator==(const LogicalCall&) const = default;
};

/// Remembers the latest calls by what their attempts have in common.
class RecentCalls {
 public:
  /// A call is remembered for about this many calls after its latest attempt: time enough for any
  /// SDK's pause between two attempts.
  static constexpr std::size_t kRemembered = 65'536;

  /// The call of that id at its next attempt, or nullopt where it is new.
  [[nodiscard]] std::optional<LogicalCall> next_attempt(std::uint64_t id);
  void remember(std::uint64_t id, LogicalCall call);

 private:
  static constexpr std::size_t kShards = 16;
  using Calls = std::unordered_map<std::uint64_t, LogicalCall>;
  struct Shard {
    std::mutex mutex;
    Calls young;  ///< guarded by mutex; becomes `old` when it is full
    Calls old;    ///< guarded by mutex
  };
  /// With the shard's mutex held.
  static void insert(Shard& shard, std::uint64_t id, LogicalCall call);

  std::array<Shard, kShards> shards_;
};

}  // namespace dynatape::interceptors
