#pragma once

// Key schemas and indexes as sent, checked as CreateTable and UpdateTable check them, and turned
// into the model's.

#include <string>
#include <vector>

#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"
#include "emulator/operations/table_shapes.h"

namespace dynatape::operations {

[[nodiscard]] std::vector<model::AttributeDefinition> definitions_of(
    const std::vector<AttributeDefinitionInput>& input);

/// The key of a table or a local index: one hash attribute and at most one range attribute.
[[nodiscard]] model::Outcome<model::KeySchema> key_of(
    const KeySchemaInput& input, const std::vector<model::AttributeDefinition>& definitions);

[[nodiscard]] model::Outcome<model::SecondaryIndex> index_of(
    const LocalIndexInput& input, const std::vector<model::AttributeDefinition>& definitions);
[[nodiscard]] model::Outcome<model::SecondaryIndex> index_of(
    const GlobalIndexInput& input, const std::vector<model::AttributeDefinition>& definitions);

/// Whether anything of the table is keyed by the attribute.
[[nodiscard]] bool is_key_of_anything(const model::Table& table, std::string_view attribute);

/// Units out of bounds.
[[nodiscard]] model::Outcome<void> check_units(const ThroughputInput& input);

}  // namespace dynatape::operations
