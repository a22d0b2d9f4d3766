#pragma once

// Which rules hit which attempt of which call. A decision is a hash of what it is about, never a
// draw from a shared stream, so that threads, other rules and other calls change none.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "interceptors/call_view.h"
#include "interceptors/counting.h"
#include "interceptors/rule_set.h"

namespace dynatape::interceptors {

/// The same for all attempts of a call; 0 where it does not say which it is.
[[nodiscard]] std::uint64_t attempts_id(const core::Call& call);

class Decisions {
 public:
  /// The rules come into force at `since`, by the clock that the calls are seen by.
  Decisions(std::shared_ptr<const RuleSet> rules, std::uint64_t seed, std::string_view session,
            core::TimePoint since);

  /// Goes on where `before` is: what was seen of keys and calls stays known, and a rule that stood
  /// at same[i] of its rules, which says what rule i says, keeps its counter and its time. Before
  /// this has decided anything; calls under way in `before` count here from then on.
  void take_over(const Decisions& before, std::span<const std::optional<std::size_t>> same);

  /// A rule, by its place, that hits the attempt, and chance for its fault.
  struct Hit {
    std::size_t rule;
    core::Rng rng;
  };
  /// In the order of the rules. Safe to call from any thread.
  [[nodiscard]] std::vector<Hit> decide(CallView& call);

 private:
  class CallIdentity;

  /// What was seen of keys and calls. It outlives all edits.
  struct History {
    std::uint64_t next_rule = 0;  ///< changed by who is being made only
    KeyCounts occurrences;        ///< by operation and key
    KeyCounts ordinals;           ///< by rule and key
    RecentCalls recent;
  };

  /// How many calls some rules fitted.
  struct Counter {
    std::atomic<std::uint64_t> fitted = 0;
  };

  /// What is asked of each rule at each call, close together: with a thousand rules this is the
  /// cost.
  struct Gate {
    Gate(const Rule& rule, std::uint64_t seed, std::string_view session);

    std::uint64_t id = 0;         ///< of its own among all rules that share a History
    std::uint64_t prefix;         ///< the hash of seed, rule and session
    std::uint64_t threshold;      ///< its probability, of 2^64
    Ordinals ordinals;            ///< that it picks
    Counter* counter = nullptr;   ///< where it counts all keys together
    bool certain;                 ///< its probability is 1
    bool shares_counter = false;  ///< with a rule that does not stand beside it
    Needs needs;
  };

  /// Counts one call, once in each counter that it meets.
  class Count;

  [[nodiscard]] LogicalCall sight(CallView& call, Matching& rules, CallIdentity& identity);
  [[nodiscard]] LogicalCall count(const Matching& rules, CallIdentity& identity);
  [[nodiscard]] bool fits(std::size_t rule, CallView& call) const;
  void share_counters();

  std::shared_ptr<const RuleSet> rules_;
  // One for each rule, in order.
  std::vector<Gate> gates_;
  std::vector<core::TimePoint> since_;
  /// Shared by rules that fit the same calls, and with the rules before and after an edit.
  std::vector<std::shared_ptr<Counter>> counters_;
  std::shared_ptr<History> history_;
};

}  // namespace dynatape::interceptors
