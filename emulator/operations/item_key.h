#pragma once

// The primary key of an item, checked as the service checks it.

#include <string>

#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"

namespace dynatape::operations {

/// The row key for a Key member, which must hold exactly the key attributes.
[[nodiscard]] model::Outcome<std::string> row_key_of_key(const model::Table& table,
                                                         const model::Item& key);

/// How an item that lacks its key, or has it in a wrong type, is refused.
enum class KeyWords {
  detailed,     ///< "Missing the key a in the item", "Type mismatch for key a …": PutItem
  schema_only,  ///< "The provided key element does not match the schema": BatchWriteItem
};
/// The row key for a whole item that is to be put; also checks the keys of the table's indexes.
[[nodiscard]] model::Outcome<std::string> row_key_of_item(const model::Table& table,
                                                          const model::Item& item,
                                                          KeyWords words = KeyWords::detailed);

/// The largest item the service stores, names and values.
inline constexpr std::size_t kMaxItemBytes = 409'600;

/// The key attributes alone.
[[nodiscard]] model::Item key_attributes(const model::KeySchema& schema, const model::Item& item);

/// The refusal of an item whose index key has a wrong type, is empty or too long.
[[nodiscard]] model::Outcome<void> check_index_keys(const model::Table& table,
                                                    const model::Item& item);

/// Refuses an empty string or binary in a key attribute, whatever type the schema wants there.
[[nodiscard]] model::Outcome<void> check_no_empty_key(const model::KeySchema& schema,
                                                      const model::Item& item);

/// Where a key value may not be empty or too long.
[[nodiscard]] model::Outcome<void> check_key_sizes(const model::KeySchema& schema,
                                                   const model::Item& item);

}  // namespace dynatape::operations
