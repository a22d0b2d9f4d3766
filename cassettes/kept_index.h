#pragma once

// The form in which a tape's index lies in its file: its vectors one behind the other, in the
// machine's byte order, cut into parts that each have a checksum, behind a head that says what it
// is an index of. A cache: what does not fit is not there.

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "cassettes/store.h"
#include "cassettes/tape_index.h"

namespace dynatape::cassettes {

/// What a kept index begins with; read on a machine of the other byte order, it is another number.
struct KeptHead {
  static constexpr std::size_t kVectors = 15;

  std::uint32_t magic = 0x44545849;
  std::uint32_t version = TapeIndex::kVersion;
  std::uint32_t key_version = kKeyVersion;
  std::uint32_t last_id = 0;
  std::array<std::uint64_t, kVectors> sizes{};
};

/// Takes parts in order and fills an index from them.
class KeptIndexReader {
 public:
  /// False where the parts are no index of this version and of a tape that ends at `last_id`.
  bool take(std::string_view part, std::int64_t last_id);
  [[nodiscard]] bool complete() const;
  /// Only of a reader that is complete.
  [[nodiscard]] TapeIndex index() && { return std::move(index_); }

 private:
  bool take_head(std::string_view& part, std::int64_t last_id);

  TapeIndex index_;
  KeptHead head_;
  std::size_t vector_ = 0;  ///< being filled, from 1; 0 before the head
  std::array<std::pair<char*, std::size_t>, KeptHead::kVectors> targets_{};
};

/// In place of the one that `store` has; all of it or nothing.
[[nodiscard]] core::Result<void> write_kept_index(Store& store, const TapeIndex& index,
                                                  std::int64_t last_id);

}  // namespace dynatape::cassettes
