#include "interceptors/rule_set.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

namespace dynatape::interceptors {
namespace {

/// Whether it holds for some values of one attribute only, as a rule for a certain key says.
bool names_values(const PathPredicate& attribute) {
  return attribute.path.size() == 1 && !attribute.path.front().starts_with('*') &&
         !attribute.predicate.one_of.empty();
}

}  // namespace

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

std::vector<std::size_t> RuleSet::matching(CallView& call) const {
  const Slot& of = slot(call.call().operation());
  Places found;
  of.any_table.find(call, nullptr, found);
  if (!of.by_table.empty()) {
    for (const std::string& text : call.call().tables()) {
      const TableName called = parse_table_name(text);
      const auto group = of.by_table.find(called.name);
      if (group == of.by_table.end()) continue;
      const std::size_t others = found.size();
      group->second.find(call, &called, found);
      const auto wants_another = [&](std::size_t place) {
        return std::ranges::none_of(rules_[place].when.tables, [&](const TableName& table) {
          return same_table(table, called, call.call().identity().region);
        });
      };
      found.erase(std::remove_if(found.begin() + static_cast<std::ptrdiff_t>(others), found.end(),
                                 wants_another),
                  found.end());
    }
  }
  // Rules found in one list are in order; those of several lists are not.
  if (!std::ranges::is_sorted(found, std::less_equal())) {
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
  }
  return found;
}

const RuleSet::Slot& RuleSet::slot(const core::Operation* operation) const {
  return operation ? slots_[static_cast<std::size_t>(operation - core::kOperations)]
                   : slots_.back();
}

void RuleSet::add(Slot& slot, std::size_t place) {
  const When& when = rules_[place].when;
  if (when.tables.empty()) slot.any_table.add(place, when);
  for (const TableName& table : when.tables) slot.by_table[table.name].add(place, when);
}

void RuleSet::Group::add(std::size_t place, const When& when) {
  const auto add_once = [&](Places& places) {
    if (places.empty() || places.back() != place) places.push_back(place);
  };
  std::vector<const PathPredicate*> exact;
  for (const PathPredicates& key : when.keys) {
    const auto found = std::ranges::find_if(key, names_values);
    if (found != key.end()) exact.push_back(&*found);
  }
  if (exact.empty() || exact.size() < when.keys.size()) return add_once(any_key);
  for (const PathPredicate* attribute : exact) {
    for (const Value& value : attribute->predicate.one_of) {
      add_once(by_key[attribute->path.front()][lookup_text(value)]);
    }
  }
}

void RuleSet::Group::find(CallView& call, const TableName* table, Places& found) const {
  found.insert(found.end(), any_key.begin(), any_key.end());
  if (by_key.empty()) return;
  for (const Subject& subject : call.subjects()) {
    if (table && !subject.on(table->name)) continue;
    const auto& item = subject.key ? *subject.key : *subject.item;
    for (const auto& [attribute, by_value] : by_key) {
      const auto member = item.is_object() ? item.find(attribute) : item.end();
      const auto value = member == item.end() ? std::nullopt : value_of(*member);
      const auto places = value ? by_value.find(lookup_text(*value)) : by_value.end();
      if (places == by_value.end()) continue;
      found.insert(found.end(), places->second.begin(), places->second.end());
    }
  }
}

}  // namespace dynatape::interceptors
