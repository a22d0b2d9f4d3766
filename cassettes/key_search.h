#pragma once

// Finds a key among the sorted keys of a tape. Keys are hashes, so that their first bits tell
// almost where each stands: a million keys are found as fast as a thousand.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cassettes/fingerprint.h"

namespace dynatape::cassettes {

class KeySearch {
 public:
  /// `keys` are sorted, each of them once, and must outlive this.
  explicit KeySearch(std::span<const Fingerprint> keys);

  /// Its place among the keys.
  [[nodiscard]] std::optional<std::uint32_t> find(const Fingerprint& key) const;

 private:
  [[nodiscard]] std::size_t prefix_of(const Fingerprint& key) const;

  const std::span<const Fingerprint> keys_;
  int bits_;  ///< of a key's prefix
  std::vector<std::uint32_t>
      begins_;  ///< where the keys with each prefix begin; and the end of all
};

}  // namespace dynatape::cassettes
