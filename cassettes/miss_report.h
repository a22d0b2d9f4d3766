#pragma once

// Why a tape has no answer, as a value: what was asked, which recording comes nearest, what
// differs, and what could be done about it. The error message, the exit summary and the admin API
// show it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/difference.h"

namespace dynatape::cassettes {

enum class MissReason {
  unknown,        ///< no recording means the same
  exhausted,      ///< each that does has been replayed
  out_of_order,   ///< a call that must come before it has not come
  contradiction,  ///< the only one left has other values than those met before
  superseded,     ///< an answer that was synthesised has changed what it is about
};

/// In the order of MissReason.
inline constexpr std::string_view kMissReasons[] = {"unknown", "exhausted", "out_of_order",
                                                    "contradiction", "superseded"};

/// What would make an answer of a miss.
struct NextStep {
  std::string advice;   ///< in words: "--mode new records what the tape lacks"
  std::string option;   ///< of the command line; "" where it is none
  std::string rules{};  ///< a rule file; "" where it is none

  bool operator==(const NextStep&) const = default;
};

struct MissReport {
  static constexpr std::size_t kDifferences = 20;
  static constexpr std::size_t kValueBytes = 1'000;  ///< of each value, and of the label

  struct NearestRecording {
    std::int64_t id = 0;
    std::string call;                       ///< "GetItem orders/41"
    double distance = 0;                    ///< see near_miss.h; 0: it means the same
    std::vector<Difference> differences{};  ///< the first kDifferences of them
    std::size_t more_differences = 0;       ///< how many there are beyond them

    bool operator==(const NearestRecording&) const = default;
  };

  MissReason reason = MissReason::unknown;
  std::uint64_t exchange = 0;  ///< the first that met it
  std::size_t times = 1;       ///< how often it was met
  std::string call{};          ///< "GetItem orders/42"
  std::string why{};           ///< one line
  std::optional<NearestRecording> nearest{};
  std::vector<NextStep> next{};  ///< the likeliest first

  bool operator==(const MissReport&) const = default;
};

/// One line: why, and the likeliest next step.
[[nodiscard]] std::string sentence(const MissReport& report);

/// Of a recording with everything bounded.
[[nodiscard]] MissReport::NearestRecording nearest_recording(std::int64_t id, std::string call,
                                                             double distance,
                                                             std::vector<Difference> differences);

/// "Key.id is "b" now and "a" on tape; …", the first of them.
[[nodiscard]] std::string sentence(const std::vector<Difference>& differences);

}  // namespace dynatape::cassettes
