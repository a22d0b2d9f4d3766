#pragma once

// What UpdateItem and an Update in a transaction make of an item, and what they may not.

#include <string_view>

#include "emulator/expression/ast.h"
#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"

namespace dynatape::operations {

inline constexpr std::string_view kUpdateTooLarge =
    "Item size to update has exceeded the maximum allowed size";

/// An update, compiled.
struct ItemUpdate {
  expression::Update update;
  bool by_expression = true;  ///< from UpdateExpression, not AttributeUpdates
};

/// Refuses an update of an attribute of the table's key.
[[nodiscard]] model::Outcome<void> check_keeps_key(const ItemUpdate& update,
                                                   const model::Table& table);

/// The item as it will be, or why it cannot be.
[[nodiscard]] model::Outcome<model::Item> updated(const ItemUpdate& update,
                                                  const model::Table& table,
                                                  const model::Item& before);

}  // namespace dynatape::operations
