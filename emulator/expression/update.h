#pragma once

// What an update makes of an item. Pure: reading and writing the table, keys and limits are the
// operation's.

#include <cstddef>

#include "emulator/expression/ast.h"
#include "emulator/model/attribute_value.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

/// The item after a resolved update; where there is no item yet, `item` is its key. Every
/// right-hand side reads the item as it was.
[[nodiscard]] model::Outcome<model::Item> apply(const Update& update, model::Item item);

/// ReturnValues UPDATED_OLD: the fragments of `before` at the paths that the update writes or
/// clears.
[[nodiscard]] model::Item updated_old(const Update& update, const model::Item& before);
/// ReturnValues UPDATED_NEW: the fragments of `after` at the paths that the update writes; what was
/// removed is not in it.
[[nodiscard]] model::Item updated_new(const Update& update, const model::Item& after);

/// The bytes that the service counts for the statement itself, to be held against the item size
/// limit before the condition is looked at: what it writes, and a charge for each action, path
/// element and function (measured against the service in 2026).
[[nodiscard]] std::size_t statement_size(const Update& update, const model::Item& before);

}  // namespace dynatape::expression
