#include "emulator/operations/item_update.h"

#include <algorithm>
#include <string>

#include "emulator/expression/legacy.h"
#include "emulator/expression/update.h"
#include "emulator/operations/item_key.h"
#include "emulator/storage/table_writer.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::operations {

using model::Outcome;

namespace {

/// An index key of a wrong type; an expression that took it from elsewhere in the item has a text
/// of its own.
Outcome<void> check_index_keys_after(const ItemUpdate& update, const model::Table& table,
                                     const model::Item& item) {
  auto good = check_index_keys(table, item);
  if (good || !update.by_expression) return good;
  const auto problem = storage::index_key_problem(table, item);
  for (const expression::Action& action : update.update.actions) {
    const auto* set = std::get_if<expression::Set>(&action);
    if (set == nullptr || set->target.elements.front().name != problem->attribute->name) continue;
    if (!std::holds_alternative<model::AttributeValue>(set->value.node) &&
        problem->kind == storage::IndexKeyProblem::Kind::wrong_type) {
      return model::invalid(
          "The update expression attempted to update the secondary index key to unsupported type");
    }
  }
  return good;
}

/// Whether something in `value`, which stands at `depth`, stands deeper than an item may go.
bool too_deep(const model::AttributeValue& value, int depth = 1) {
  if (depth > wire::kMaxDepth) return true;
  if (const auto* list = value.get<model::List>()) {
    return std::ranges::any_of(*list, [&](const auto& one) { return too_deep(one, depth + 1); });
  }
  const auto* map = value.get<model::Map>();
  return map != nullptr && std::ranges::any_of(*map, [&](const model::Attribute& attribute) {
           return too_deep(attribute.value, depth + 1);
         });
}

}  // namespace

Outcome<void> check_keeps_key(const ItemUpdate& update, const model::Table& table) {
  for (const expression::Action& action : update.update.actions) {
    const std::string& name = expression::target(action).elements.front().name;
    if (table.key.find(name) == nullptr) continue;
    return model::invalid("One or more parameter values were invalid: Cannot update attribute " +
                          name + ". This attribute is part of the key");
  }
  return {};
}

Outcome<model::Item> updated(const ItemUpdate& update, const model::Table& table,
                             const model::Item& before) {
  auto after = update.by_expression ? expression::apply(update.update, before)
                                    : expression::apply_legacy(update.update, before);
  if (!after) return after;
  if (auto good = check_index_keys_after(update, table, *after); !good) {
    return std::unexpected(good.error());
  }
  if (std::ranges::any_of(*after, [](const auto& one) { return too_deep(one.value); })) {
    return model::invalid(std::string(wire::kTooDeep));
  }
  if (model::size_bytes(*after) > kMaxItemBytes)
    return model::invalid(std::string(kUpdateTooLarge));
  return after;
}

}  // namespace dynatape::operations
