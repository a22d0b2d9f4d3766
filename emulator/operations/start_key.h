#pragma once

// ExclusiveStartKey against the keys of the table and index it is for. The service checks it in
// parts, with other checks in between, and each part has its own text.

#include "emulator/operations/read_plan.h"

namespace dynatape::operations {

/// As many attributes as the keys of the table and the index have together.
[[nodiscard]] model::Outcome<void> check_start_count(const ReadSource& source,
                                                     const model::Item& start);
/// Some attributes of the key that is read by: present, whatever their type.
[[nodiscard]] model::Outcome<void> check_start_present(
    const std::vector<model::AttributeDefinition>& attributes, const model::Item& start);
/// Some attributes of the key that is read by: present, then of the right type.
[[nodiscard]] model::Outcome<void> check_start_attributes(
    const std::vector<model::AttributeDefinition>& attributes, const model::Item& start);
/// The rest of an index's start key: the key of the table.
[[nodiscard]] model::Outcome<void> check_start_table_key(const ReadSource& source,
                                                         const model::Item& start);

/// `The provided starting key is invalid: The provided key element does not match the schema`
[[nodiscard]] model::ServiceError start_mismatch();

}  // namespace dynatape::operations
