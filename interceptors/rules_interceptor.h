#pragma once

// Runs the rules: one interceptor asks for each attempt of a call which rules hit it, and runs
// their faults as an onion, the first rule outermost.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/http_client.h"
#include "core/pipeline.h"
#include "interceptors/fault_tally.h"
#include "interceptors/lost_answers.h"
#include "interceptors/rule_set.h"

namespace dynatape::interceptors {

struct RulesOptions {
  /// Goes before the file's own; 0 where neither says one.
  std::optional<std::uint64_t> seed;
  /// Enters every decision, so that sessions with equal rules differ.
  std::string session;
  /// For hooks; without it they fail. Shared by all sessions.
  std::shared_ptr<core::HttpClient> http = nullptr;
  /// When the rules come into force, by the session's clock.
  core::TimePoint since{};
};

/// The rules in a pipeline, and what became of their faults.
class RulesInterceptor : public core::Interceptor {
 public:
  /// Goes on where `before` is: rules that say the same keep their counters and their time, and
  /// what was seen of keys and calls stays known. Before this has met any call; calls under way in
  /// `before` count here from then on.
  virtual void take_over(RulesInterceptor& before) = 0;

  /// All below are safe to call from any thread.
  /// One for each rule, in order, also those that never fired; not those that were taken over.
  [[nodiscard]] virtual std::vector<FaultTally> tallies() const = 0;
  /// Calls that were applied though their answers were lost; empty once they were taken over.
  [[nodiscard]] virtual std::vector<LostAnswerTally> lost_answers() const = 0;
  /// Why the rules stopped, where they did.
  [[nodiscard]] virtual std::optional<std::string> halted() const = 0;
  /// Whether one of their faults asks the upstream for what its latest writes have replaced.
  [[nodiscard]] virtual bool need_past() const = 0;
};

/// `rules` without a rule need no interceptor: leave it out of the pipeline.
[[nodiscard]] std::shared_ptr<RulesInterceptor> make_rules_interceptor(
    std::shared_ptr<const RuleSet> rules, const RulesOptions& options = {});

}  // namespace dynatape::interceptors
