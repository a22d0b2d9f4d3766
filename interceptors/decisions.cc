#include "interceptors/decisions.h"

#include <algorithm>
#include <cmath>

#include "core/digest.h"
#include "interceptors/call_key.h"

namespace dynatape::interceptors {
namespace {

using core::StableHash;

/// Uniform over all 64-bit values where `a` and `b` are hashes: their product, its halves folded.
std::uint64_t draw(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Below it are that many of all 64-bit values; those of a certain rule are not asked for.
std::uint64_t threshold_of(double probability) {
  return probability > 0 && probability < 1
             ? static_cast<std::uint64_t>(std::ldexp(probability, 64))
             : 0;
}

bool is_among(const std::vector<std::uint64_t>& rising, std::uint64_t id) {
  return !rising.empty() && std::ranges::binary_search(rising, id);
}

/// Whether they fit the same calls, as far as their operations and tables say.
bool fit_alike(const Rule& a, const Rule& b) {
  return a.when.operations == b.when.operations && a.when.tables == b.when.tables;
}

}  // namespace

std::uint64_t attempts_id(const core::Call& call) {
  const std::string_view invocation = call.invocation_id();
  if (invocation.empty()) return 0;
  return std::max<std::uint64_t>(StableHash(0).add(invocation).add(call.name()).value(), 1);
}

/// The hashes that name a call: by its key, and by operation and key. Made on first use.
class Decisions::CallIdentity {
 public:
  CallIdentity(const core::Exchange& call, const TableKeys& keys) : call_(call), keys_(keys) {}

  std::uint64_t key() {
    if (!key_) key_ = call_key(call_, keys_);
    return *key_;
  }
  std::uint64_t operation_and_key() {
    return StableHash(0).add(call_.call().name()).add(key()).value();
  }

  /// What a decision is about, besides the rule.
  std::uint64_t at(const LogicalCall& logical) {
    return StableHash(operation_and_key()).add(logical.occurrence).add(logical.attempt).value();
  }

 private:
  const core::Exchange& call_;
  const TableKeys& keys_;
  std::optional<std::uint64_t> key_;
};

/// Rules that share a counter mostly stand side by side: then nothing is looked up.
class Decisions::Count {
 public:
  /// The ordinal of the call among those that the rule fitted.
  std::uint64_t in(const Gate& gate) {
    if (gate.counter == latest_) return ordinal_;
    const auto known = gate.shares_counter
                           ? std::ranges::find(apart_, gate.counter, &Known::counter)
                           : apart_.end();
    latest_ = gate.counter;
    if (known != apart_.end()) return ordinal_ = known->ordinal;
    ordinal_ = gate.counter->fitted.fetch_add(1, std::memory_order_relaxed) + 1;
    if (gate.shares_counter) apart_.push_back({gate.counter, ordinal_});
    return ordinal_;
  }

 private:
  struct Known {
    const Counter* counter;
    std::uint64_t ordinal;
  };
  const Counter* latest_ = nullptr;
  std::uint64_t ordinal_ = 0;
  std::vector<Known> apart_;
};

Decisions::Gate::Gate(const Rule& rule, std::uint64_t seed, std::string_view session)
    : prefix(StableHash(seed).add(rule.name).add(session).value()),
      threshold(threshold_of(rule.when.probability)),
      ordinals(rule.when.ordinals()),
      certain(rule.when.probability >= 1),
      needs(needs_of(rule)) {}

Decisions::Decisions(std::shared_ptr<const RuleSet> rules, std::uint64_t seed,
                     std::string_view session, core::TimePoint since)
    : rules_(std::move(rules)),
      since_(rules_->rules().size(), since),
      counters_(rules_->rules().size()),
      history_(std::make_shared<History>()) {
  for (const Rule& rule : rules_->rules()) {
    gates_.emplace_back(rule, seed, session).id = history_->next_rule++;
  }
  share_counters();
}

void Decisions::take_over(const Decisions& before,
                          std::span<const std::optional<std::size_t>> same) {
  history_ = before.history_;
  for (std::size_t i = 0; i < gates_.size(); ++i) {
    if (!same[i]) {
      gates_[i].id = history_->next_rule++;
      counters_[i] = nullptr;
      continue;
    }
    gates_[i].id = before.gates_[*same[i]].id;
    since_[i] = before.since_[*same[i]];
    counters_[i] = before.counters_[*same[i]];
  }
  share_counters();
}

/// Gives a counter to every rule that counts all keys together and has none: that of the rule in
/// front of it, where both are new and fit the same calls.
void Decisions::share_counters() {
  const auto& rules = rules_->rules();
  std::shared_ptr<Counter> newest;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const bool counts = gates_[i].needs.ordinals && !rules[i].when.per_key;
    if (!counts || counters_[i]) {
      newest = nullptr;
    } else {
      const bool alike = newest && !gates_[i].needs.more && !gates_[i - 1].needs.more &&
                         fit_alike(rules[i - 1], rules[i]);
      if (!alike) newest = std::make_shared<Counter>();
      counters_[i] = newest;
    }
    gates_[i].counter = counters_[i].get();
  }
  std::vector<const Counter*> done;
  for (std::size_t i = 0; i < gates_.size(); ++i) {
    const Counter* counter = gates_[i].counter;
    if (!counter || (i > 0 && gates_[i - 1].counter == counter)) continue;
    done.push_back(counter);
  }
  std::ranges::sort(done);
  for (Gate& gate : gates_) {
    gate.shares_counter = std::ranges::equal_range(done, gate.counter).size() > 1;
  }
}

std::vector<Decisions::Hit> Decisions::decide(CallView& call) {
  std::vector<Hit> hits;
  Matching rules = rules_->matching(call);
  if (rules.places.empty()) return hits;
  CallIdentity identity(call.exchange(), rules_->keys());
  const LogicalCall logical = sight(call, rules, identity);
  const std::uint64_t about = rules.needs.key && !rules.places.empty() ? identity.at(logical) : 0;
  for (const std::size_t place : rules.places) {
    const Gate& gate = gates_[place];
    if (gate.needs.ordinals && !is_among(logical.picked, gate.id)) continue;
    if (!gate.certain && draw(gate.prefix, about) >= gate.threshold) continue;
    if (gate.needs.attempts && !rules_->rules()[place].when.picks_attempt(logical.attempt))
      continue;
    hits.push_back({place, core::Rng(StableHash(gate.prefix).add(about).value())});
  }
  return hits;
}

/// Which call this is and at which attempt, as far as a rule for its operation and tables asks;
/// leaves in `rules` those that it fits altogether.
LogicalCall Decisions::sight(CallView& call, Matching& rules, CallIdentity& identity) {
  if (rules.needs.more) {
    std::erase_if(rules.places, [&](std::size_t place) { return !fits(place, call); });
  }
  if (!rules.needs.ordinals && !rules.needs.attempts && !rules.needs.key) return {};
  const std::uint64_t id = attempts_id(call.call());
  if (id != 0) {
    if (auto known = history_->recent.next_attempt(id)) return *std::move(known);
  }
  LogicalCall fresh = rules.needs.ordinals ? count(rules, identity) : LogicalCall{};
  // Also where no rule is left: what one rule asks for must not change what another one decides.
  if (rules.needs.key) fresh.occurrence = history_->occurrences.next(identity.operation_and_key());
  if (id != 0) history_->recent.remember(id, fresh);
  return fresh;
}

bool Decisions::fits(std::size_t place, CallView& call) const {
  if (!gates_[place].needs.more) return true;
  const Rule& rule = rules_->rules()[place];
  if (rule.ttl && call.now() >= since_[place] + *rule.ttl) return false;
  return !rule.when.asks() || rule.when.fits(call);
}

/// Counts a new call in each of the rules that counts, and notes which of them pick it.
LogicalCall Decisions::count(const Matching& rules, CallIdentity& identity) {
  LogicalCall fresh;
  Count count;
  for (const std::size_t place : rules.places) {
    const Gate& gate = gates_[place];
    if (!gate.needs.ordinals) continue;
    const std::uint64_t ordinal =
        gate.counter ? count.in(gate)
                     : history_->ordinals.next(StableHash(gate.id).add(identity.key()).value());
    if (gate.ordinals.has(ordinal)) fresh.picked.push_back(gate.id);
  }
  std::ranges::sort(fresh.picked);
  return fresh;
}

}  // namespace dynatape::interceptors
