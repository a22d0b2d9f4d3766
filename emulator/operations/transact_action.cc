#include "emulator/operations/transact_action.h"

#include <algorithm>

#include "emulator/expression/resolve.h"
#include "emulator/operations/item_key.h"

namespace dynatape::operations {
namespace {

using model::Outcome;
using Kind = PlannedAction::Kind;

/// The one action that an item holds.
Outcome<PlannedAction> action_of(const TransactWriteItem& item) {
  std::optional<PlannedAction> found;
  bool several = false;
  const auto take = [&](Kind kind, const auto& action) {
    if (!action) return;
    several = several || found.has_value();
    found = PlannedAction{kind, &*action, std::nullopt, std::nullopt, nullptr, {}};
  };
  take(Kind::condition_check, item.condition_check);
  take(Kind::put, item.put);
  take(Kind::erase, item.erase);
  take(Kind::update, item.update);
  if (several) {
    return model::invalid("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  if (!found) {
    return model::invalid(
        "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }
  return std::move(*found);
}

Outcome<void> compile(PlannedAction& action) {
  const TransactAction& sent = *action.sent;
  std::optional<model::Map> values;
  if (sent.values) values = sent.values->item;
  expression::Placeholders placeholders(sent.names, std::move(values));
  const bool has_expressions = sent.condition_expression || sent.update_expression;
  if (auto good = placeholders.check(has_expressions); !good) return good;
  if (sent.values) {
    if (auto good = check_expression_values(sent.values->problem, kTransactionLayer); !good) {
      return good;
    }
  }
  if (sent.update_expression) {
    auto update = expression::compile_update(*sent.update_expression, placeholders);
    if (!update) return std::unexpected(update.error());
    action.update = ItemUpdate{std::move(*update), true};
  }
  if (sent.condition_expression) {
    auto condition = expression::compile_condition(*sent.condition_expression,
                                                   expression::Parameter::condition, placeholders);
    if (!condition) return std::unexpected(condition.error());
    action.condition = std::move(*condition);
  }
  return placeholders.check_all_used();
}

void append_text(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

void append_action(std::string& out, char kind, const TransactAction& action) {
  out += kind;
  append_text(out, action.table_name->name());
  for (const auto* values : {&action.item, &action.key, &action.values}) {
    append_text(out, *values ? model::encode((*values)->item) : "");
  }
  for (const auto* text : {&action.update_expression, &action.condition_expression,
                           &action.return_values_on_failure}) {
    append_text(out, text->value_or(""));
  }
  auto names = action.names.value_or(wire::Named<std::string>());
  std::ranges::sort(names);
  for (const auto& [placeholder, name] : names) {
    append_text(out, placeholder);
    append_text(out, name);
  }
}

}  // namespace

Outcome<PlannedAction> plan_action(const TransactWriteItem& item) {
  auto action = action_of(item);
  if (!action) return action;
  if (auto good = compile(*action); !good) return std::unexpected(good.error());
  const bool put = action->kind == Kind::put;
  const wire::Values& values = put ? *action->sent->item : *action->sent->key;
  if (auto good = check_values(values.problem, kTransactionLayer); !good) {
    return std::unexpected(good.error());
  }
  if (put && model::size_bytes(values.item) > kMaxItemBytes) {
    return model::invalid("Item size has exceeded the maximum allowed size");
  }
  return action;
}

std::size_t payload_bytes(const PlannedAction& action) {
  const std::size_t values =
      action.update && action.sent->values ? model::size_bytes(action.sent->values->item) : 0;
  return model::size_bytes(action.item()) + values;
}

Outcome<void> check_empty_keys(const PlannedAction& action) {
  const model::Table& table = action.table->definition();
  if (auto good = check_no_empty_key(table.key, action.item()); !good) return good;
  if (action.kind != Kind::put) return {};
  const auto problem = storage::index_key_problem(table, action.item());
  const bool empty = problem && problem->kind == storage::IndexKeyProblem::Kind::empty;
  return empty ? check_index_keys(table, action.item()) : Outcome<void>{};
}

Outcome<std::string> row_key_of(const PlannedAction& action) {
  const model::Table& table = action.table->definition();
  if (action.kind == Kind::put) return row_key_of_item(table, action.item());
  if (action.update) {
    if (auto good = check_keeps_key(*action.update, table); !good) {
      return std::unexpected(good.error());
    }
  }
  return row_key_of_key(table, action.item());
}

void append_canonical(std::string& out, const TransactWriteItem& item) {
  if (item.condition_check) append_action(out, 'c', *item.condition_check);
  if (item.put) append_action(out, 'p', *item.put);
  if (item.erase) append_action(out, 'd', *item.erase);
  if (item.update) append_action(out, 'u', *item.update);
}

}  // namespace dynatape::operations
