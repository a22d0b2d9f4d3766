#pragma once

// Values that a program or the service makes anew in every run: UUIDs, ULIDs, KSUIDs, and times
// near the moment of the recording. It only finds them in text; what becomes of them is the
// caller's business.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace dynatape::cassettes {

struct Generated {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view kind;  ///< "uuid", "ulid", "ksuid", "time"
  std::string offset;     ///< of a time that is whole days away: "+30d"; else empty

  bool operator==(const Generated&) const = default;
};

/// In order, none overlapping. Times, also those inside a ULID or KSUID, count where they are
/// within a day of `around`, or, written in digits alone, within 15 minutes of whole days (up to
/// 400) before or after it, as expiry times are. Without `around` only UUIDs count.
[[nodiscard]] std::vector<Generated> find_generated(std::string_view text,
                                                    std::optional<core::TimePoint> around);

}  // namespace dynatape::cassettes
