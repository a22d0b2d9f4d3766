#pragma once

// JSON as a tree of meaning, where it means no more than it says.

#include "cassettes/meaning.h"
#include "emulator/wire/json.h"

namespace dynatape::cassettes {

/// Makes the tree of a member or an element.
using Builder = Node (*)(const wire::Json& json);

/// JSON that has no meaning beyond itself.
[[nodiscard]] Node plain_tree(const wire::Json& json);

/// A `members` node.
[[nodiscard]] Node object_tree(const wire::Json& json, Builder build);
/// A node of `kind`, sorted where it is unordered.
[[nodiscard]] Node array_tree(const wire::Json& json, Node::Kind kind, Builder build);

/// By name; members of one name stay in the order sent.
void sort_members(Node& node);

}  // namespace dynatape::cassettes
