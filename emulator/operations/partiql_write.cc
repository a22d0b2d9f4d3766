#include "emulator/operations/partiql_write.h"

#include <utility>
#include <variant>

#include "emulator/expression/condition.h"
#include "emulator/expression/partiql_plan.h"
#include "emulator/expression/projection.h"
#include "emulator/expression/update.h"
#include "emulator/operations/item_key.h"
#include "emulator/operations/target_table.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

namespace partiql = expression::partiql;
using model::ErrorType;
using model::Outcome;
using partiql::DeleteStatement;
using partiql::ExistsStatement;
using partiql::InsertStatement;
using partiql::Returning;
using partiql::UpdateStatement;

Outcome<WriteTarget> keyed_target(storage::TableWriter& table,
                                  const std::optional<expression::Condition>& where) {
  auto keyed = partiql::keyed_condition(where, table.definition().key);
  if (!keyed) {
    return model::invalid(
        "Where clause does not contain a mandatory equality on all key attributes");
  }
  return WriteTarget{&table, std::move(keyed->key), std::move(keyed->rest)};
}

std::unexpected<model::ServiceError> condition_failed(const storage::Record* record,
                                                      bool return_old) {
  std::string extra;
  if (record != nullptr && return_old) {
    extra = "\"Item\":";
    wire::append(extra, record->item());
  }
  return model::fail(ErrorType::conditional_check_failed, "The conditional request failed",
                     std::move(extra));
}

/// Judges one row for each kind of statement.
class Judge {
 public:
  Judge(const WriteTarget& target, std::string key, bool return_old)
      : target_(target),
        record_(target.table->find(key)),
        key_(std::move(key)),
        return_old_(return_old) {}

  Outcome<Effect> operator()(const partiql::Select&) { return Effect{std::move(key_), {}, false}; }

  Outcome<Effect> operator()(const InsertStatement& insert) {
    if (record_ == nullptr) return Effect{std::move(key_), insert.item, false};
    if (insert.if_not_exists) return Effect{std::move(key_), {}, false};
    return model::fail(ErrorType::duplicate_item, "Duplicate primary key exists in table");
  }

  /// An update is no upsert.
  Outcome<Effect> operator()(const UpdateStatement& update) {
    if (!holds()) return condition_failed(record_, return_old_);
    auto after = expression::apply(update.changes, record_->item().decode());
    if (!after) return std::unexpected(std::move(after.error()));
    if (model::size_bytes(*after) > kMaxItemBytes) {
      return model::invalid("Item size to update has exceeded the maximum allowed size");
    }
    if (auto keys = check_index_keys(target_.table->definition(), *after); !keys) {
      return std::unexpected(std::move(keys.error()));
    }
    return Effect{std::move(key_), std::move(*after), false};
  }

  /// Deleting what is not there succeeds, whatever the condition.
  Outcome<Effect> operator()(const DeleteStatement&) {
    if (record_ != nullptr && !holds()) return condition_failed(record_, return_old_);
    return Effect{std::move(key_), {}, true};
  }

  Outcome<Effect> operator()(const ExistsStatement&) {
    if (!holds()) return condition_failed(record_, return_old_);
    return Effect{std::move(key_), {}, false};
  }

 private:
  /// The item is there and meets the condition.
  [[nodiscard]] bool holds() const {
    if (record_ == nullptr) return false;
    return !target_.condition || expression::evaluate(*target_.condition, record_->item());
  }

  const WriteTarget& target_;
  const storage::Record* record_;
  std::string key_;
  bool return_old_;
};

/// A key attribute that the statement changes.
Outcome<void> check_no_key_changes(const UpdateStatement& update, const model::KeySchema& schema) {
  for (const expression::Action& action : update.changes.actions) {
    const std::string& name = expression::target(action).elements.front().name;
    if (schema.find(name) == nullptr) continue;
    return model::invalid("One or more parameter values were invalid: Cannot update attribute " +
                          name + ". This attribute is part of the key");
  }
  return {};
}

/// Every path that the statement names, as it is in `item`.
model::Item modified(const UpdateStatement& update, const storage::Record& record) {
  std::vector<const expression::Path*> paths;
  paths.reserve(update.changes.actions.size());
  for (const expression::Action& action : update.changes.actions) {
    paths.push_back(&expression::target(action));
  }
  return expression::project(record.item().decode(), paths);
}

std::optional<model::Item> item_of(const storage::Ref<storage::Record>& record) {
  if (!record) return std::nullopt;
  return record->item().decode();
}

}  // namespace

Outcome<WriteTarget> write_target(const Context& context, storage::Transaction& transaction,
                                  const partiql::Statement& statement) {
  const auto find = [&](const std::string& name) { return find_table(context, transaction, name); };
  if (const auto* insert = std::get_if<InsertStatement>(&statement)) {
    const auto table = find(insert->table);
    if (!table) return std::unexpected(table.error());
    return WriteTarget{*table, insert->item, std::nullopt};
  }
  const auto keyed = [&](const partiql::Source& source, const auto& where) -> Outcome<WriteTarget> {
    const auto table = find(source.table);
    if (!table) return std::unexpected(table.error());
    return keyed_target(**table, where);
  };
  if (const auto* update = std::get_if<UpdateStatement>(&statement)) {
    return keyed(update->target, update->where);
  }
  if (const auto* erase = std::get_if<DeleteStatement>(&statement)) {
    return keyed(erase->target, erase->where);
  }
  if (const auto* exists = std::get_if<ExistsStatement>(&statement)) {
    return keyed(exists->select.from, exists->select.where);
  }
  const auto& select = std::get<partiql::Select>(statement);
  return keyed(select.from, select.where);
}

Outcome<std::string> row_key(const WriteTarget& target, const partiql::Statement& statement) {
  const model::Table& table = target.table->definition();
  if (std::holds_alternative<InsertStatement>(statement)) {
    if (model::size_bytes(target.key) > kMaxItemBytes) {
      return model::invalid("Item size has exceeded the maximum allowed size");
    }
    return row_key_of_item(table, target.key);
  }
  if (const auto* update = std::get_if<UpdateStatement>(&statement)) {
    if (auto good = check_no_key_changes(*update, table.key); !good) {
      return std::unexpected(std::move(good.error()));
    }
  }
  return row_key_of_key(table, target.key);
}

Outcome<Effect> effect_of(const WriteTarget& target, std::string key,
                          const partiql::Statement& statement, bool return_old) {
  return std::visit(Judge(target, std::move(key), return_old), statement);
}

storage::Change carry_out(storage::TableWriter& table, const Effect& effect) {
  if (effect.after) return table.put(effect.key, *effect.after);
  if (effect.erases) return table.erase(effect.key);
  return {};
}

std::optional<model::Item> returned(const partiql::Statement& statement,
                                    const storage::Change& change) {
  if (const auto* erase = std::get_if<DeleteStatement>(&statement)) {
    return erase->returning == Returning::all_old ? item_of(change.before) : std::nullopt;
  }
  const auto* update = std::get_if<UpdateStatement>(&statement);
  if (update == nullptr) return std::nullopt;
  switch (update->returning) {
    case Returning::nothing:
      return std::nullopt;
    case Returning::all_old:
      return item_of(change.before);
    case Returning::all_new:
      return item_of(change.after);
    case Returning::modified_old:
    case Returning::modified_new: {
      const bool old = update->returning == Returning::modified_old;
      model::Item fragments = modified(*update, old ? *change.before : *change.after);
      return fragments.empty() ? std::nullopt : std::optional(std::move(fragments));
    }
  }
  std::unreachable();
}

}  // namespace dynatape::operations
