#include <algorithm>

#include "emulator/operations/control_table.h"
#include "emulator/operations/key_schema.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/table_description.h"
#include "emulator/operations/table_settings.h"
#include "emulator/operations/table_stream.h"

namespace dynatape::operations {
namespace {

struct UpdateTableInput : TableSettings {
  std::optional<TableName> table_name;
  std::optional<std::vector<AttributeDefinitionInput>> attributes;
  std::optional<std::vector<GlobalIndexUpdate>> index_updates;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::UpdateTableInput> {
  using T = operations::UpdateTableInput;
  static constexpr std::string_view kName = "UpdateTableInput";
  static constexpr auto kMembers =
      std::tuple_cat(operations::kTableSettingsMembers,
                     std::tuple{member("TableName", &T::table_name, operations::kControlName),
                                member("AttributeDefinitions", &T::attributes),
                                member("GlobalSecondaryIndexUpdates", &T::index_updates)});
  static constexpr std::array<std::string_view, 5> kUnsupported = {
      "ReplicaUpdates", "MultiRegionConsistency", "GlobalTableWitnessUpdates",
      "GlobalTableSettingsReplicationMode", "VectorIndexUpdates"};
};

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

Outcome<void> check_index_updates(const std::vector<GlobalIndexUpdate>& updates) {
  std::vector<std::string> names;
  for (const GlobalIndexUpdate& update : updates) {
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

Outcome<void> check_input(const UpdateTableInput& input) {
  if (auto good = check_control(input); !good) return good;
  const bool anything = input.billing_mode || input.throughput || input.stream ||
                        input.encryption || input.table_class || input.deletion_protection ||
                        input.on_demand || input.warm ||
                        (input.index_updates && !input.index_updates->empty());
  if (!anything) {
    return model::invalid(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
  }
  if (input.billing_mode == "PAY_PER_REQUEST" && input.throughput) {
    return invalid_parameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (input.index_updates) return check_index_updates(*input.index_updates);
  return {};
}

std::string no_change(const model::ProvisionedThroughput& units) {
  const std::string read = std::to_string(units.read_units);
  const std::string write = std::to_string(units.write_units);
  return "The provisioned throughput for the table will not change. The requested value equals "
         "the current value. Current ReadCapacityUnits provisioned for the table: " +
         read + ". Requested ReadCapacityUnits: " + read +
         ". Current WriteCapacityUnits provisioned for the table: " + write +
         ". Requested WriteCapacityUnits: " + write +
         ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
         "higher limits.";
}

void set_units(const ThroughputInput& input, model::TimePoint now,
               model::ProvisionedThroughput& units) {
  const bool up = *input.read_units > units.read_units || *input.write_units > units.write_units;
  const bool down = *input.read_units < units.read_units || *input.write_units < units.write_units;
  units.read_units = *input.read_units;
  units.write_units = *input.write_units;
  if (up) units.last_increase = now;
  if (down) {
    units.last_decrease = now;
    ++units.decreases_today;
  }
}

/// Billing mode and throughput of the table itself.
Outcome<void> apply_billing(const Context& context, const UpdateTableInput& input,
                            model::Table& table) {
  using model::BillingMode;
  const BillingMode before = table.billing;
  if (input.billing_mode) {
    table.billing = *input.billing_mode == "PROVISIONED" ? BillingMode::provisioned
                                                         : BillingMode::pay_per_request;
  }
  if (table.billing == BillingMode::pay_per_request) {
    if (input.throughput) {
      return invalid_parameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    if (before == BillingMode::provisioned) {
      table.pay_per_request_since = context.now;
      table.throughput = {};
      for (model::SecondaryIndex& index : table.indexes) index.throughput = {};
    }
    return {};
  }
  if (!input.throughput) {
    if (before == BillingMode::provisioned) return {};
    return invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  if (auto good = check_units(*input.throughput); !good) return good;
  const bool same = *input.throughput->read_units == table.throughput.read_units &&
                    *input.throughput->write_units == table.throughput.write_units;
  if (same) return model::invalid(no_change(table.throughput));
  set_units(*input.throughput, context.now, table.throughput);
  return {};
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
  auto index = index_of(create, merged_definitions(input, table));
  if (!index) return index;
  if (table.find_index(index->name) != nullptr) {
    return model::invalid("Attempting to create an index which already exists");
  }
  const bool on_demand = table.billing == model::BillingMode::pay_per_request;
  if (on_demand && create.throughput) {
    return invalid_parameter("ProvisionedThroughput should not be specified for index: " +
                             index->name + " when BillingMode is PAY_PER_REQUEST");
  }
  if (!on_demand && !create.throughput) {
    return invalid_parameter("ProvisionedThroughput must be specified for index: " + index->name);
  }
  index->lifecycle = {model::Status::creating, context.now};
  index->backfilling = true;
  return index;
}

Outcome<void> change_index(const Context& context, const UpdateIndexAction& action,
                           model::Table& table) {
  const auto index = std::ranges::find(table.indexes, *action.name, &model::SecondaryIndex::name);
  if (index == table.indexes.end() || index->kind != model::IndexKind::global) {
    return model::fail(model::ErrorType::resource_not_found, "Requested resource not found");
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
  index->lifecycle = {model::Status::updating, context.now};
  return {};
}

/// Adds the definitions that keys use and drops those that none uses any more.
void settle_definitions(const UpdateTableInput& input, model::Table& table) {
  for (model::AttributeDefinition& one : merged_definitions(input, table)) {
    const auto known =
        std::ranges::find(table.attributes, one.name, &model::AttributeDefinition::name);
    if (known == table.attributes.end()) table.attributes.push_back(std::move(one));
  }
  std::erase_if(table.attributes, [&](const model::AttributeDefinition& one) {
    return !is_key_of_anything(table, one.name);
  });
}

/// Carries out one call: on the rows by `writer`, and on `answer`, the definition as it is
/// answered.
class Update {
 public:
  Update(const Context& context, const UpdateTableInput& input, storage::TableWriter& writer)
      : context_(context), input_(input), writer_(writer), answer_(writer.definition()) {}

  Outcome<void> run() {
    model::Table table = writer_.definition();
    if (auto good = apply_billing(context_, input_, table); !good) return good;
    if (input_.stream && !*input_.stream->enabled && !table.stream) {
      return model::invalid("Table already has a disabled stream: TableName: " + table.name);
    }
    if (auto good = apply_settings(context_, input_, table); !good) return good;
    const bool structural = input_.billing_mode || input_.throughput || input_.index_updates ||
                            input_.stream || input_.warm;
    if (structural) table.lifecycle = {model::Status::updating, context_.now};
    for (const GlobalIndexUpdate& update : updates()) {
      if (!update.update) continue;
      if (auto good = change_index(context_, *update.update, table); !good) return good;
    }
    writer_.redefine(table);
    if (auto good = change_indexes(); !good) return good;
    table = writer_.definition();
    settle_definitions(input_, table);
    writer_.redefine(table);
    answer_ = std::move(table);
    answer_.indexes.insert(answer_.indexes.end(), dropped_.begin(), dropped_.end());
    return {};
  }

  [[nodiscard]] const model::Table& answer() const { return answer_; }

 private:
  [[nodiscard]] std::vector<GlobalIndexUpdate> updates() const {
    return input_.index_updates.value_or(std::vector<GlobalIndexUpdate>{});
  }

  /// Makes or drops an index: one for each call.
  Outcome<void> change_indexes() {
    int online = 0;
    for (const GlobalIndexUpdate& update : updates()) {
      if (update.update) continue;
      if (++online > 1) {
        return model::fail(model::ErrorType::limit_exceeded,
                           "Subscriber limit exceeded: Only 1 online index can be created or "
                           "deleted simultaneously per table");
      }
      if (update.create) {
        auto index = created_index(context_, input_, *update.create, writer_.definition());
        if (!index) return std::unexpected(index.error());
        writer_.add_index(std::move(*index));
      } else if (auto good = drop(*update.remove->name); !good) {
        return good;
      }
    }
    return {};
  }

  Outcome<void> drop(const std::string& name) {
    const model::SecondaryIndex* const index = writer_.definition().find_index(name);
    if (index == nullptr || index->kind != model::IndexKind::global) {
      return model::fail(model::ErrorType::resource_not_found, "Requested resource not found");
    }
    dropped_.push_back(*index);
    dropped_.back().lifecycle = {model::Status::deleting, model::TimePoint::max()};
    writer_.drop_index(name);
    return {};
  }

  const Context& context_;
  const UpdateTableInput& input_;
  storage::TableWriter& writer_;
  model::Table answer_;
  std::vector<model::SecondaryIndex> dropped_;
};

}  // namespace

Answer update_table(const Context& context, const wire::Json& body) {
  const auto input = read<UpdateTableInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_input(*input); !good) return std::unexpected(good.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    storage::TableWriter* const table = transaction.table(input->table_name->name());
    if (table == nullptr) return std::unexpected(table_not_found(input->table_name->name()));
    const auto stream_before = table->definition().stream;
    Update update(context, *input, *table);
    if (auto good = update.run(); !good) return std::unexpected(good.error());
    follow_stream(context, transaction, *table, stream_before);
    std::string answer = "{\"TableDescription\":";
    append_description(answer, context, update.answer(), nullptr, Describing::change);
    return answer + "}";
  });
}

}  // namespace dynatape::operations
