#include "interceptors/rules_interceptor.h"

#include <algorithm>
#include <atomic>

#include "core/digest.h"
#include "core/rng.h"
#include "interceptors/call_key.h"
#include "interceptors/counting.h"
#include "interceptors/halt.h"

namespace dynatape::interceptors {
namespace {

using core::StableHash;
using Answering = core::Task<core::Result<core::Reply>>;

/// Whether the rule's decision, or its fault's chance, depends on which call of which key it is.
bool needs_key(const Rule& rule) {
  const bool by_chance = rule.when.probability > 0 && rule.when.probability < 1;
  return by_chance || rule.then->draws();
}

/// What is asked of each rule at each call, close together: with a thousand rules this is the cost.
struct Gate {
  std::uint64_t prefix;  ///< the hash of seed, rule and session
  double probability;
  bool asks;  ///< for more of a call than its operation and tables
  bool counts;
  bool tells_attempts;
  bool needs_key;

  Gate(const Rule& rule, std::uint64_t seed, std::string_view session)
      : prefix(StableHash(seed).add(rule.name).add(session).value()),
        probability(rule.when.probability),
        asks(rule.when.asks() || rule.ttl),
        counts(rule.when.counts()),
        tells_attempts(!rule.when.attempts.empty()),
        needs_key(interceptors::needs_key(rule)) {}

  /// Whether its decision rests on earlier calls.
  [[nodiscard]] bool remembers() const { return counts || tells_attempts || needs_key; }
};

/// What a rule's calls and faults have come to. It outlives edits that leave the rule as it is.
struct RuleState {
  RuleState(const Rule& rule, core::TimePoint now) : since(now), faults(rule.limits) {}

  std::uint64_t id = 0;  ///< of its own among all rules that share a History
  core::TimePoint since;
  std::atomic<const RulesInterceptor*> owner = nullptr;  ///< who tells of it
  std::atomic<std::uint64_t> matched = 0;
  FaultCounter faults;
};

/// What was seen of keys and calls. It outlives all edits.
struct History {
  std::atomic<const RulesInterceptor*> owner = nullptr;  ///< who tells of it
  std::uint64_t next_rule = 0;                           ///< changed by who is being made only
  KeyCounts occurrences;                                 ///< by operation and key
  KeyCounts ordinals;                                    ///< by rule and key
  RecentCalls recent;
  LostAnswers lost;
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

/// The same for all attempts of a call; 0 where it does not say which it is.
std::uint64_t attempts_id(const core::Call& call) {
  const std::string_view invocation = call.invocation_id();
  if (invocation.empty()) return 0;
  return std::max<std::uint64_t>(StableHash(0).add(invocation).add(call.name()).value(), 1);
}

class Rules final : public RulesInterceptor {
 public:
  Rules(std::shared_ptr<const RuleSet> rules, const RulesOptions& options)
      : rules_(std::move(rules)), http_(options.http), history_(std::make_shared<History>()) {
    const std::uint64_t seed = options.seed.value_or(rules_->seed().value_or(0));
    history_->owner = this;
    for (const Rule& rule : rules_->rules()) {
      gates_.emplace_back(rule, seed, options.session);
      faults_.push_back(rule.then);
      auto state = std::make_shared<RuleState>(rule, options.since);
      state->id = history_->next_rule++;
      state->owner = this;
      states_.push_back(std::move(state));
    }
    if (rules_->halt()) halt_ = std::make_unique<Halt>(*rules_->halt());
  }

  [[nodiscard]] std::string_view name() const override { return "rules"; }

  [[nodiscard]] Answering handle(core::Exchange& exchange, core::Next next) override {
    return halt_ ? watched(exchange, next) : act(exchange, next);
  }

  void take_over(RulesInterceptor& other) override {
    auto& before = dynamic_cast<Rules&>(other);
    history_ = before.history_;
    history_->owner = this;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const auto same =
          std::ranges::find(before.rules_->rules(), rules_->rules()[i].text, &Rule::text);
      if (same == before.rules_->rules().end()) {
        states_[i]->id = history_->next_rule++;
        continue;
      }
      const auto place = static_cast<std::size_t>(same - before.rules_->rules().begin());
      states_[i] = before.states_[place];
      states_[i]->owner = this;
      faults_[i] = before.faults_[place];
    }
  }

  [[nodiscard]] std::vector<FaultTally> tallies() const override {
    std::vector<FaultTally> tallies;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i]->owner != this) continue;
      const Rule& rule = rules_->rules()[i];
      tallies.push_back(states_[i]->faults.tally(rule.name, rule.then->name()));
    }
    return tallies;
  }

  [[nodiscard]] std::vector<LostAnswerTally> lost_answers() const override {
    if (history_->owner != this) return {};
    return history_->lost.tallies();
  }

  [[nodiscard]] std::optional<std::string> halted() const override {
    return halt_ ? halt_->reason() : std::nullopt;
  }

  [[nodiscard]] bool need_past() const override {
    return std::ranges::any_of(rules_->rules(),
                               [](const Rule& rule) { return rule.then->needs_past(); });
  }

 private:
  /// The same as act(), until too much has failed.
  Answering watched(core::Exchange& exchange, core::Next next) {
    if (halt_->halted()) co_return co_await next(exchange);
    auto result = co_await act(exchange, next);
    halt_->saw(has_failed(result), exchange.clock().now());
    co_return result;
  }

  Answering act(core::Exchange& exchange, core::Next next) {
    const core::Call& call = exchange.call();
    const bool retry = history_->lost.any() && history_->lost.remembers(attempts_id(call));
    std::vector<Strike> strikes;
    if (rules_->concerns(call.operation())) strikes = decide(exchange);
    if (strikes.empty() && !retry) return next(exchange);
    return strike(exchange, std::move(strikes), next, *history_, retry);
  }

  static Answering strike(core::Exchange& exchange, std::vector<Strike> strikes, core::Next next,
                          History& history, bool retry) {
    Behind behind;
    auto result = co_await Inner(strikes, next, &behind)(exchange);
    for (Strike& strike : strikes) strike.firing.undelivered("an earlier rule answered the call");
    const core::Call& call = exchange.call();
    if (retry) history.lost.saw_retry(attempts_id(call), call, behind);
    if (result && LostAnswers::is_lost(call, behind, *result)) {
      std::string rules;
      for (const Strike& strike : strikes) {
        rules.append(rules.empty() ? "" : " + ").append(strike.firing.rule());
      }
      history.lost.add(attempts_id(call), call, rules);
    }
    co_return result;
  }

  /// The rules that hit this attempt, with their faults planned.
  std::vector<Strike> decide(core::Exchange& exchange) {
    std::vector<Strike> strikes;
    CallView view(exchange);
    std::vector<std::size_t> matching = rules_->matching(view);
    if (matching.empty()) return strikes;
    CallIdentity identity(exchange.call(), rules_->keys());
    const LogicalCall logical = sight(view, matching, identity);
    std::optional<std::uint64_t> call_hash;
    for (const std::size_t index : matching) {
      const Gate& gate = gates_[index];
      RuleState& state = *states_[index];
      if (gate.counts && !std::ranges::binary_search(logical.picked, state.id)) continue;
      const Rule& rule = rules_->rules()[index];
      if (gate.tells_attempts && !rule.when.picks_attempt(logical.attempt)) continue;
      if (gate.needs_key && !call_hash) call_hash = hash_of(logical, identity);
      core::Rng rng(StableHash(gate.prefix).add(call_hash.value_or(0)).value());
      if (!rng.chance(gate.probability) || !state.faults.plan(view.now())) continue;
      strikes.push_back(
          {faults_[index].get(), Firing(rule.name, state.faults, rng,
                                        exchange.plan(rule.name, rule.then->name()), http_.get())});
    }
    return strikes;
  }

  /// Which call this is and at which attempt, as far as a rule for its operation and tables asks;
  /// leaves in `matching` the rules that it fits altogether.
  LogicalCall sight(CallView& view, std::vector<std::size_t>& matching, CallIdentity& identity) {
    bool history = false;
    bool keyed = false;
    bool asked = false;
    for (const std::size_t index : matching) {
      const Gate& gate = gates_[index];
      keyed = keyed || gate.needs_key;
      history = history || gate.remembers();
      asked = asked || gate.asks;
    }
    if (asked) {
      std::erase_if(matching, [&](std::size_t index) { return !fits(index, view); });
    }
    if (!history) return {};
    const std::uint64_t id = attempts_id(view.call());
    if (id != 0) {
      if (auto known = history_->recent.next_attempt(id)) return *std::move(known);
    }
    LogicalCall fresh = count(matching, identity);
    // Also where no rule is left: what one rule asks for must not change what another one decides.
    if (keyed) fresh.occurrence = history_->occurrences.next(identity.operation_and_key());
    if (id != 0) history_->recent.remember(id, fresh);
    return fresh;
  }

  [[nodiscard]] bool fits(std::size_t index, CallView& view) const {
    if (!gates_[index].asks) return true;
    const Rule& rule = rules_->rules()[index];
    if (rule.ttl && view.now() >= states_[index]->since + *rule.ttl) return false;
    return !rule.when.asks() || rule.when.fits(view);
  }

  /// Counts a new call in each matching rule that counts, and notes which of them pick it.
  LogicalCall count(const std::vector<std::size_t>& matching, CallIdentity& identity) {
    LogicalCall fresh;
    for (const std::size_t index : matching) {
      if (!gates_[index].counts) continue;
      const When& when = rules_->rules()[index].when;
      RuleState& state = *states_[index];
      const std::uint64_t ordinal =
          when.per_key ? history_->ordinals.next(StableHash(state.id).add(identity.key()).value())
                       : state.matched.fetch_add(1, std::memory_order_relaxed) + 1;
      if (when.picks(ordinal)) fresh.picked.push_back(state.id);
    }
    std::ranges::sort(fresh.picked);
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
  // Shared with the rules before and after an edit, as far as it left them as they are.
  std::vector<std::shared_ptr<const Fault>> faults_;  ///< one for each rule, in order; may remember
  std::vector<std::shared_ptr<RuleState>> states_;    ///< one for each rule, in order
  std::shared_ptr<History> history_;
  std::unique_ptr<Halt> halt_;  ///< nullptr where nothing stops the rules
};

}  // namespace

std::shared_ptr<RulesInterceptor> make_rules_interceptor(std::shared_ptr<const RuleSet> rules,
                                                         const RulesOptions& options) {
  return std::make_shared<Rules>(std::move(rules), options);
}

}  // namespace dynatape::interceptors
