#pragma once

// Checksums and hashes as functions from bytes to values.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynatape::core {

/// CRC-32 (IEEE 802.3), as x-amz-crc32 carries it in decimal.
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);

using Sha256 = std::array<std::uint8_t, 32>;
[[nodiscard]] Sha256 sha256(std::string_view bytes);

/// Lower-case hexadecimal.
[[nodiscard]] std::string hex(std::string_view bytes);

/// A fast 64-bit hash, equal on every machine and in every version: decisions and ordering rest on
/// it. Not for secrets.
class StableHash {
 public:
  explicit StableHash(std::uint64_t seed) : state_(seed ^ kOffset) {}

  /// Adds a field; "ab","c" and "a","bc" differ.
  StableHash& add(std::string_view field);
  StableHash& add(std::uint64_t field);
  [[nodiscard]] std::uint64_t value() const;

 private:
  static constexpr std::uint64_t kOffset = 0xcbf29ce484222325;
  std::uint64_t state_;
};

}  // namespace dynatape::core
