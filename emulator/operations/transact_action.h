#pragma once

// One action of TransactWriteItems, from its text to what it writes.

#include <optional>
#include <string>

#include "emulator/expression/ast.h"
#include "emulator/operations/item_update.h"
#include "emulator/operations/transact_write_input.h"
#include "emulator/storage/table_writer.h"

namespace dynatape::operations {

/// An action with its expressions compiled, and later its place in a table.
struct PlannedAction {
  enum class Kind { condition_check, put, erase, update };

  Kind kind;
  const TransactAction* sent;  ///< borrowed from the input
  std::optional<expression::Condition> condition;
  std::optional<ItemUpdate> update;
  storage::TableWriter* table = nullptr;
  std::string row_key;

  /// The item to put, or the key.
  [[nodiscard]] const model::Item& item() const {
    return (kind == Kind::put ? sent->item : sent->key)->item;
  }
};

/// Which action a TransactWriteItem holds, and everything that can be said of it without its table:
/// expressions first, then values.
[[nodiscard]] model::Outcome<PlannedAction> plan_action(const TransactWriteItem& item);

/// What of the action the transaction's size limit counts: what it brings, not what it meets.
[[nodiscard]] std::size_t payload_bytes(const PlannedAction& action);

/// Refuses keys and index keys that are empty, which refuses the whole request.
[[nodiscard]] model::Outcome<void> check_empty_keys(const PlannedAction& action);

/// The key of the action's row; an error cancels the transaction.
[[nodiscard]] model::Outcome<std::string> row_key_of(const PlannedAction& action);

/// A form that is equal for actions of equal content, however they are written in JSON.
void append_canonical(std::string& out, const TransactWriteItem& item);

}  // namespace dynatape::operations
