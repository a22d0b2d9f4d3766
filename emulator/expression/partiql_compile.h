#pragma once

// The parts of compile(): values, paths, conditions and changes. Private to it.

#include <span>
#include <string>
#include <string_view>

#include "emulator/expression/ast.h"
#include "emulator/expression/partiql_syntax.h"
#include "emulator/model/attribute_value.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression::partiql {

using Parameters = std::span<const model::AttributeValue>;

/// A literal, a parameter, or a list, set or map of such.
[[nodiscard]] bool is_value(const Node& node);
[[nodiscard]] model::Outcome<model::AttributeValue> value_of(const Node& node,
                                                             Parameters parameters);

/// What INSERT writes: a map, as a literal or a parameter.
[[nodiscard]] model::Outcome<model::Item> item_of(const Node& node, Parameters parameters);

/// A name, or a path of names and list positions.
[[nodiscard]] bool is_path(const Node& node);
[[nodiscard]] model::Outcome<Path> path_of(const Node& node);

[[nodiscard]] model::Outcome<Condition> condition_of(const Node& node, Parameters parameters);

/// The actions of an UPDATE's SET and REMOVE clauses, checked against each other.
[[nodiscard]] model::Outcome<Update> changes_of(const Node& update, Parameters parameters);

/// `Unexpected path component at 1:8:16`
[[nodiscard]] std::unexpected<model::ServiceError> refuse_at(std::string_view text,
                                                             const Node& node);
/// `Unrecognized function: f at 1:8:1`
[[nodiscard]] std::unexpected<model::ServiceError> unrecognized_function(const Node& call);
/// `Unsupported operation: IsType`
[[nodiscard]] std::unexpected<model::ServiceError> unsupported_operation(const Node& node);

/// An error of the other expressions without its "Invalid FilterExpression: ".
[[nodiscard]] std::unexpected<model::ServiceError> without_parameter(model::ServiceError error);

}  // namespace dynatape::expression::partiql
