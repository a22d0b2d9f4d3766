#pragma once

// Resolved expressions and attribute values as trees of meaning. Their input is what the emulator
// accepts; what it refuses never comes here.

#include "cassettes/meaning.h"
#include "emulator/expression/ast.h"
#include "emulator/expression/partiql_statement.h"
#include "emulator/model/attribute_value.h"

namespace dynatape::cassettes {

[[nodiscard]] Node tree_of(model::AttributeValue value);
/// A `members` node: an item, or a key.
[[nodiscard]] Node tree_of(model::Map item);

/// A leaf: the steps as text.
[[nodiscard]] Node tree_of(const expression::Path& path);

/// Rows of AND and OR are one flat operator each; > and >= stand as < and <= with their operands
/// exchanged.
[[nodiscard]] Node tree_of(expression::Condition condition);
/// A bag of paths.
[[nodiscard]] Node tree_of(expression::Projection projection);
/// A commutative UPDATE of its actions: all of them read the item as it was, and no two may touch
/// one place.
[[nodiscard]] Node tree_of(expression::Update update);
/// An expression named after the statement, whose one operand holds its clauses as members.
[[nodiscard]] Node tree_of(expression::partiql::Statement statement);

/// The name as a step of a path: quoted as JSON unless it is of characters that no path gives a
/// meaning to.
void append_name(std::string& out, std::string_view name);

}  // namespace dynatape::cassettes
