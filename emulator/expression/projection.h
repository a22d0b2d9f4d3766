#pragma once

// What a ProjectionExpression, AttributesToGet or the changed paths of an update leave of an item.

#include "emulator/expression/ast.h"
#include "emulator/model/attribute_value.h"

namespace dynatape::expression {

/// The parts of `item` that the resolved paths point at, at their places: paths with a common
/// beginning share one parent, and lists keep only the elements named, ascending. Paths must not
/// overlap, except that repeated ones count once.
[[nodiscard]] model::Item project(const model::Item& item, const std::vector<const Path*>& paths);
[[nodiscard]] model::Item project(const model::Item& item, const Projection& projection);

}  // namespace dynatape::expression
