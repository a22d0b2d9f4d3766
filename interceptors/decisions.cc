#include "interceptors/decisions.h"

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>

#include "core/digest.h"
#include "interceptors/call_key.h"

namespace dynatape::interceptors {
namespace {

using core::StableHash;

/// Equal for rules that fit the same calls, as far as their operations and tables say.
std::string kind_of(const When& when) {
  std::string kind;
  for (const core::Operation* operation : when.operations) kind.append(operation->name) += ' ';
  for (const TableName& table : when.tables) kind.append("/" + table.name + "@" + table.arn);
  return kind;
}

void put_in_order(std::vector<std::size_t>& places) {
  if (std::ranges::adjacent_find(places, std::greater_equal()) == places.end()) return;  // they are
  std::ranges::sort(places);
  places.erase(std::ranges::unique(places).begin(), places.end());
}

/// What a decision is about, besides the rule.
std::uint64_t about_attempt(std::uint64_t operation_and_key, const LogicalCall& logical) {
  return StableHash(operation_and_key).add(logical.occurrence).add(logical.attempt).value();
}

}  // namespace

std::uint64_t attempts_id(const core::Call& call) {
  const std::string_view invocation = call.invocation_id();
  if (invocation.empty()) return 0;
  return std::max<std::uint64_t>(StableHash(0).add(invocation).add(call.name()).value(), 1);
}

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
  line_up();
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
  line_up();
}

/// Gives a counter to every rule that counts all keys together and has none: new rules that fit the
/// same calls share one.
void Decisions::share_counters() {
  const auto& rules = rules_->rules();
  std::map<std::string, std::shared_ptr<Counter>> made;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (gates_[i].needs.ordinals && !rules[i].when.per_key && !counters_[i]) {
      counters_[i] = std::make_shared<Counter>();
      if (!gates_[i].needs.more) {
        counters_[i] = made.try_emplace(kind_of(rules[i].when), counters_[i]).first->second;
      }
    }
    gates_[i].counter = counters_[i].get();
  }
}

void Decisions::line_up() {
  lineups_.clear();
  for (const RuleList* list : rules_->lists()) lineups_.emplace_back(list->places, gates_);
}

/// Counts one call, once in each counter that it meets.
class Decisions::Count {
 public:
  /// `distinct`: each counter is met once.
  explicit Count(bool distinct) : distinct_(distinct) {}

  /// The ordinal of the call among those that the counter's rules fitted.
  std::uint64_t in(Counter& counter) {
    if (distinct_) return next(counter);
    const auto [known, is_new] = ordinals_.try_emplace(&counter, 0);
    if (is_new) known->second = next(counter);
    return known->second;
  }

 private:
  static std::uint64_t next(Counter& counter) {
    return counter.fitted.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  bool distinct_;
  std::unordered_map<const Counter*, std::uint64_t> ordinals_;
};

std::vector<Decisions::Hit> Decisions::decide(CallView& call) {
  Matching rules = rules_->matching(call);
  if (rules.empty() && !rules.needs.occurrence) return {};
  CallIdentity identity;
  // First of all that is asked of the call, as it goes by the outline that matching() has read.
  if (rules.needs.key) identity = identify(call);
  find_others(rules, call);
  const LogicalCall logical = sight(call.call(), rules, identity);
  const std::uint64_t about =
      rules.needs.occurrence ? about_attempt(identity.operation_and_key, logical) : 0;
  std::vector<Hit> hits;
  for (const std::size_t place : picked_by(rules, logical, about)) {
    hits.push_back({place, core::Rng(StableHash(gates_[place].prefix).add(about).value())});
  }
  return hits;
}

Decisions::CallIdentity Decisions::identify(CallView& call) const {
  const std::uint64_t key = call_key(call, rules_->keys());
  return {key, StableHash(0).add(call.call().name()).add(key).value()};
}

/// Leaves in `rules.others` all that must be asked one by one and that fit the call.
void Decisions::find_others(Matching& rules, CallView& call) const {
  for (const RuleList* list : rules.lists) {
    const auto& others = lineups_[list->number].others;
    rules.others.insert(rules.others.end(), others.begin(), others.end());
  }
  put_in_order(rules.others);
  if (!rules.needs.more) return;
  std::erase_if(rules.others, [&](std::size_t place) { return !fits(place, call); });
}

bool Decisions::fits(std::size_t place, CallView& call) const {
  if (!gates_[place].needs.more) return true;
  const Rule& rule = rules_->rules()[place];
  if (rule.ttl && call.now() >= since_[place] + *rule.ttl) return false;
  return !rule.when.asks() || rule.when.fits(call);
}

/// Which call this is and at which attempt, as far as a rule for its operation and tables asks.
LogicalCall Decisions::sight(const core::Call& call, const Matching& rules,
                             const CallIdentity& identity) {
  const Needs& needs = rules.needs;
  if (!needs.ordinals && !needs.attempts && !needs.occurrence) return {};
  const std::uint64_t id = attempts_id(call);
  if (id != 0) {
    if (auto known = history_->recent.next_attempt(id)) return *std::move(known);
  }
  LogicalCall fresh;
  if (needs.ordinals) fresh.picked = count(rules, identity);
  // Also where no rule is left: what one rule asks for must not change what another one decides.
  if (needs.occurrence) {
    fresh.occurrence = history_->occurrences.next(identity.operation_and_key);
  }
  if (id != 0) history_->recent.remember(id, fresh);
  return fresh;
}

/// Counts a new call in each of the rules that counts; the ids of those that pick it, rising.
std::vector<std::uint64_t> Decisions::count(const Matching& rules, const CallIdentity& identity) {
  std::vector<std::uint64_t> picked;
  Count count(rules.distinct);
  for (const RuleList* list : rules.lists) {
    for (const auto& counted : lineups_[list->number].counted) {
      counted->pick(count.in(counted->counter()), picked);
    }
  }
  for (const std::size_t place : rules.others) {
    const Gate& gate = gates_[place];
    if (!gate.needs.ordinals) continue;
    const std::uint64_t ordinal =
        gate.counter ? count.in(*gate.counter)
                     : history_->ordinals.next(StableHash(gate.id).add(identity.key).value());
    if (gate.ordinals.has(ordinal)) picked.push_back(gate.id);
  }
  std::ranges::sort(picked);
  return picked;
}

/// The places of the rules that hit the attempt, rising.
std::vector<std::size_t> Decisions::picked_by(const Matching& rules, const LogicalCall& logical,
                                              std::uint64_t about) const {
  std::vector<std::size_t> places;
  const auto ask = [&](std::size_t place) {
    const Gate& gate = gates_[place];
    if (gate.needs.ordinals && !std::ranges::binary_search(logical.picked, gate.id)) return;
    if (!gate.is_drawn(about)) return;
    if (gate.needs.attempts && !rules_->rules()[place].when.picks_attempt(logical.attempt)) return;
    places.push_back(place);
  };
  for (const RuleList* list : rules.lists) {
    const Lineup& lineup = lineups_[list->number];
    lineup.drawn.pick(about, places);
    if (logical.picked.empty()) continue;
    for (const auto& counted : lineup.counted) std::ranges::for_each(counted->places(), ask);
  }
  std::ranges::for_each(rules.others, ask);
  put_in_order(places);
  return places;
}

}  // namespace dynatape::interceptors
