#include "interceptors/rules_interceptor.h"

#include <algorithm>
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

/// What is asked of each rule at each call, close together: with a thousand rules this is the cost.
struct Gate {
  std::uint64_t prefix;  ///< the hash of seed, rule and session
  double probability;
  bool counts;
  bool tells_attempts;
  bool needs_key;

  Gate(const Rule& rule, std::uint64_t seed, std::string_view session)
      : prefix(StableHash(seed).add(rule.name).add(session).value()),
        probability(rule.when.probability),
        counts(rule.when.counts()),
        tells_attempts(!rule.when.attempts.empty()),
        needs_key(interceptors::needs_key(rule)) {}
};

/// What a rule's calls and faults have come to.
struct RuleState {
  explicit RuleState(const Rule& rule) : faults(rule.times) {}

  std::atomic<std::uint64_t> matched = 0;
  FaultCounter faults;
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
      : rules_(std::move(rules)), http_(options.http) {
    const std::uint64_t seed = options.seed.value_or(rules_->seed().value_or(0));
    for (const Rule& rule : rules_->rules()) {
      gates_.emplace_back(rule, seed, options.session);
      states_.emplace_back(rule);
    }
  }

  [[nodiscard]] std::string_view name() const override { return "rules"; }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override {
    if (!rules_->concerns(exchange.call().operation())) return next(exchange);
    std::vector<Strike> strikes = decide(exchange);
    if (strikes.empty()) return next(exchange);
    return strike(exchange, std::move(strikes), next);
  }

  [[nodiscard]] std::vector<FaultTally> tallies() const override {
    std::vector<FaultTally> tallies;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const Rule& rule = rules_->rules()[i];
      tallies.push_back(states_[i].faults.tally(rule.name, rule.then->name()));
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
  std::vector<Strike> decide(core::Exchange& exchange) {
    const core::Call& call = exchange.call();
    std::vector<Strike> strikes;
    const std::vector<std::size_t> matching = rules_->matching(call);
    if (matching.empty()) return strikes;
    CallIdentity identity(call, rules_->keys());
    const LogicalCall logical = sight(call, matching, identity);
    std::optional<std::uint64_t> call_hash;
    for (const std::size_t index : matching) {
      const Gate& gate = gates_[index];
      if (gate.counts && !std::ranges::binary_search(logical.picked, index)) continue;
      const Rule& rule = rules_->rules()[index];
      if (gate.tells_attempts && !rule.when.picks_attempt(logical.attempt)) continue;
      if (gate.needs_key && !call_hash) call_hash = hash_of(logical, identity);
      core::Rng rng(StableHash(gate.prefix).add(call_hash.value_or(0)).value());
      if (!rng.chance(gate.probability) || !states_[index].faults.plan()) continue;
      strikes.push_back(
          {rule.then.get(), Firing(rule.name, states_[index].faults, rng,
                                   exchange.plan(rule.name, rule.then->name()), http_.get())});
    }
    return strikes;
  }

  /// Which call this is and at which attempt, as far as a matching rule asks.
  LogicalCall sight(const core::Call& call, const std::vector<std::size_t>& matching,
                    CallIdentity& identity) {
    bool history = false;
    bool keyed = false;
    for (const std::size_t index : matching) {
      const Gate& gate = gates_[index];
      keyed = keyed || gate.needs_key;
      history = history || keyed || gate.counts || gate.tells_attempts;
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

  /// Counts a new call in each matching rule that counts, and notes which of them pick it.
  LogicalCall count(const std::vector<std::size_t>& matching, CallIdentity& identity) {
    LogicalCall fresh;
    for (const std::size_t index : matching) {
      if (!gates_[index].counts) continue;
      const When& when = rules_->rules()[index].when;
      const std::uint64_t ordinal =
          when.per_key ? ordinals_.next(StableHash(index).add(identity.key()).value())
                       : states_[index].matched.fetch_add(1, std::memory_order_relaxed) + 1;
      if (when.picks(ordinal)) fresh.picked.push_back(index);
    }
    return fresh;
  }

  /// What a decision is about, besides the rule.
  static std::uint64_t hash_of(const LogicalCall& logical, CallIdentity& identity) {
    return StableHash(identity.operation_and_key())
        .add(logical.occurrence)
        .add(logical.attempt)
        .value();
  }

  std::shared_ptr<const RuleSet> rules_;
  std::shared_ptr<core::HttpClient> http_;  // shared with the other sessions
  std::vector<Gate> gates_;                 ///< one for each rule, in order
  std::deque<RuleState> states_;            ///< one for each rule, in order; they cannot move
  KeyCounts occurrences_;                   ///< by operation and key
  KeyCounts ordinals_;                      ///< by rule and key
  RecentCalls recent_;
};

}  // namespace

std::shared_ptr<RulesInterceptor> make_rules_interceptor(std::shared_ptr<const RuleSet> rules,
                                                         const RulesOptions& options) {
  return std::make_shared<Rules>(std::move(rules), options);
}

}  // namespace dynatape::interceptors
