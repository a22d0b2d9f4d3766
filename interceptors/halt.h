#pragma once

// The dead man's switch of a rule set: stops all rules once too much has failed, whoever made it
// fail. Stopped rules stay stopped until others are put in their place.

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "core/message.h"
#include "core/result.h"
#include "core/time.h"

namespace dynatape::interceptors {

/// When to stop. An answer has failed if a fault gave it or cut it, if its status is 500 or more,
/// and if there is none.
struct HaltRule {
  std::optional<std::uint64_t> in_a_row;             ///< so many failed one after another
  std::optional<double> ratio;                       ///< more than this part of them failed ...
  core::Duration window = std::chrono::seconds(10);  ///< ... within this time ...
  std::uint64_t at_least = 20;                       ///< ... of at least so many

  bool operator==(const HaltRule&) const = default;
};

/// "after 20 failed answers in a row".
[[nodiscard]] std::string describe(const HaltRule& rule);

[[nodiscard]] bool has_failed(const core::Result<core::Reply>& answer);

/// Safe to call from any thread.
class Halt {
 public:
  explicit Halt(HaltRule rule) : rule_(rule) {}

  [[nodiscard]] bool halted() const { return halted_.load(std::memory_order_relaxed); }
  void saw(bool failed, core::TimePoint now);
  /// Why and when it stopped the rules; nullopt where it did not.
  [[nodiscard]] std::optional<std::string> reason() const;

 private:
  /// A part of the window.
  struct Slice {
    std::int64_t number = -1;  ///< of the window's tenths since the epoch
    std::uint64_t answers = 0;
    std::uint64_t failed = 0;
  };
  static constexpr std::size_t kSlices = 10;

  /// The next three with mutex_ held.
  void count(bool failed, core::TimePoint now);
  [[nodiscard]] bool too_many(core::TimePoint now) const;
  [[nodiscard]] std::int64_t slice_number(core::TimePoint now) const;

  const HaltRule rule_;
  std::atomic<bool> halted_ = false;
  mutable std::mutex mutex_;  ///< guards all below
  std::uint64_t in_a_row_ = 0;
  std::array<Slice, kSlices> slices_;
  std::string reason_;
};

}  // namespace dynatape::interceptors
