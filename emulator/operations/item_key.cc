#include "emulator/operations/item_key.h"

#include "emulator/storage/key_codec.h"
#include "emulator/storage/table_writer.h"

namespace dynatape::operations {
namespace {

using model::AttributeDefinition;
using model::AttributeValue;
using model::invalid;
using model::Item;
using model::KeySchema;
using model::Outcome;
using model::Type;

constexpr std::size_t kMaxHashBytes = 2048;
constexpr std::size_t kMaxRangeBytes = 1024;

std::unexpected<model::ServiceError> schema_mismatch() {
  return invalid("The provided key element does not match the schema");
}

/// Calls `check(attribute)` on hash, then range attributes, until one fails.
template <class Check>
Outcome<void> each_key_attribute(const KeySchema& schema, Check check) {
  for (const auto* part : {&schema.hash, &schema.range}) {
    for (const AttributeDefinition& attribute : *part) {
      if (Outcome<void> outcome = check(attribute); !outcome) return outcome;
    }
  }
  return {};
}

Outcome<void> check_not_empty(const AttributeDefinition& attribute, const AttributeValue& value) {
  const bool may_be_empty = value.type() != Type::s && value.type() != Type::b;
  if (may_be_empty || model::size_bytes(value) != 0) return {};
  return invalid(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty " +
      std::string(value.type() == Type::s ? "string" : "binary") +
      " value. Key: " + attribute.name);
}

std::string quoted_type(Type type) { return std::string(model::type_name(type)); }

Outcome<void> check_key_types(const KeySchema& schema, const Item& item, KeyWords words) {
  return each_key_attribute(schema, [&](const AttributeDefinition& attribute) -> Outcome<void> {
    const AttributeValue* const value = item.find(attribute.name);
    if (value != nullptr && value->type() == attribute.type) return {};
    if (words == KeyWords::schema_only) return schema_mismatch();
    if (value == nullptr) {
      return invalid("One or more parameter values were invalid: Missing the key " +
                     attribute.name + " in the item");
    }
    return invalid("One or more parameter values were invalid: Type mismatch for key " +
                   attribute.name + " expected: " + quoted_type(attribute.type) +
                   " actual: " + quoted_type(value->type()));
  });
}

}  // namespace

Outcome<std::string> row_key_of_key(const model::Table& table, const Item& key) {
  const KeySchema& schema = table.key;
  if (key.size() != schema.hash.size() + schema.range.size()) return schema_mismatch();
  if (auto types = check_key_types(schema, key, KeyWords::schema_only); !types) {
    return std::unexpected(types.error());
  }
  if (auto sizes = check_key_sizes(schema, key); !sizes) return std::unexpected(sizes.error());
  return *storage::table_key(schema, key);
}

Outcome<std::string> row_key_of_item(const model::Table& table, const Item& item, KeyWords words) {
  if (auto types = check_key_types(table.key, item, words); !types) {
    return std::unexpected(types.error());
  }
  if (auto sizes = check_key_sizes(table.key, item); !sizes) return std::unexpected(sizes.error());
  if (auto indexes = check_index_keys(table, item); !indexes) {
    return std::unexpected(indexes.error());
  }
  return *storage::table_key(table.key, item);
}

Outcome<void> check_no_empty_key(const KeySchema& schema, const Item& item) {
  return each_key_attribute(schema, [&](const AttributeDefinition& attribute) -> Outcome<void> {
    const AttributeValue* const value = item.find(attribute.name);
    return value == nullptr ? Outcome<void>{} : check_not_empty(attribute, *value);
  });
}

Outcome<void> check_key_sizes(const KeySchema& schema, const Item& item) {
  auto not_empty = each_key_attribute(schema, [&](const AttributeDefinition& attribute) {
    return check_not_empty(attribute, *item.find(attribute.name));
  });
  if (!not_empty) return not_empty;
  for (const AttributeDefinition& attribute : schema.hash) {
    if (model::size_bytes(*item.find(attribute.name)) > kMaxHashBytes) {
      return invalid(
          "One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
          "size limit of2048 bytes");
    }
  }
  for (const AttributeDefinition& attribute : schema.range) {
    if (model::size_bytes(*item.find(attribute.name)) > kMaxRangeBytes) {
      return invalid(
          "One or more parameter values were invalid: Aggregated size of all range keys has "
          "exceeded the size limit of 1024 bytes");
    }
  }
  return {};
}

Outcome<void> check_index_keys(const model::Table& table, const Item& item) {
  if (table.indexes.empty()) return {};
  const auto problem = storage::index_key_problem(table, item);
  if (!problem) return {};
  const std::string& attribute = problem->attribute->name;
  const std::string& index = problem->index->name;
  using Kind = storage::IndexKeyProblem::Kind;
  switch (problem->kind) {
    case Kind::wrong_type:
      return invalid("One or more parameter values were invalid: Type mismatch for Index Key " +
                     attribute + " Expected: " + quoted_type(problem->attribute->type) +
                     " Actual: " + quoted_type(problem->actual) + " IndexName: " + index);
    case Kind::empty:
      return invalid(
          "One or more parameter values are not valid. A value specified for a secondary index "
          "key is not supported. The AttributeValue for a key attribute cannot contain an empty " +
          std::string(problem->attribute->type == Type::s ? "string" : "binary") +
          " value. IndexName: " + index + ", IndexKey: " + attribute);
    case Kind::too_long:
      return invalid(
          problem->index->key.hash.front().name == attribute
              ? "One or more parameter values were invalid: Size of hashkey has exceeded the "
                "maximum size limit of2048 bytes"
              : "One or more parameter values were invalid: Aggregated size of all range keys has "
                "exceeded the size limit of 1024 bytes");
  }
  std::unreachable();
}

Item key_attributes(const KeySchema& schema, const Item& item) {
  Item key;
  for (const auto* part : {&schema.hash, &schema.range}) {
    for (const AttributeDefinition& attribute : *part) {
      if (const auto* value = item.find(attribute.name)) key.set(attribute.name, *value);
    }
  }
  return key;
}

}  // namespace dynatape::operations
