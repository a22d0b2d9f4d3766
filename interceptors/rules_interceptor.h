#pragma once

// Runs the rules: one interceptor decides for each attempt of a call which rules hit it, and runs
// their faults as an onion, the first rule outermost. Decisions are hashes of what they are about,
// never draws from a shared stream, so that threads, other rules and other calls change none.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/http_client.h"
#include "core/pipeline.h"
#include "interceptors/fault_tally.h"
#include "interceptors/rule_set.h"

namespace dynatape::interceptors {

struct RulesOptions {
  /// Goes before the file's own; 0 where neither says one.
  std::optional<std::uint64_t> seed;
  /// Enters every decision, so that sessions with equal rules differ.
  std::string session;
  /// For hooks; without it they fail. Shared by all sessions.
  std::shared_ptr<core::HttpClient> http = nullptr;
};

/// The rules in a pipeline, and what became of their faults.
class RulesInterceptor : public core::Interceptor {
 public:
  /// One for each rule, in order; also those that never fired. Safe to call from any thread.
  [[nodiscard]] virtual std::vector<FaultTally> tallies() const = 0;
};

/// `rules` without a rule need no interceptor: leave it out of the pipeline.
[[nodiscard]] std::shared_ptr<RulesInterceptor> make_rules_interceptor(
    std::shared_ptr<const RuleSet> rules, const RulesOptions& options = {});

}  // namespace dynatape::interceptors
