#include "interceptors/rules_interceptor.h"

#include <deque>

#include "core/digest.h"
#include "core/rng.h"
#include "interceptors/call_key.h"
#include "interceptors/counting.h"

namespace dynatape::interceptors {
namespace {

using core::StableHash;

/// Whether the rule's decision, or its fault's chance, depends on which call of which key it is.
bool needs_key(const Rule& rule) {
  const bool by_chance = rule.when.probability > 0 && rule.when.probability < 1;
  return by_chance || rule.then->draws();
}

/// What one rule carries besides its value.
struct RuleState {
  StableHash prefix;  ///< seed, rule and session
  bool needs_key;
  bool needs_history;  ///< it must tell attempts, or count calls
  FaultCounter counter;
  std::atomic<std::uint64_t> matched = 0;  ///< calls that matched the rule so far

  RuleState(const Rule& rule, std::uint64_t seed, std::string_view session)
      : prefix(seed),
        needs_key(interceptors::needs_key(rule)),
        needs_history(needs_key || rule.when.counts() || !rule.when.attempts.empty()),
        counter(rule.times) {
    prefix.add(rule.name).add(session);
  }
};

/// The hashes that name a call: by its key, and by operation and key. Made on first use.
class CallIdentity {
 public:
  CallIdentity(const core::Call& call, const TableKeys& keys) : call_(call), keys_(keys) {}

  std::uint64_t key() {
    if (!key_) key_ = call_key(call_, keys_);
    return *key_;
  }
  std::uint64_t operation_and_key() { return StableHash(0).add(call_.name()).add(key()).value(); }

 private:
  const core::Call& call_;
  const TableKeys& keys_;
  std::optional<std::uint64_t> key_;
};

class Rules final : public RulesInterceptor {
 public:
  Rules(std::shared_ptr<const RuleSet> rules, const RulesOptions& options)
      : rules_(std::move(rules)) {
    const std::uint64_t seed = options.seed.value_or(rules_->seed().value_or(0));
    for (const Rule& rule : rules_->rules()) states_.emplace_back(rule, seed, options.session);
  }

  [[nodiscard]] std::string_view name() const override { return "rules"; }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override {
    if (!rules_->concerns(exchange.call().operation())) return next(exchange);
    std::vector<Strike> strikes = decide(exchange.call());
    if (strikes.empty()) return next(exchange);
    return strike(exchange, std::move(strikes), next);
  }

  [[nodiscard]] std::vector<FaultTally> tallies() const override {
    std::vector<FaultTally> tallies;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const Rule& rule = rules_->rules()[i];
      tallies.push_back(states_[i].counter.tally(rule.name, rule.then->name()));
    }
    return tallies;
  }

 private:
  static core::Task<core::Result<core::Reply>> strike(core::Exchange& exchange,
                                                      std::vector<Strike> strikes,
                                                      core::Next next) {
    auto result = co_await Inner(strikes, next)(exchange);
    for (Strike& strike : strikes) strike.firing.undelivered("an earlier rule answered the call");
    co_return result;
  }

  /// The rules that hit this attempt, with their faults planned.
  std::vector<Strike> decide(const core::Call& call) {
    std::vector<Strike> strikes;
    const std::vector<std::size_t> matching = rules_->matching(call);
    if (matching.empty()) return strikes;
    CallIdentity identity(call, rules_->keys());
    const LogicalCall logical = sight(call, matching, identity);
    std::size_t counted = 0;
    for (const std::size_t index : matching) {
      const Rule& rule = rules_->rules()[index];
      RuleState& state = states_[index];
      if (rule.when.counts() && !rule.when.picks(logical.ordinals[counted++])) continue;
      if (!rule.when.picks_attempt(logical.attempt)) continue;
      core::Rng rng = chance(state, logical, identity);
      if (!rng.chance(rule.when.probability) || !state.counter.plan()) continue;
      strikes.push_back({rule.then.get(), Firing(rule.name, state.counter, rng)});
    }
    return strikes;
  }

  /// Which call this is and at which attempt, as far as a matching rule asks.
  LogicalCall sight(const core::Call& call, const std::vector<std::size_t>& matching,
                    CallIdentity& identity) {
    bool history = false;
    bool keyed = false;
    for (const std::size_t index : matching) {
      history = history || states_[index].needs_history;
      keyed = keyed || states_[index].needs_key;
    }
    if (!history) return {};
    const std::string_view invocation = call.invocation_id();
    const std::uint64_t id = StableHash(0).add(invocation).add(call.name()).value();
    if (!invocation.empty()) {
      if (auto known = recent_.next_attempt(id)) return *std::move(known);
    }
    LogicalCall fresh = count(matching, identity);
    if (keyed) fresh.occurrence = occurrences_.next(identity.operation_and_key());
    if (!invocation.empty()) recent_.remember(id, fresh);
    return fresh;
  }

  /// Counts a new call in each matching rule that counts.
  LogicalCall count(const std::vector<std::size_t>& matching, CallIdentity& identity) {
    LogicalCall fresh;
    for (const std::size_t index : matching) {
      const When& when = rules_->rules()[index].when;
      if (!when.counts()) continue;
      fresh.ordinals.push_back(
          when.per_key ? ordinals_.next(StableHash(index).add(identity.key()).value())
                       : states_[index].matched.fetch_add(1, std::memory_order_relaxed) + 1);
    }
    return fresh;
  }

  /// The rule's own chance at this attempt: the hash of invariant and call.
  static core::Rng chance(const RuleState& state, const LogicalCall& logical,
                          CallIdentity& identity) {
    if (!state.needs_key) return core::Rng(0);
    StableHash hash = state.prefix;
    hash.add(identity.operation_and_key()).add(logical.occurrence).add(logical.attempt);
    return core::Rng(hash.value());
  }

  std::shared_ptr<const RuleSet> rules_;
  std::deque<RuleState> states_;  ///< one for each rule, in order; they cannot move
  KeyCounts occurrences_;         ///< by operation and key
  KeyCounts ordinals_;            ///< by rule and key
  RecentCalls recent_;
};

}  // namespace

std::shared_ptr<RulesInterceptor> make_rules_interceptor(std::shared_ptr<const RuleSet> rules,
                                                         RulesOptions options) {
  return std::make_shared<Rules>(std::move(rules), options);
}

}  // namespace dynatape::interceptors
