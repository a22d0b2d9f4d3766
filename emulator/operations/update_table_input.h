#pragma once

// What UpdateTable is given; the files that check it and carry it out share it.

#include <optional>
#include <tuple>
#include <vector>

#include "emulator/operations/control_table.h"
#include "emulator/operations/table_settings.h"

namespace dynatape::operations {

struct UpdateTableInput : TableSettings {
  std::optional<TableName> table_name;
  std::optional<std::vector<AttributeDefinitionInput>> attributes;
  std::optional<std::vector<GlobalIndexUpdate>> index_updates;

  [[nodiscard]] std::vector<GlobalIndexUpdate> updates() const {
    return index_updates.value_or(std::vector<GlobalIndexUpdate>{});
  }
};

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
  static constexpr std::array<std::string_view, 6> kUnsupported = {
      "ReplicaUpdates",
      "MultiRegionConsistency",
      "GlobalTableWitnessUpdates",
      "GlobalTableSettingsReplicationMode",
      "VectorIndexUpdates",
      "DisassociationProtectionEnabled"};
};
