#pragma once

// Which attribute a value is compared with or written to, where the two stand apart: in expressions
// and in PartiQL. Text in, places out; it evaluates nothing.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/redaction_rules.h"
#include "emulator/expression/parameter.h"

namespace dynatape::cassettes {

/// What ExpressionAttributeNames says: "#n" to a name.
using AttributeNames = std::map<std::string, std::string, std::less<>>;

struct PlacedValue {
  PathSteps attribute;
  std::string placeholder;  ///< ":v"

  bool operator==(const PlacedValue&) const = default;
};

/// The values of an expression; nullopt where it cannot be read.
[[nodiscard]] std::optional<std::vector<PlacedValue>> values_of_expression(
    std::string_view text, expression::Parameter parameter, const AttributeNames& names);

/// A literal or a parameter of a PartiQL statement.
struct PlacedLiteral {
  enum class Kind { text, number, parameter };

  Kind kind = Kind::text;
  PathSteps attribute;  ///< empty where it stands by none
  std::string text;     ///< a literal without quotes
  std::size_t begin = 0;
  std::size_t end = 0;  ///< in the statement's bytes
};

struct StatementValues {
  std::string table;  ///< "" where it names none
  std::vector<PlacedLiteral> literals;
};

/// nullopt where the statement cannot be read.
[[nodiscard]] std::optional<StatementValues> values_of_statement(std::string_view statement);

}  // namespace dynatape::cassettes
