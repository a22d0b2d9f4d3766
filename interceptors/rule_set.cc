#include "interceptors/rule_set.h"

#include <algorithm>

namespace dynatape::interceptors {

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

std::vector<std::size_t> RuleSet::matching(const core::Call& call) const {
  const Slot& of = slot(call.operation());
  std::vector<std::size_t> found = of.any_table;
  if (of.by_table.empty()) return found;
  for (const std::string& text : call.tables()) {
    const TableName called = parse_table_name(text);
    const auto rules = of.by_table.find(called.name);
    if (rules == of.by_table.end()) continue;
    for (const std::size_t index : rules->second) {
      const bool meant = std::ranges::any_of(rules_[index].when.tables, [&](const TableName& t) {
        return same_table(t, called, call.identity().region);
      });
      if (meant) found.push_back(index);
    }
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

const RuleSet::Slot& RuleSet::slot(const core::Operation* operation) const {
  return operation ? slots_[static_cast<std::size_t>(operation - core::kOperations)]
                   : slots_.back();
}

void RuleSet::add(Slot& slot, std::size_t index) {
  const auto& tables = rules_[index].when.tables;
  if (tables.empty()) slot.any_table.push_back(index);
  for (const TableName& table : tables) {
    auto& indices = slot.by_table[table.name];
    if (indices.empty() || indices.back() != index) indices.push_back(index);
  }
}

}  // namespace dynatape::interceptors
