#pragma once

// Which rules hit which attempt of which call. A decision is a hash of what it is about, never a
// draw from a shared stream, so that threads, other rules and other calls change none.

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
#include "interceptors/gate.h"
#include "interceptors/lineup.h"
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
  class Count;

  /// The hashes that name a call.
  struct CallIdentity {
    std::uint64_t key = 0;
    std::uint64_t operation_and_key = 0;
  };

  /// What was seen of keys and calls. It outlives all edits.
  struct History {
    std::uint64_t next_rule = 0;  ///< changed by who is being made only
    KeyCounts occurrences;        ///< by operation and key
    KeyCounts ordinals;           ///< by rule and key
    RecentCalls recent;
  };

  [[nodiscard]] CallIdentity identify(CallView& call) const;
  void find_others(Matching& rules, CallView& call) const;
  [[nodiscard]] bool fits(std::size_t rule, CallView& call) const;
  [[nodiscard]] LogicalCall sight(const core::Call& call, const Matching& rules,
                                  const CallIdentity& identity);
  [[nodiscard]] std::vector<std::uint64_t> count(const Matching& rules,
                                                 const CallIdentity& identity);
  [[nodiscard]] std::vector<std::size_t> picked_by(const Matching& rules,
                                                   const LogicalCall& logical,
                                                   std::uint64_t about) const;
  void share_counters();
  void line_up();

  std::shared_ptr<const RuleSet> rules_;
  // One for each rule, in order.
  std::vector<Gate> gates_;
  std::vector<core::TimePoint> since_;
  /// Shared by rules that fit the same calls, and with the rules before and after an edit.
  std::vector<std::shared_ptr<Counter>> counters_;
  std::shared_ptr<History> history_;
  std::vector<Lineup> lineups_;  ///< one for each list of the rules, by its number
};

}  // namespace dynatape::interceptors
