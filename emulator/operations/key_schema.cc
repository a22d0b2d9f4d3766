#include "emulator/operations/key_schema.h"

#include <algorithm>

namespace dynatape::operations {
namespace {

using model::AttributeDefinition;
using model::invalid;
using model::KeySchema;
using model::Outcome;

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";
constexpr std::size_t kMaxGlobalKeyPart = 4;
constexpr std::int64_t kMaxUnits = 1'000'000'000'000;

std::unexpected<model::ServiceError> invalid_parameter(std::string_view what) {
  return invalid(std::string(kInvalid) + std::string(what));
}

const AttributeDefinition* find(const std::vector<AttributeDefinition>& definitions,
                                std::string_view name) {
  const auto found = std::ranges::find(definitions, name, &AttributeDefinition::name);
  return found != definitions.end() ? &*found : nullptr;
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// Every key attribute must have a definition.
Outcome<void> check_defined(const KeySchemaInput& input,
                            const std::vector<AttributeDefinition>& definitions) {
  if (input.size() > definitions.size()) {
    return invalid("Invalid KeySchema: Some index key attribute have no definition");
  }
  std::vector<std::string> keys;
  bool defined = true;
  for (const KeySchemaElement& element : input) {
    if (std::ranges::find(keys, *element.name) == keys.end()) keys.push_back(*element.name);
    defined = defined && find(definitions, *element.name) != nullptr;
  }
  if (defined) return {};
  std::vector<std::string> names;
  names.reserve(definitions.size());
  for (const AttributeDefinition& definition : definitions) names.push_back(definition.name);
  return invalid_parameter(
      "Some index key attributes are not defined in AttributeDefinitions. Keys: [" + join(keys) +
      "], AttributeDefinitions: [" + join(names) + "]");
}

Outcome<void> check_elements(const KeySchemaInput& input) {
  if (input[0].type != "HASH") {
    return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (input.size() < 2) return {};
  if (input[0].name == input[1].name) {
    return invalid(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (input[1].type != "RANGE") {
    return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  return {};
}

KeySchema collect(const KeySchemaInput& input,
                  const std::vector<AttributeDefinition>& definitions) {
  KeySchema key;
  for (const KeySchemaElement& element : input) {
    auto& part = element.type == "HASH" ? key.hash : key.range;
    part.push_back(*find(definitions, *element.name));
  }
  return key;
}

/// A global index's key: up to four attributes of each kind, the hash attributes first.
Outcome<KeySchema> global_key_of(const KeySchemaInput& input,
                                 const std::vector<AttributeDefinition>& definitions) {
  if (input.size() <= 2 && input.back().type == "RANGE") return key_of(input, definitions);
  if (auto good = check_defined(input, definitions); !good) return std::unexpected(good.error());
  if (input[0].type != "HASH") {
    return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  const bool hash_first = std::ranges::is_partitioned(
      input, [](const KeySchemaElement& element) { return element.type == "HASH"; });
  KeySchema key = collect(input, definitions);
  if (!hash_first || key.hash.size() > kMaxGlobalKeyPart || key.range.size() > kMaxGlobalKeyPart) {
    return invalid(
        "Invalid KeySchema: An index takes at most 4 HASH and 4 RANGE key attributes, the HASH "
        "attributes first");
  }
  return key;
}

Outcome<model::Projection> projection_of(const ProjectionInput& input) {
  if (!input.type) return invalid_parameter("Unknown ProjectionType: null");
  model::Projection projection;
  if (*input.type == "INCLUDE") {
    if (!input.non_key_attributes) {
      return invalid_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    projection = {model::ProjectionType::include, *input.non_key_attributes};
    for (const std::string& name : projection.non_key_attributes) {
      const auto& names = projection.non_key_attributes;
      if (std::count(names.begin(), names.end(), name) > 1) {
        return invalid_parameter("Duplicate element in NonKeyAttributes: " + name);
      }
    }
    return projection;
  }
  if (input.non_key_attributes) {
    return invalid_parameter("ProjectionType is " + *input.type +
                             ", but NonKeyAttributes is specified");
  }
  projection.type =
      *input.type == "ALL" ? model::ProjectionType::all : model::ProjectionType::keys_only;
  return projection;
}

Outcome<void> check_unit(std::int64_t units, std::string_view name) {
  if (units <= kMaxUnits) return {};
  return invalid("Given value " + std::to_string(units) + " for " + std::string(name) +
                 " is out of bounds");
}

}  // namespace

std::vector<AttributeDefinition> definitions_of(
    const std::vector<AttributeDefinitionInput>& input) {
  std::vector<AttributeDefinition> definitions;
  for (const AttributeDefinitionInput& one : input) {
    const model::Type type = *one.type == "S"   ? model::Type::s
                             : *one.type == "N" ? model::Type::n
                                                : model::Type::b;
    definitions.push_back({*one.name, type});
  }
  return definitions;
}

Outcome<KeySchema> key_of(const KeySchemaInput& input,
                          const std::vector<AttributeDefinition>& definitions) {
  if (auto good = check_defined(input, definitions); !good) return std::unexpected(good.error());
  if (auto good = check_elements(input); !good) return std::unexpected(good.error());
  return collect(input, definitions);
}

Outcome<model::SecondaryIndex> index_of(const LocalIndexInput& input,
                                        const std::vector<AttributeDefinition>& definitions) {
  auto key = key_of(*input.key_schema, definitions);
  if (!key) return std::unexpected(key.error());
  if (key->range.empty()) {
    return invalid_parameter("Index KeySchema does not have a range key for index: " + *input.name);
  }
  auto projection = projection_of(*input.projection);
  if (!projection) return std::unexpected(projection.error());
  model::SecondaryIndex index;
  index.name = *input.name;
  index.kind = model::IndexKind::local;
  index.key = std::move(*key);
  index.projection = std::move(*projection);
  return index;
}

Outcome<model::SecondaryIndex> index_of(const GlobalIndexInput& input,
                                        const std::vector<AttributeDefinition>& definitions) {
  auto key = global_key_of(*input.key_schema, definitions);
  if (!key) return std::unexpected(key.error());
  auto projection = projection_of(*input.projection);
  if (!projection) return std::unexpected(projection.error());
  model::SecondaryIndex index;
  index.name = *input.name;
  index.kind = model::IndexKind::global;
  index.key = std::move(*key);
  index.projection = std::move(*projection);
  if (input.throughput) {
    if (auto good = check_units(*input.throughput); !good) return std::unexpected(good.error());
    index.throughput.read_units = *input.throughput->read_units;
    index.throughput.write_units = *input.throughput->write_units;
  }
  if (input.on_demand) {
    index.on_demand = {input.on_demand->max_read_units, input.on_demand->max_write_units};
  }
  if (input.warm) {
    index.warm = {input.warm->read_units.value_or(0), input.warm->write_units.value_or(0)};
  }
  return index;
}

bool is_key_of_anything(const model::Table& table, std::string_view attribute) {
  return table.key.find(attribute) != nullptr ||
         std::ranges::any_of(table.indexes, [&](const model::SecondaryIndex& index) {
           return index.key.find(attribute) != nullptr;
         });
}

Outcome<void> check_units(const ThroughputInput& input) {
  if (auto good = check_unit(*input.read_units, "ReadCapacityUnits"); !good) return good;
  return check_unit(*input.write_units, "WriteCapacityUnits");
}

}  // namespace dynatape::operations
