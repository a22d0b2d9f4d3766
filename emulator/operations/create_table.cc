#include <algorithm>
#include <cstdio>

#include "emulator/operations/control_table.h"
#include "emulator/operations/key_schema.h"
#include "emulator/operations/operations.h"
#include "emulator/operations/table_admission.h"
#include "emulator/operations/table_description.h"
#include "emulator/operations/table_settings.h"
#include "emulator/operations/table_stream.h"
#include "emulator/operations/tags.h"

namespace dynatape::operations {
namespace {

struct CreateTableInput : TableSettings {
  std::optional<std::vector<AttributeDefinitionInput>> attributes;
  std::optional<TableName> table_name;
  std::optional<KeySchemaInput> key_schema;
  std::optional<std::vector<GlobalIndexInput>> global_indexes;
  std::optional<std::vector<LocalIndexInput>> local_indexes;
  std::optional<std::vector<TagInput>> tags;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::CreateTableInput> {
  using T = operations::CreateTableInput;
  static constexpr std::string_view kName = "CreateTableInput";
  static constexpr auto kMembers = std::tuple_cat(
      operations::kTableSettingsMembers,
      std::tuple{member("AttributeDefinitions", &T::attributes, {.required = true}),
                 member("TableName", &T::table_name, operations::kIndexName),
                 member("KeySchema", &T::key_schema, {.required = true, .min = 1, .max = 2}),
                 member("GlobalSecondaryIndexes", &T::global_indexes),
                 member("LocalSecondaryIndexes", &T::local_indexes), member("Tags", &T::tags)});
  static constexpr std::array<std::string_view, 4> kUnsupported = {
      "ResourcePolicy", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode",
      "VectorIndexes"};
};

namespace dynatape::operations {
namespace {

using model::Outcome;

constexpr std::size_t kMaxGlobalIndexes = 20;
constexpr std::size_t kMaxLocalIndexes = 5;

std::unexpected<model::ServiceError> invalid_parameter(std::string_view what) {
  return model::invalid("One or more parameter values were invalid: " + std::string(what));
}

/// A short name is an ordinary violation here (paritysuite, captured in 2026), where the other
/// operations on tables have words of their own for it (dynalite, before 2019).
Outcome<void> check_input(const CreateTableInput& input) {
  if (!input.table_name) return check_control_name(input.table_name);
  return check(input);
}

/// A UUID that the table's name, place and time of birth determine.
std::string table_id(const Context& context, std::string_view name) {
  std::uint64_t state = static_cast<std::uint64_t>(context.now.time_since_epoch().count());
  for (const std::string_view part : {context.account, context.region, name}) {
    for (const char c : part) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    state = (state ^ 0xff) * 0x100000001b3;
  }
  const auto next = [&] {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  };
  const std::uint64_t a = next();
  const std::uint64_t b = next();
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(a >> 32), static_cast<unsigned>(a >> 16 & 0xffff),
                static_cast<unsigned>(a & 0xfff),
                static_cast<unsigned>(0x8000 | (b >> 48 & 0x3fff)),
                static_cast<unsigned long long>(b & 0xffff'ffff'ffff));
  return text.data();
}

Outcome<void> set_billing(const Context& context, const CreateTableInput& input,
                          model::Table& table) {
  if (input.billing_mode == "PAY_PER_REQUEST") {
    if (input.throughput) {
      return invalid_parameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    table.billing = model::BillingMode::pay_per_request;
    table.pay_per_request_since = context.now;
    return {};
  }
  if (!input.throughput) {
    return invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  if (auto good = check_units(*input.throughput); !good) return good;
  table.throughput.read_units = *input.throughput->read_units;
  table.throughput.write_units = *input.throughput->write_units;
  return {};
}

Outcome<void> add_local_indexes(const std::vector<LocalIndexInput>& inputs, model::Table& table) {
  if (inputs.empty()) return invalid_parameter("List of LocalSecondaryIndexes is empty");
  for (const LocalIndexInput& input : inputs) {
    auto index = index_of(input, table.attributes);
    if (!index) return std::unexpected(index.error());
    if (table.key.range.empty()) {
      return invalid_parameter(
          "Table KeySchema does not have a range key, which is required when specifying a "
          "LocalSecondaryIndex");
    }
    if (index->key.hash != table.key.hash) {
      return invalid_parameter(
          "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
          index->name + ". index hash key: " + index->key.hash[0].name +
          ", table hash key: " + table.key.hash[0].name);
    }
    if (table.find_index(index->name) != nullptr) {
      return invalid_parameter("Duplicate index name: " + index->name);
    }
    table.indexes.push_back(std::move(*index));
  }
  if (inputs.size() > kMaxLocalIndexes) {
    return invalid_parameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  }
  return {};
}

Outcome<void> add_global_indexes(const Context& context,
                                 const std::vector<GlobalIndexInput>& inputs, model::Table& table) {
  if (inputs.empty()) return invalid_parameter("List of GlobalSecondaryIndexes is empty");
  for (const GlobalIndexInput& input : inputs) {
    auto index = index_of(input, table.attributes);
    if (!index) return std::unexpected(index.error());
    if (table.find_index(index->name) != nullptr) {
      return invalid_parameter("Duplicate index name: " + index->name);
    }
    const bool on_demand = table.billing == model::BillingMode::pay_per_request;
    if (on_demand && input.throughput) {
      return invalid_parameter("ProvisionedThroughput should not be specified for index: " +
                               index->name + " when BillingMode is PAY_PER_REQUEST");
    }
    if (!on_demand && !input.throughput) {
      return invalid_parameter("ProvisionedThroughput is not specified for index: " + index->name);
    }
    index->lifecycle = {model::Status::creating, context.settled()};
    table.indexes.push_back(std::move(*index));
  }
  if (inputs.size() > kMaxGlobalIndexes) {
    return invalid_parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
  return {};
}

/// Every definition must be used by some key.
Outcome<void> check_definitions_used(const model::Table& table) {
  const auto used = [&](const model::AttributeDefinition& definition) {
    return is_key_of_anything(table, definition.name);
  };
  if (std::ranges::all_of(table.attributes, used)) return {};
  if (table.indexes.empty()) {
    return invalid_parameter(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  std::string names;
  std::string keys;
  for (const model::AttributeDefinition& definition : table.attributes) {
    names += (names.empty() ? "" : ", ") + definition.name;
    if (used(definition)) keys += (keys.empty() ? "" : ", ") + definition.name;
  }
  return invalid_parameter("Some AttributeDefinitions are not used. AttributeDefinitions: [" +
                           names + "], keys used: [" + keys + "]");
}

Outcome<model::Table> table_of(const Context& context, const CreateTableInput& input) {
  model::Table table;
  table.name = input.table_name->name();
  table.id = table_id(context, table.name);
  table.created = context.now;
  table.lifecycle = {model::Status::creating, context.settled()};
  table.attributes = definitions_of(*input.attributes);
  if (auto good = set_billing(context, input, table); !good) return std::unexpected(good.error());
  auto key = key_of(*input.key_schema, table.attributes);
  if (!key) return std::unexpected(key.error());
  table.key = std::move(*key);
  if (input.local_indexes) {
    auto good = add_local_indexes(*input.local_indexes, table);
    if (!good) return std::unexpected(good.error());
  }
  if (input.global_indexes) {
    auto good = add_global_indexes(context, *input.global_indexes, table);
    if (!good) return std::unexpected(good.error());
  }
  if (auto good = check_definitions_used(table); !good) return std::unexpected(good.error());
  if (auto good = apply_settings(context, input, table); !good) {
    return std::unexpected(good.error());
  }
  if (input.tags) {
    if (auto good = check_tags(*input.tags); !good) return std::unexpected(good.error());
    if (auto good = add_tags(*input.tags, table.tags); !good) return std::unexpected(good.error());
  }
  return table;
}

}  // namespace

Answer create_table(const Context& context, const wire::Json& body) {
  const auto input = read<CreateTableInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_input(*input); !good) return std::unexpected(good.error());
  auto table = table_of(context, *input);
  if (!table) return std::unexpected(table.error());
  if (auto good = check_changing_tables(context); !good) return std::unexpected(good.error());

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    if (const auto* const existing = present_table(context, transaction, table->name)) {
      return std::unexpected(name_in_use(context, existing->definition()));
    }
    transaction.drop_table(table->name);  // one that is gone may not have been swept
    std::string answer = "{\"TableDescription\":";
    append_description(answer, context, *table, nullptr, Describing::change);
    follow_stream(context, transaction, transaction.create_table(std::move(*table)), {});
    return answer + "}";
  });
}

}  // namespace dynatape::operations
