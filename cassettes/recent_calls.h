#pragma once

// Which call an attempt belongs to: SDKs send one amz-sdk-invocation-id with every attempt of a
// call and a new one with the next call. Remembers the most recent calls only, because a retry
// follows within seconds. Not for two threads at once.

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "cassettes/fingerprint.h"

namespace dynatape::cassettes {

class RecentCalls {
 public:
  static constexpr std::size_t kRemembered = 65'536;

  /// The call that an earlier attempt with this id and this request began. Clients that send no id
  /// ("") never retry as far as anyone can tell.
  [[nodiscard]] std::optional<std::int64_t> find(std::string_view invocation,
                                                 const Fingerprint& key) const;
  void remember(std::string_view invocation, const Fingerprint& key, std::int64_t call);

 private:
  struct Entry {
    Fingerprint key;
    std::int64_t call;
  };
  std::unordered_map<std::uint64_t, Entry> calls_;  ///< by a hash of invocation and key
  std::deque<std::uint64_t> order_;                 ///< the oldest first
};

}  // namespace dynatape::cassettes
