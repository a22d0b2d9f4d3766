#pragma once

// Predicates as rule files write them: a value, a list of values, or operators.

#include <string_view>

#include "interceptors/json_field.h"
#include "interceptors/predicate.h"

namespace dynatape::interceptors {

struct Operator {
  std::string_view name;
  std::string_view type;
  std::string_view help;
};

/// Every operator, as rules and the documentation have them.
inline constexpr Operator kOperators[] = {
    {"equals", "value", "it is this; the value alone says the same"},
    {"one_of", "list of values", "it is one of these; the list alone says the same"},
    {"prefix", "string", "it is a string that begins so"},
    {"exists", "true or false", "whether it is there at all"},
    {"less", "number or string", "it is below"},
    {"greater", "number or string", "it is above"},
    {"between", "[number or string, number or string]", "it is neither below nor above"},
};

[[nodiscard]] Predicate read_predicate(const JsonField& field);
/// An object from paths to predicates.
[[nodiscard]] PathPredicates read_path_predicates(const JsonField& field);

}  // namespace dynatape::interceptors
