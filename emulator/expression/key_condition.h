#pragma once

// What a Query asks of the key: KeyConditionExpression or KeyConditions as a list of clauses, first
// without and then with regard to the schema of the table or index.

#include <optional>
#include <string>
#include <vector>

#include "emulator/expression/ast.h"
#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

/// The last is of KeyConditions: NE, IN, NULL and the like, refused once the schema is known.
enum class KeyComparator { eq, lt, le, gt, ge, between, begins_with, not_indexable };

/// As `attribute <comparator> value` asks of the attribute; `flipped` where the value stands first.
[[nodiscard]] KeyComparator key_comparator(Comparator comparator, bool flipped);

/// One condition on one attribute; two values for `between`, else one.
struct KeyClause {
  std::string attribute;
  KeyComparator comparator;
  std::vector<model::AttributeValue> values;

  bool operator==(const KeyClause&) const = default;
};

/// In the order written, each attribute once.
struct KeyCondition {
  std::vector<KeyClause> clauses;

  bool operator==(const KeyCondition&) const = default;
};

/// The clauses of a resolved expression; the first thing that is no key condition is refused.
[[nodiscard]] model::Outcome<KeyCondition> key_condition(const Condition& condition);

/// A key condition fitted to a key schema.
struct KeyBounds {
  std::vector<model::AttributeValue> hash;    ///< all hash attributes, in schema order
  std::vector<model::AttributeValue> equals;  ///< leading range attributes bound by equality
  std::optional<KeyClause> last;              ///< on the range attribute after those; never eq

  bool operator==(const KeyBounds&) const = default;
};

/// Refuses what the schema cannot serve: too many clauses, missing attributes, wrong types,
/// comparisons other than = before the last range attribute named.
[[nodiscard]] model::Outcome<KeyBounds> bind(const KeyCondition& condition,
                                             const model::KeySchema& schema);

}  // namespace dynatape::expression
