#pragma once

// Calls that were applied though their client got no answer, and what became of their retries: the
// difference between a counter that is right and one that counted twice.

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/call.h"
#include "core/message.h"
#include "interceptors/fault.h"

namespace dynatape::interceptors {

/// The lost answers of one kind, and their retries by outcome.
struct LostAnswerTally {
  std::string what;  ///< "third-answer-lost: UpdateItem on counters"
  std::uint64_t lost = 0;
  /// "were applied again", "were absorbed by their token", "were refused (TYPE)"
  std::map<std::string, std::uint64_t> retries;

  bool operator==(const LostAnswerTally&) const = default;
};

/// "2 applied although their answers were lost; 1 retry was ...".
[[nodiscard]] std::string describe(const LostAnswerTally& tally);
/// Adds `from` to what `sum` has of its kind.
void add(const LostAnswerTally& from, std::vector<LostAnswerTally>& sum);

/// Whether a call of that operation, or of that statement, changes anything.
[[nodiscard]] bool changes_something(const core::Call& call);

/// Safe to call from any thread.
class LostAnswers {
 public:
  /// That many kinds are told apart, and that many calls are remembered.
  static constexpr std::size_t kMostKinds = 100;
  static constexpr std::size_t kRemembered = 16'384;

  /// Whether any call is remembered whose retry may come.
  [[nodiscard]] bool any() const { return any_.load(std::memory_order_relaxed); }

  [[nodiscard]] bool remembers(std::uint64_t id) const;

  /// Whether a call was applied and its client cannot know, because of what became of its answer.
  [[nodiscard]] static bool is_lost(const core::Call& call, const Behind& behind,
                                    const core::Reply& answer);
  /// Counts such a call, which `rules` made one. `id` is that of all its attempts; 0 for none.
  void add(std::uint64_t id, const core::Call& call, const std::string& rules);
  /// Counts what became of a later attempt of it.
  void saw_retry(std::uint64_t id, const core::Call& call, const Behind& behind);

  [[nodiscard]] std::vector<LostAnswerTally> tallies() const;

 private:
  std::atomic<bool> any_ = false;
  mutable std::mutex mutex_;                                ///< guards all below
  std::unordered_map<std::uint64_t, std::string> pending_;  ///< the kinds of calls
  std::deque<std::uint64_t> arrived_;                       ///< their ids, oldest first
  std::map<std::string, LostAnswerTally> kinds_;
};

}  // namespace dynatape::interceptors
