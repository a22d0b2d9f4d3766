#pragma once

// From a WHERE to what it reads: one item, some partitions, or everything. The plan only narrows
// what is read; the whole WHERE still filters it. Knows a key schema, no data.

#include <optional>
#include <vector>

#include "emulator/expression/key_condition.h"
#include "emulator/expression/partiql_statement.h"
#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression::partiql {

struct ReadPlan {
  /// The partitions to read in this order, each with bounds of its sort key; none: a scan.
  std::vector<KeyBounds> partitions;
  bool descending = false;
  /// One partition attribute bound by = or IN beside everything else, not inside an OR: then an
  /// index must project what the WHERE looks at.
  bool keyed = false;

  bool operator==(const ReadPlan&) const = default;
};

/// How a SELECT reads a table or index with this key.
[[nodiscard]] model::Outcome<ReadPlan> plan(const Select& select, const model::KeySchema& schema);

/// The one item a WHERE names, and what else it asks of it.
struct KeyedCondition {
  model::Item key;
  std::optional<Condition> rest;

  bool operator==(const KeyedCondition&) const = default;
};

/// nullopt where the WHERE does not bind every key attribute by =.
[[nodiscard]] std::optional<KeyedCondition> keyed_condition(const std::optional<Condition>& where,
                                                            const model::KeySchema& schema);

/// The top-level attributes that a condition looks at, each once, in the order written.
[[nodiscard]] std::vector<std::string> attributes_of(const Condition& condition);

}  // namespace dynatape::expression::partiql
