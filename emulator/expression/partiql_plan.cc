#include "emulator/expression/partiql_plan.h"

#include <algorithm>
#include <utility>

#include "emulator/expression/limits.h"

namespace dynatape::expression::partiql {

namespace {

using model::AttributeValue;
using model::Outcome;

/// Values of the partition attribute that one IN may list (developer guide).
constexpr std::size_t kMaxPartitions = 50;

using Conjuncts = std::vector<const Condition*>;

void collect(const Condition& condition, Connective connective, Conjuncts& out) {
  const auto* logical = std::get_if<Logical>(&condition.node);
  if (logical == nullptr || logical->connective != connective) {
    out.push_back(&condition);
    return;
  }
  for (const Condition& operand : logical->operands) collect(operand, connective, out);
}

/// What stands beside each other in a row of ANDs or ORs, also across parentheses.
Conjuncts parts_of(const Condition& condition, Connective connective) {
  Conjuncts parts;
  collect(condition, connective, parts);
  return parts;
}

/// The attribute an operand names, if it is one at the top level.
const std::string* attribute_of(const Operand& operand) {
  const auto* path = std::get_if<Path>(&operand.node);
  return path != nullptr && path->elements.size() == 1 ? &path->elements.front().name : nullptr;
}
const AttributeValue* value_in(const Operand& operand) {
  return std::get_if<AttributeValue>(&operand.node);
}

/// What a condition says of one attribute's value; nullopt where it says something else.
std::optional<KeyClause> clause_of(const Condition& condition) {
  if (const auto* comparison = std::get_if<Comparison>(&condition.node)) {
    const bool flipped = attribute_of(comparison->left) == nullptr;
    const Operand& named = flipped ? comparison->right : comparison->left;
    const std::string* attribute = attribute_of(named);
    const auto* value = value_in(flipped ? comparison->left : comparison->right);
    if (attribute == nullptr || value == nullptr) return std::nullopt;
    return KeyClause{*attribute, key_comparator(comparison->comparator, flipped), {*value}};
  }
  if (const auto* between = std::get_if<Between>(&condition.node)) {
    const std::string* attribute = attribute_of(between->operand);
    const auto* low = value_in(between->low);
    const auto* high = value_in(between->high);
    if (attribute == nullptr || low == nullptr || high == nullptr) return std::nullopt;
    return KeyClause{*attribute, KeyComparator::between, {*low, *high}};
  }
  const auto* call = std::get_if<Call>(&condition.node);
  if (call == nullptr || call->function != Function::begins_with) return std::nullopt;
  const std::string* attribute = attribute_of(call->arguments[0]);
  const auto* prefix = value_in(call->arguments[1]);
  if (attribute == nullptr || prefix == nullptr) return std::nullopt;
  return KeyClause{*attribute, KeyComparator::begins_with, {*prefix}};
}

/// The values a condition allows the partition attribute: one for =, some for IN, else none.
std::vector<AttributeValue> partition_values(const Condition& condition,
                                             const std::string& attribute) {
  if (const auto clause = clause_of(condition)) {
    const bool equal = clause->attribute == attribute && clause->comparator == KeyComparator::eq;
    return equal ? clause->values : std::vector<AttributeValue>{};
  }
  const auto* in = std::get_if<In>(&condition.node);
  const std::string* named = in != nullptr ? attribute_of(in->operand) : nullptr;
  if (named == nullptr || *named != attribute) return {};
  std::vector<AttributeValue> values;
  for (const Operand& candidate : in->candidates) {
    const auto* value = value_in(candidate);
    if (value == nullptr) return {};
    if (std::ranges::find(values, *value) == values.end()) values.push_back(*value);
  }
  return values;
}

/// One alternative of a WHERE: the partitions it reads, and what it asks of the sort key there.
struct Branch {
  std::vector<AttributeValue> partitions;
  std::vector<KeyClause> sort;
  /// It excludes sort keys, by <> or under a NOT: the service then does not compare it with others.
  bool excludes = false;
};

/// Whether a condition other than a usable clause looks at the attribute.
bool mentions(const Condition& condition, const std::string& attribute) {
  return std::ranges::any_of(
      paths(condition), [&](const Path* path) { return path->elements.front().name == attribute; });
}

std::optional<Branch> branch_of(const Condition& condition, const model::KeySchema& schema) {
  Branch branch;
  for (const Condition* part : parts_of(condition, Connective::and_)) {
    if (branch.partitions.empty()) {
      branch.partitions = partition_values(*part, schema.hash.front().name);
      if (!branch.partitions.empty()) continue;
    }
    if (schema.range.empty() || !mentions(*part, schema.range.front().name)) continue;
    auto clause = clause_of(*part);
    if (clause && clause->comparator != KeyComparator::not_indexable) {
      branch.sort.push_back(std::move(*clause));
    } else {
      branch.excludes = true;
    }
  }
  if (branch.partitions.empty()) return std::nullopt;
  return branch;
}

/// Where the values that a clause allows begin and end.
struct Interval {
  std::optional<AttributeValue> low;
  std::optional<AttributeValue> high;
  bool low_open = false;
  bool high_open = false;
};

/// The first text after all that begin with `prefix`; nullopt where there is none.
std::optional<std::string> after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return std::nullopt;
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

Interval interval_of(const KeyClause& clause) {
  const AttributeValue& value = clause.values.front();
  switch (clause.comparator) {
    case KeyComparator::lt:
      return {std::nullopt, value, false, true};
    case KeyComparator::le:
      return {std::nullopt, value};
    case KeyComparator::gt:
      return {value, std::nullopt, true};
    case KeyComparator::ge:
      return {value, std::nullopt};
    case KeyComparator::between:
      return {value, clause.values.back()};
    case KeyComparator::begins_with: {
      Interval interval{value, std::nullopt, false, true};
      if (const auto* text = value.get<std::string>()) interval.high = after_prefix(*text);
      if (const auto* binary = value.get<model::Binary>()) {
        if (auto end = after_prefix(binary->bytes)) interval.high = model::Binary{*end};
      }
      return interval;
    }
    default:
      return {value, value};
  }
}

bool is_less(const AttributeValue& left, const AttributeValue& right) {
  if (left.type() != right.type()) return left.type() < right.type();
  if (const auto* text = left.get<std::string>()) return *text < *right.get<std::string>();
  if (const auto* number = left.get<model::Number>()) return *number < *right.get<model::Number>();
  const auto* binary = left.get<model::Binary>();
  return binary != nullptr && binary->bytes < right.get<model::Binary>()->bytes;
}

bool meet(const Interval& low_side, const Interval& high_side) {
  if (!low_side.low || !high_side.high) return true;
  if (is_less(*high_side.high, *low_side.low)) return false;
  return is_less(*low_side.low, *high_side.high) || (!low_side.low_open && !high_side.high_open);
}

/// Whether some sort key may satisfy both branches.
bool overlap(const Branch& one, const Branch& two) {
  const auto apart = [](const KeyClause& left, const KeyClause& right) {
    const Interval first = interval_of(left);
    const Interval second = interval_of(right);
    return !meet(first, second) || !meet(second, first);
  };
  for (const KeyClause& left : one.sort) {
    for (const KeyClause& right : two.sort) {
      if (apart(left, right)) return false;
    }
  }
  const bool same_partition = std::ranges::any_of(one.partitions, [&](const AttributeValue& each) {
    return std::ranges::find(two.partitions, each) != two.partitions.end();
  });
  return same_partition && !one.excludes && !two.excludes &&
         !(one.sort.empty() && two.sort.empty());
}

/// The bounds of one partition of a branch, its types checked against the schema.
Outcome<KeyBounds> bounds_of(const AttributeValue& partition, const Branch& branch,
                             const model::KeySchema& schema) {
  KeyCondition condition{{{schema.hash.front().name, KeyComparator::eq, {partition}}}};
  if (!branch.sort.empty()) condition.clauses.push_back(branch.sort.front());
  return bind(condition, schema);
}

/// Every alternative of the WHERE, or nothing if one of them is not bound to partitions.
std::vector<Branch> branches_of(const std::optional<Condition>& where,
                                const model::KeySchema& schema) {
  std::vector<Branch> branches;
  if (!where) return branches;
  for (const Condition* alternative : parts_of(*where, Connective::or_)) {
    auto branch = branch_of(*alternative, schema);
    if (!branch) return {};
    branches.push_back(std::move(*branch));
  }
  return branches;
}

Outcome<void> check_overlaps(const std::vector<Branch>& branches) {
  for (std::size_t i = 0; i < branches.size(); ++i) {
    for (std::size_t j = i + 1; j < branches.size(); ++j) {
      if (overlap(branches[i], branches[j])) {
        return model::invalid(
            "Overlapping conditions with range keys are not supported in where clause");
      }
    }
  }
  return {};
}

/// Each row belongs to one of the partitions read: where two branches of one partition meet, its
/// bounds are given up.
Outcome<std::vector<KeyBounds>> partitions_of(const std::vector<Branch>& branches,
                                              const model::KeySchema& schema) {
  std::vector<KeyBounds> partitions;
  for (const Branch& branch : branches) {
    for (const AttributeValue& value : branch.partitions) {
      auto bounds = bounds_of(value, branch, schema);
      if (!bounds) return std::unexpected(std::move(bounds.error()));
      const auto same = [&](const KeyBounds& each) { return each.hash == bounds->hash; };
      const auto earlier = std::ranges::find_if(partitions, same);
      if (earlier == partitions.end()) {
        partitions.push_back(std::move(*bounds));
      } else {
        *earlier = KeyBounds{std::move(bounds->hash), {}, std::nullopt};
      }
    }
  }
  return partitions;
}

Outcome<void> order(const Select& select, const model::KeySchema& schema, ReadPlan& plan) {
  for (const SortKey& key : select.order_by) {
    if (schema.find(key.attribute) == nullptr) {
      return model::invalid("Variable reference " + key.attribute +
                            " in ORDER BY clause must be part of the primary key");
    }
  }
  if (plan.partitions.empty()) {
    return model::invalid(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER "
        "BY clause.");
  }
  for (const SortKey& key : select.order_by) {
    if (key.attribute != schema.hash.front().name) {
      plan.descending = key.descending;
      continue;
    }
    std::ranges::sort(plan.partitions, [&](const KeyBounds& left, const KeyBounds& right) {
      return key.descending ? is_less(right.hash.front(), left.hash.front())
                            : is_less(left.hash.front(), right.hash.front());
    });
  }
  return {};
}

}  // namespace

Outcome<ReadPlan> plan(const Select& select, const model::KeySchema& schema) {
  const std::vector<Branch> branches = branches_of(select.where, schema);
  if (auto good = check_overlaps(branches); !good) return std::unexpected(good.error());
  ReadPlan plan;
  auto partitions = partitions_of(branches, schema);
  if (!partitions) return std::unexpected(std::move(partitions.error()));
  if (partitions->size() > kMaxPartitions) {
    return model::invalid(
        "The IN operator is provided with too many operands; number of operands: " +
        std::to_string(partitions->size()));
  }
  plan.partitions = std::move(*partitions);
  plan.keyed = branches.size() == 1;
  if (!select.order_by.empty()) {
    if (auto good = order(select, schema, plan); !good) return std::unexpected(good.error());
  }
  return plan;
}

std::optional<KeyedCondition> keyed_condition(const std::optional<Condition>& where,
                                              const model::KeySchema& schema) {
  if (!where) return std::nullopt;
  KeyedCondition found;
  std::vector<Condition> rest;
  for (const Condition* part : parts_of(*where, Connective::and_)) {
    const auto clause = clause_of(*part);
    const bool is_key = clause && clause->comparator == KeyComparator::eq &&
                        schema.find(clause->attribute) != nullptr &&
                        found.key.find(clause->attribute) == nullptr;
    if (is_key) {
      found.key.set(clause->attribute, clause->values.front());
    } else {
      rest.push_back(*part);
    }
  }
  if (found.key.size() != schema.hash.size() + schema.range.size()) return std::nullopt;
  if (rest.size() == 1) {
    found.rest = std::move(rest.front());
  } else if (!rest.empty()) {
    found.rest = Condition{Logical{Connective::and_, std::move(rest)}};
  }
  return found;
}

std::vector<std::string> attributes_of(const Condition& condition) {
  std::vector<std::string> names;
  for (const Path* path : paths(condition)) {
    const std::string& name = path->elements.front().name;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace dynatape::expression::partiql
