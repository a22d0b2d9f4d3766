#include "cassettes/key_search.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace dynatape::cassettes {
namespace {

constexpr int kMostBits = 16;
constexpr int kKeysPerPrefix = 8;  // on average, in a tape that is not too long

}  // namespace

KeySearch::KeySearch(std::span<const Fingerprint> keys)
    : keys_(keys),
      bits_(std::min(kMostBits, static_cast<int>(std::bit_width(keys.size() / kKeysPerPrefix)))),
      begins_((1UZ << bits_) + 1, 0) {
  for (const Fingerprint& key : keys) ++begins_[prefix_of(key) + 1];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
}

std::optional<std::uint32_t> KeySearch::find(const Fingerprint& key) const {
  const std::size_t prefix = prefix_of(key);
  const auto begin = keys_.begin() + begins_[prefix];
  const auto end = keys_.begin() + begins_[prefix + 1];
  const auto found = std::lower_bound(begin, end, key);
  if (found == end || *found != key) return std::nullopt;
  return static_cast<std::uint32_t>(found - keys_.begin());
}

std::size_t KeySearch::prefix_of(const Fingerprint& key) const {
  const std::size_t first = std::size_t{key.bytes[0]} << 8 | key.bytes[1];
  return first >> (kMostBits - bits_);
}

}  // namespace dynatape::cassettes
