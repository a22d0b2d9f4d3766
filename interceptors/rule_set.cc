#include "interceptors/rule_set.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/json_members.h"

namespace dynatape::interceptors {
namespace {

/// Whether it holds for some values of one attribute only, as a rule for a certain key says.
bool names_values(const PathPredicate& attribute) {
  return attribute.path.size() == 1 && !attribute.path.front().starts_with('*') &&
         !attribute.predicate.one_of.empty();
}

}  // namespace

void Needs::add(const Needs& other) {
  more = more || other.more;
  ordinals = ordinals || other.ordinals;
  attempts = attempts || other.attempts;
  key = key || other.key;
}

Needs needs_of(const Rule& rule) {
  const bool by_chance = rule.when.probability > 0 && rule.when.probability < 1;
  return {.more = rule.when.asks() || rule.ttl,
          .ordinals = rule.when.counts(),
          .attempts = !rule.when.attempts.empty(),
          .key = by_chance || rule.then->draws()};
}

RuleSet::RuleSet(std::vector<Rule> rules, std::optional<std::uint64_t> seed, TableKeys keys,
                 ForCassettes cassettes, std::optional<HaltRule> halt)
    : rules_(std::move(rules)),
      seed_(seed),
      keys_(std::move(keys)),
      cassettes_(std::move(cassettes)),
      halt_(halt) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const auto& operations = rules_[i].when.operations;
    if (operations.empty()) {
      for (Slot& slot : slots_) add(slot, i);
    }
    for (const core::Operation* operation : operations) {
      add(slots_[static_cast<std::size_t>(operation - core::kOperations)], i);
    }
  }
}

bool RuleSet::concerns(const core::Operation* operation) const {
  const Slot& of = slot(operation);
  return !of.any_table.empty() || !of.by_table.empty();
}

/// Reads the call as far as the groups ask, the quick way where there is one.
class RuleSet::Gathering {
 public:
  /// `outline`: of the call, where it has one.
  Gathering(CallView& call, std::optional<Outline> outline) : call_(call), outline_(outline) {}

  void add(const Matching& rules) {
    if (rules.places.empty()) return;
    lists_ += 1;
    found_.places.insert(found_.places.end(), rules.places.begin(), rules.places.end());
    found_.needs.add(rules.needs);
  }

  /// Those that may want an item of the call on this table; nullptr: on any.
  void add(const Group& group, const TableName* table) {
    add(group.any_key);
    for (const auto& [attribute, by_value] : group.by_key) add(by_value, attribute, table);
  }

  [[nodiscard]] std::vector<TableName> tables() const {
    if (outline_) return {parse_table_name(outline_->table())};
    std::vector<TableName> tables;
    for (const std::string& text : call_.call().tables()) tables.push_back(parse_table_name(text));
    return tables;
  }

  [[nodiscard]] Matching take() {
    // One list is in order; several are not, and may share a rule.
    if (lists_ > 1) {
      std::ranges::sort(found_.places);
      found_.places.erase(std::ranges::unique(found_.places).begin(), found_.places.end());
    }
    return std::move(found_);
  }

 private:
  void add(const ByText<Matching>& by_value, std::string_view attribute, const TableName* table) {
    const auto look_up = [&](const std::optional<Value>& value) {
      const auto rules = value ? by_value.find(lookup_text(*value)) : by_value.end();
      if (rules != by_value.end()) add(rules->second);
    };
    if (outline_ && outline_->item()) {
      const auto here = cassettes::member(*outline_->item(), attribute);
      if (!here) return;
      if (const auto value = key_value(*here)) return look_up(value);
    }
    for (const Subject& subject : call_.subjects()) {
      if (table && !subject.on(table->name)) continue;
      const auto& item = subject.key ? *subject.key : *subject.item;
      const auto member = item.is_object() ? item.find(attribute) : item.end();
      if (member != item.end()) look_up(value_of(*member));
    }
  }

  CallView& call_;
  std::optional<Outline> outline_;
  Matching found_;
  int lists_ = 0;
};

Matching RuleSet::matching(CallView& call) const {
  const Slot& of = slot(call.call().operation());
  const bool reads = of.by_key || !of.by_table.empty();
  const auto outline = reads ? Outline::of(call.exchange()) : std::nullopt;
  Gathering found(call, outline);
  found.add(of.any_table, nullptr);
  if (of.by_table.empty()) return found.take();
  for (const TableName& called : found.tables()) {
    const auto rules = of.by_table.find(called.name);
    if (rules == of.by_table.end()) continue;
    found.add(rules->second.by_name, &called);
    if (rules->second.by_arn.empty()) continue;
    Gathering by_arn(call, outline);
    by_arn.add(rules->second.by_arn, &called);
    Matching meant = by_arn.take();
    std::erase_if(meant.places, [&](std::size_t place) {
      return std::ranges::none_of(rules_[place].when.tables, [&](const TableName& table) {
        return same_table(table, called, call.call().identity().region);
      });
    });
    meant.needs = {};
    for (const std::size_t place : meant.places) meant.needs.add(needs_of(rules_[place]));
    found.add(meant);
  }
  return found.take();
}

const RuleSet::Slot& RuleSet::slot(const core::Operation* operation) const {
  return operation ? slots_[static_cast<std::size_t>(operation - core::kOperations)]
                   : slots_.back();
}

void RuleSet::add(Slot& slot, std::size_t place) {
  const Rule& rule = rules_[place];
  if (rule.when.tables.empty()) {
    slot.any_table.add(place, rule);
    slot.by_key = !slot.any_table.by_key.empty();
  }
  for (const TableName& table : rule.when.tables) {
    OfTable& of = slot.by_table[table.name];
    (table.arn.empty() ? of.by_name : of.by_arn).add(place, rule);
  }
}

void RuleSet::Group::add(std::size_t place, const Rule& rule) {
  const auto add_once = [&](Matching& rules) {
    if (!rules.places.empty() && rules.places.back() == place) return;
    rules.places.push_back(place);
    rules.needs.add(needs_of(rule));
  };
  const auto& keys = rule.when.keys;
  std::vector<const PathPredicate*> exact;
  for (const PathPredicates& key : keys) {
    const auto found = std::ranges::find_if(key, names_values);
    if (found != key.end()) exact.push_back(&*found);
  }
  if (exact.empty() || exact.size() < keys.size()) return add_once(any_key);
  for (const PathPredicate* attribute : exact) {
    for (const Value& value : attribute->predicate.one_of) {
      add_once(by_key[attribute->path.front()][lookup_text(value)]);
    }
  }
}

}  // namespace dynatape::interceptors
