#pragma once

// Expressions as plain values, comparable and inspectable. A parsed tree holds placeholders (`#n`,
// `:v`); resolving replaces them by names and values in the same tree, and only a resolved tree can
// be evaluated.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/expression/path.h"
#include "emulator/model/attribute_value.h"

namespace dynatape::expression {

enum class Function {
  attribute_exists,
  attribute_not_exists,
  attribute_type,
  begins_with,
  contains,
  size,
  if_not_exists,
  list_append,
};
[[nodiscard]] std::string_view function_name(Function function);
/// Names are case-sensitive.
[[nodiscard]] std::optional<Function> function_named(std::string_view name);

/// A value to come, with its colon: ":v".
struct Placeholder {
  std::string name;
  bool operator==(const Placeholder&) const = default;
};

struct Operand;

struct Call {
  Function function;
  std::vector<Operand> arguments;
  bool operator==(const Call&) const;
};

struct Operand {
  std::variant<Path, Placeholder, model::AttributeValue, Call> node;
  bool operator==(const Operand&) const = default;
};

enum class Comparator { eq, ne, lt, le, gt, ge };
/// "=", "<>", "<", "<=", ">", ">=".
[[nodiscard]] std::string_view comparator_symbol(Comparator comparator);

struct Comparison {
  Comparator comparator;
  Operand left;
  Operand right;
  bool operator==(const Comparison&) const = default;
};

struct Between {
  Operand operand;
  Operand low;
  Operand high;
  bool operator==(const Between&) const = default;
};

struct In {
  Operand operand;
  std::vector<Operand> candidates;
  bool operator==(const In&) const = default;
};

struct Condition;

enum class Connective { not_, and_, or_ };

/// NOT of one condition; AND or OR of two or more, as written in one row without parentheses.
struct Logical {
  Connective connective;
  std::vector<Condition> operands;
  bool operator==(const Logical&) const;
};

/// A condition, filter or key condition expression.
struct Condition {
  std::variant<Comparison, Between, In, Call, Logical> node;
  bool operator==(const Condition&) const = default;
};

struct Projection {
  std::vector<Path> paths;
  bool operator==(const Projection&) const = default;
};

enum class Sign { plus, minus };

struct Term {
  Sign sign;
  Operand operand;
  bool operator==(const Term&) const = default;
};

/// `target = value`, `target = value + term` or `target = value - term`.
struct Set {
  Path target;
  Operand value;
  std::optional<Term> term;
  bool operator==(const Set&) const = default;
};

struct Remove {
  Path target;
  bool operator==(const Remove&) const = default;
};

struct Add {
  Path target;
  Operand value;
  bool operator==(const Add&) const = default;
};

struct Delete {
  Path target;
  Operand value;
  bool operator==(const Delete&) const = default;
};

using Action = std::variant<Set, Remove, Add, Delete>;

/// The actions of all clauses, in the order written.
struct Update {
  std::vector<Action> actions;
  bool operator==(const Update&) const = default;
};

[[nodiscard]] const Path& target(const Action& action);

/// Every path that a condition reads, in the order written.
[[nodiscard]] std::vector<const Path*> paths(const Condition& condition);

}  // namespace dynatape::expression
