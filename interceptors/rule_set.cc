#include "interceptors/rule_set.h"

#include <algorithm>
#include <map>

namespace dynatape::interceptors {
namespace {

/// Whether equal calls have the same: those that share a call's key, as call_key() says it.
bool is_of_key(const Trait& trait) {
  return trait.kind == Trait::Kind::key || trait.kind == Trait::Kind::index ||
         trait.kind == Trait::Kind::session;
}

}  // namespace

void Needs::add(const Needs& other) {
  more = more || other.more;
  ordinals = ordinals || other.ordinals;
  attempts = attempts || other.attempts;
  key = key || other.key;
  occurrence = occurrence || other.occurrence;
}

Needs needs_of(const Rule& rule) {
  const bool by_chance = rule.when.probability > 0 && rule.when.probability < 1;
  const bool draws = by_chance || rule.then->draws();
  return {.more = rule.when.asks() || rule.ttl,
          .ordinals = rule.when.counts(),
          .attempts = !rule.when.attempts.empty(),
          .key = draws || (rule.when.counts() && rule.when.per_key),
          .occurrence = draws};
}

void RuleList::add(std::size_t place, const Rule& rule) {
  if (!places.empty() && places.back() == place) return;
  places.push_back(place);
  needs.add(needs_of(rule));
}

RuleSet::RuleSet(std::vector<Rule> rules, std::optional<std::uint64_t> seed, TableKeys keys,
                 ForCassettes cassettes, std::optional<HaltRule> halt)
    : rules_(std::move(rules)),
      seed_(seed),
      keys_(std::move(keys)),
      cassettes_(std::move(cassettes)),
      halt_(halt) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].when.probability <= 0) continue;  // no call meets it
    const auto& operations = rules_[i].when.operations;
    if (operations.empty()) {
      for (Slot& slot : slots_) add(slot, i);
    }
    for (const core::Operation* operation : operations) {
      add(slots_[static_cast<std::size_t>(operation - core::kOperations)], i);
    }
  }
  number_lists();
}

bool RuleSet::concerns(const core::Operation* operation) const {
  const Slot& of = slot(operation);
  return !of.any_table.empty() || !of.by_table.empty();
}

/// Reads the call as far as the groups ask, the quick way where there is one.
class RuleSet::Gathering {
 public:
  explicit Gathering(CallView& call) : call_(call) {}

  void add(const RuleList& list) {
    if (list.places.empty() || has(list)) return;
    found_.lists.push_back(&list);
    found_.needs.add(list.needs);
  }

  void need(const Needs& needs) { found_.needs.add(needs); }

  /// Those that may want an item of the call on this table; nullptr: on any.
  void add(const Group& group, const TableName* table) {
    add(group.any);
    need(group.needs);
    for (const auto& [trait, by_value] : group.by_trait) {
      see_values(call_, trait, table, [&](const std::string& value) {
        const auto rules = by_value.find(value);
        if (rules != by_value.end()) add(rules->second);
      });
    }
  }

  /// Rules that may be in a list as well.
  void add(std::size_t place, const Rule& rule) {
    found_.others.push_back(place);
    found_.needs.add(needs_of(rule));
    found_.distinct = false;
  }

  [[nodiscard]] std::vector<TableName> tables() const {
    if (const auto& outline = call_.outline()) return {parse_table_name(outline->table())};
    std::vector<TableName> tables;
    for (const std::string& text : call_.call().tables()) tables.push_back(parse_table_name(text));
    return tables;
  }

  [[nodiscard]] Matching take() { return std::move(found_); }

 private:
  [[nodiscard]] bool has(const RuleList& list) const {
    return std::ranges::any_of(found_.lists,
                               [&](const RuleList* one) { return one->number == list.number; });
  }

  CallView& call_;
  Matching found_;
};

Matching RuleSet::matching(CallView& call) const {
  const Slot& of = slot(call.call().operation());
  Gathering found(call);
  found.add(of.any_table, nullptr);
  if (of.by_table.empty()) return found.take();
  const std::vector<TableName> tables = found.tables();
  for (const TableName& called : tables) {
    const auto rules = of.by_table.find(called.name);
    if (rules == of.by_table.end()) continue;
    found.add(rules->second.by_name, &called);
    if (rules->second.by_arn.empty()) continue;
    Gathering by_arn(call);
    by_arn.add(rules->second.by_arn, &called);
    const Matching of_arn = by_arn.take();
    found.need({.key = of_arn.needs.key, .occurrence = of_arn.needs.occurrence});
    for (const RuleList* list : of_arn.lists) {
      for (const std::size_t place : list->places) {
        const bool meant = std::ranges::any_of(rules_[place].when.tables, [&](const auto& table) {
          return same_table(table, called, call.call().identity().region);
        });
        if (meant) found.add(place, rules_[place]);
      }
    }
  }
  Matching all = found.take();
  all.distinct = all.distinct && tables.size() < 2;
  std::ranges::sort(all.others);
  all.others.erase(std::ranges::unique(all.others).begin(), all.others.end());
  return all;
}

const RuleSet::Slot& RuleSet::slot(const core::Operation* operation) const {
  return operation ? slots_[static_cast<std::size_t>(operation - core::kOperations)]
                   : slots_.back();
}

void RuleSet::add(Slot& slot, std::size_t place) {
  const Rule& rule = rules_[place];
  if (rule.when.tables.empty()) {
    slot.any_table.add(place, rule);
  }
  for (const TableName& table : rule.when.tables) {
    OfTable& of = slot.by_table[table.name];
    (table.arn.empty() ? of.by_name : of.by_arn).add(place, rule);
  }
}

void RuleSet::Group::add(std::size_t place, const Rule& rule) {
  const std::vector<TraitValue> traits = traits_of(rule.when);
  if (traits.empty()) return any.add(place, rule);
  for (const auto& [trait, value] : traits) {
    by_trait[trait][value].add(place, rule);
    // Calls are counted by their key alike, whichever of them a rule asks for.
    const Needs of_rule = needs_of(rule);
    if (!is_of_key(trait)) needs.add({.key = of_rule.key, .occurrence = of_rule.occurrence});
  }
}

/// Rules for all operations stand in as many lists, all alike: what is made of each is made once.
void RuleSet::number_lists() {
  std::map<std::vector<std::size_t>, std::size_t> numbers;
  const auto number = [&](RuleList& list) {
    if (list.places.empty()) return;
    const auto [known, is_new] = numbers.try_emplace(list.places, lists_.size());
    list.number = known->second;
    if (is_new) lists_.push_back(&list);
  };
  const auto number_all = [&](Group& group) {
    number(group.any);
    for (auto& [trait, by_value] : group.by_trait) {
      for (auto& [value, list] : by_value) number(list);
    }
  };
  for (Slot& slot : slots_) {
    number_all(slot.any_table);
    for (auto& [table, of] : slot.by_table) {
      number_all(of.by_name);
      number_all(of.by_arn);
    }
  }
}

}  // namespace dynatape::interceptors
