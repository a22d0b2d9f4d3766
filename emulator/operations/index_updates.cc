#include "emulator/operations/index_updates.h"

#include <algorithm>

#include "emulator/operations/key_schema.h"
#include "emulator/operations/table_throughput.h"

namespace dynatape::operations {
namespace {

using model::Outcome;

std::unexpected<model::ServiceError> invalid_parameter(std::string_view what) {
  return model::invalid("One or more parameter values were invalid: " + std::string(what));
}

const std::string* index_name(const GlobalIndexUpdate& update) {
  if (update.update) return &*update.update->name;
  if (update.create) return &*update.create->name;
  return update.remove ? &*update.remove->name : nullptr;
}

/// In these words since 2026 (ack-api-quirks).
model::ServiceError index_not_found(const std::string& name, const model::Table& table) {
  return {model::ErrorType::resource_not_found,
          "Requested resource not found: Index " + name + " for table " + table.name};
}

/// The request's definitions, with the type that the table has for those it already knows.
std::vector<model::AttributeDefinition> merged_definitions(const UpdateTableInput& input,
                                                           const model::Table& table) {
  std::vector<model::AttributeDefinition> definitions =
      definitions_of(input.attributes.value_or(std::vector<AttributeDefinitionInput>{}));
  for (model::AttributeDefinition& one : definitions) {
    const auto known =
        std::ranges::find(table.attributes, one.name, &model::AttributeDefinition::name);
    if (known != table.attributes.end()) one.type = known->type;
  }
  return definitions;
}

Outcome<model::SecondaryIndex> created_index(const Context& context, const UpdateTableInput& input,
                                             const GlobalIndexInput& create,
                                             const model::Table& table) {
  if (table.find_index(*create.name) != nullptr) {
    return model::invalid("Attempting to create an index which already exists");
  }
  if (!input.attributes) {
    return invalid_parameter("AttributeDefinitions is not specified for index: " + *create.name);
  }
  auto index = index_of(create, merged_definitions(input, table));
  if (!index) return index;
  const bool on_demand = table.billing == model::BillingMode::pay_per_request;
  if (on_demand && create.throughput) {
    return invalid_parameter("ProvisionedThroughput should not be specified for index: " +
                             index->name + " when BillingMode is PAY_PER_REQUEST");
  }
  if (!on_demand && !create.throughput) {
    return invalid_parameter("ProvisionedThroughput must be specified for index: " + index->name);
  }
  index->backfills_from = context.settled();
  index->lifecycle = {model::Status::creating, context.settled() + context.table_delay};
  return index;
}

Outcome<void> change_index(const Context& context, const UpdateIndexAction& action,
                           model::Table& table) {
  const auto index = std::ranges::find(table.indexes, *action.name, &model::SecondaryIndex::name);
  if (index == table.indexes.end()) return std::unexpected(index_not_found(*action.name, table));
  if (index->kind != model::IndexKind::global) {
    return model::invalid("Cannot update an index that is not a GlobalSecondaryIndex: " +
                          *action.name);
  }
  if (action.throughput) {
    if (auto good = check_units(*action.throughput); !good) return good;
    if (table.billing == model::BillingMode::pay_per_request) {
      return invalid_parameter("ProvisionedThroughput should not be specified for index: " +
                               index->name + " when BillingMode is PAY_PER_REQUEST");
    }
    set_units(*action.throughput, context.now, index->throughput);
  }
  if (action.on_demand) {
    index->on_demand = {action.on_demand->max_read_units, action.on_demand->max_write_units};
  }
  if (action.warm) {
    index->warm = {action.warm->read_units.value_or(0), action.warm->write_units.value_or(0)};
  }
  // One whose making has begun is told to be in the making until it is done.
  if (index->lifecycle.status == model::Status::active) {
    index->lifecycle = {model::Status::updating, context.settled()};
  }
  return {};
}

bool is_key_of_dropped(const model::Table& table, std::string_view attribute) {
  return std::ranges::any_of(table.dropped_indexes, [&](const model::SecondaryIndex& index) {
    return index.key.find(attribute) != nullptr;
  });
}

Outcome<void> drop_index(const Context& context, const std::string& name,
                         storage::TableWriter& table) {
  const model::SecondaryIndex* const index = table.definition().find_index(name);
  if (index == nullptr) return std::unexpected(index_not_found(name, table.definition()));
  if (index->kind != model::IndexKind::global) {
    return model::invalid("Cannot delete an index that is not a GlobalSecondaryIndex: " + name);
  }
  model::SecondaryIndex dropped = *index;
  dropped.lifecycle = {model::Status::deleting, context.settled()};
  table.drop_index(name);
  model::Table definition = table.definition();
  definition.dropped_indexes.push_back(std::move(dropped));
  table.redefine(std::move(definition));
  return {};
}

}  // namespace

Outcome<void> check_index_updates(const std::vector<GlobalIndexUpdate>& updates) {
  // The texts: AWS's answers in ack-api-quirks (October 2026).
  if (updates.empty()) return invalid_parameter("List of GlobalSecondaryIndexUpdates is empty");
  std::vector<std::string> names;
  for (const GlobalIndexUpdate& update : updates) {
    const int actions = (update.update ? 1 : 0) + (update.create ? 1 : 0) + (update.remove ? 1 : 0);
    if (actions > 1) {
      return invalid_parameter(
          "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate "
          "object");
    }
    const std::string* const name = index_name(update);
    if (name == nullptr) {
      return invalid_parameter(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete must not be null");
    }
    if (std::ranges::find(names, *name) != names.end()) {
      return invalid_parameter(
          "Only one global secondary index update per index is allowed simultaneously. Index: " +
          *name);
    }
    names.push_back(*name);
  }
  return {};
}

Outcome<void> change_indexes(const Context& context, const UpdateTableInput& input,
                             model::Table& table) {
  for (const GlobalIndexUpdate& update : input.updates()) {
    if (!update.update) continue;
    if (auto good = change_index(context, *update.update, table); !good) return good;
  }
  return {};
}

Outcome<void> make_or_drop_index(const Context& context, const UpdateTableInput& input,
                                 storage::TableWriter& table) {
  int online = 0;
  for (const GlobalIndexUpdate& update : input.updates()) {
    if (update.update) continue;
    if (++online > 1) {
      return model::fail(model::ErrorType::limit_exceeded,
                         "Subscriber limit exceeded: Only 1 online index can be created or "
                         "deleted simultaneously per table");
    }
    if (update.create) {
      auto index = created_index(context, input, *update.create, table.definition());
      if (!index) return std::unexpected(index.error());
      table.add_index(std::move(*index));
    } else if (auto good = drop_index(context, *update.remove->name, table); !good) {
      return good;
    }
  }
  return {};
}

void settle_definitions(const Context& context, const UpdateTableInput& input,
                        model::Table& table) {
  for (model::AttributeDefinition& one : merged_definitions(input, table)) {
    const auto known =
        std::ranges::find(table.attributes, one.name, &model::AttributeDefinition::name);
    if (known == table.attributes.end()) table.attributes.push_back(std::move(one));
  }
  std::erase_if(table.attributes, [&](const model::AttributeDefinition& one) {
    const bool told = context.table_delay.count() > 0 && is_key_of_dropped(table, one.name);
    return !told && !is_key_of_anything(table, one.name);
  });
}

void settle_states(const Context& context, model::Table& table) {
  const auto settle = [&](model::Lifecycle& lifecycle) {
    lifecycle.status = lifecycle.at(context.now);
  };
  settle(table.lifecycle);
  if (table.lifecycle.status == model::Status::active) table.work = model::Work::none;
  for (model::SecondaryIndex& index : table.indexes) settle(index.lifecycle);
  const auto gone = std::erase_if(table.dropped_indexes, [&](const model::SecondaryIndex& index) {
    return index.lifecycle.gone(context.now);
  });
  if (gone > 0) settle_definitions(context, {}, table);
}

}  // namespace dynatape::operations
