#include "emulator/expression/condition.h"
#include "emulator/operations/batch.h"
#include "emulator/operations/claim.h"
#include "emulator/operations/collection_metrics.h"
#include "emulator/operations/consumed_tables.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/transact_action.h"

namespace dynatape::operations {
namespace {

using model::Outcome;
using Kind = PlannedAction::Kind;

/// The checks that need no table: the actions one by one, in the order sent.
Outcome<std::vector<PlannedAction>> plan(const TransactWriteItemsInput& input) {
  std::vector<PlannedAction> actions;
  std::size_t bytes = 0;
  for (const TransactWriteItem& item : *input.transact_items) {
    auto action = plan_action(item);
    if (!action) return std::unexpected(action.error());
    bytes += payload_bytes(*action);
    actions.push_back(std::move(*action));
  }
  if (bytes > kMaxTransactionBytes) return std::unexpected(transaction_too_large());
  return actions;
}

/// Finds each action's table and row. What is wrong with a key's type cancels the transaction
/// before any condition is looked at; anything else refuses the request.
Outcome<void> locate(const Context& context, storage::Transaction& transaction,
                     std::vector<PlannedAction>& actions) {
  for (PlannedAction& action : actions) {
    const auto table = find_table(context, transaction, action.sent->table_name->name());
    if (!table) return std::unexpected(table.error());
    action.table = *table;
    if (auto good = check_empty_keys(action); !good) return good;
  }
  std::vector<CancellationReason> reasons(actions.size());
  bool cancel = false;
  DistinctItems distinct;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    auto key = row_key_of(actions[i]);
    if (key) {
      actions[i].row_key = *key;
      if (!distinct.add(actions[i].table->definition().name, std::move(*key))) {
        return std::unexpected(repeated_item());
      }
    } else if (!cancel) {
      // The service reports the first one only.
      reasons[i] = reason_of(key.error());
      cancel = true;
    }
  }
  if (cancel) return std::unexpected(canceled(reasons));
  return {};
}

/// An action whose condition holds, with the item it leaves.
struct Effect {
  model::Item before;
  std::optional<model::Item> after;  ///< put and update only
};

/// Looks at one action's condition and works out its item; the reason why not, or none.
CancellationReason evaluate(const PlannedAction& action, Effect& effect) {
  const storage::Record* record = action.table->find(action.row_key);
  const bool needs_item = action.condition || action.update;
  if (needs_item && record != nullptr) effect.before = record->item().decode();
  if (action.condition && !expression::evaluate(*action.condition, effect.before)) {
    CancellationReason reason{"ConditionalCheckFailed", "The conditional request failed", {}};
    if (record != nullptr && action.sent->return_values_on_failure == "ALL_OLD") {
      reason.extra = "\"Item\":";
      wire::append(reason.extra, record->item());
    }
    return reason;
  }
  if (action.kind == Kind::put) effect.after = action.item();
  if (action.update) {
    const model::Item& before = record != nullptr ? effect.before : action.item();
    auto after = updated(*action.update, action.table->definition(), before);
    if (!after) return reason_of(after.error());
    effect.after = std::move(*after);
  }
  return {};
}

/// An item that another write holds is not looked at.
Outcome<std::vector<Effect>> evaluate(const Context& context,
                                      const std::vector<PlannedAction>& actions) {
  std::vector<Effect> effects(actions.size());
  std::vector<CancellationReason> reasons;
  reasons.reserve(actions.size());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const std::string& table = actions[i].table->definition().name;
    reasons.push_back(claim_in_transaction(context, table, actions[i].row_key));
    if (reasons.back().is_none()) reasons.back() = evaluate(actions[i], effects[i]);
  }
  const bool good = std::ranges::all_of(reasons, &CancellationReason::is_none);
  if (!good) return std::unexpected(canceled(reasons));
  return effects;
}

/// Transactions pay twice for the table and once for its indexes.
Consumed transactional(Consumed consumed) {
  consumed.table *= 2;
  return consumed;
}

/// A collection that is full cancels for the action that would let it grow.
Answer carry_out(const Context& context, const std::vector<PlannedAction>& actions,
                 const std::vector<Effect>& effects, const TransactWriteItemsInput& input) {
  ConsumedTables consumed;
  CollectionMetrics metrics;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const PlannedAction& action = actions[i];
    const model::Table& table = action.table->definition();
    if (action.kind == Kind::condition_check) {
      const storage::Record* record = action.table->find(action.row_key);
      const std::size_t bytes = record != nullptr ? record->size_bytes() : 0;
      consumed.add(table.name, transactional({write_units(bytes), {}, {}}));
      continue;
    }
    const storage::Change change = effects[i].after
                                       ? action.table->put(action.row_key, *effects[i].after)
                                       : action.table->erase(action.row_key);
    if (auto good = check_collection(context, change); !good) {
      std::vector<CancellationReason> reasons(actions.size());
      reasons[i] = reason_of(good.error());
      return std::unexpected(canceled(reasons));
    }
    consumed.add(table.name, transactional(consumed_by(change, table)));
    if (input.return_item_collection_metrics == "SIZE") metrics.add(table.name, table, change);
  }
  std::string body;
  {
    wire::ObjectWriter writer(body);
    consumed.append_to(writer, detail(input.return_consumed_capacity), Split::write);
    metrics.append_to(writer);
  }
  return body;
}

/// The answer to a transaction that was carried out before: nothing is written, and what is paid
/// for is reading the items.
std::string repeat(const std::vector<PlannedAction>& actions,
                   const TransactWriteItemsInput& input) {
  ConsumedTables consumed;
  for (const PlannedAction& action : actions) {
    const storage::Record* record = action.table->find(action.row_key);
    const std::size_t bytes = record != nullptr ? record->size_bytes() : 0;
    consumed.add(action.table->definition().name,
                 Consumed{read_units(bytes, Consistency::transactional), {}, {}});
  }
  std::string body;
  {
    wire::ObjectWriter writer(body);
    consumed.append_to(writer, detail(input.return_consumed_capacity), Split::read);
  }
  return body;
}

std::string fingerprint(const TransactWriteItemsInput& input) {
  std::string canonical;
  for (const TransactWriteItem& item : *input.transact_items) append_canonical(canonical, item);
  return storage::fingerprint_of(canonical);
}

Answer run(const Context& context, const TransactWriteItemsInput& input,
           std::vector<PlannedAction>& actions, storage::Transaction& transaction) {
  if (auto good = locate(context, transaction, actions); !good) {
    return std::unexpected(good.error());
  }
  if (input.client_request_token) {
    if (auto free = claim_token(context, *input.client_request_token); !free) {
      return std::unexpected(free.error());
    }
    const auto* token = transaction.token(*input.client_request_token, context.now);
    if (token != nullptr && token->fingerprint() != fingerprint(input)) {
      return model::fail(model::ErrorType::idempotent_parameter_mismatch,
                         "Rejected the request because you retried a request with a different "
                         "payload but with an idempotent token that was already used.");
    }
    if (token != nullptr) return repeat(actions, input);
    transaction.remember(*input.client_request_token, fingerprint(input), context.now);
  }
  const auto effects = evaluate(context, actions);
  if (!effects) return std::unexpected(effects.error());
  return carry_out(context, actions, *effects, input);
}

}  // namespace

Answer transact_write_items(const Context& context, const wire::Json& body) {
  const auto input = read<TransactWriteItemsInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check(*input); !good) return std::unexpected(good.error());
  auto actions = plan(*input);
  if (!actions) return std::unexpected(actions.error());
  return context.database.transact([&](storage::Transaction& transaction) {
    return run(context, *input, *actions, transaction);
  });
}

}  // namespace dynatape::operations
