#pragma once

// The settings that CreateTable and UpdateTable both take, apart from keys and indexes.

#include <optional>
#include <string>

#include "emulator/operations/context.h"
#include "emulator/operations/table_shapes.h"

namespace dynatape::operations {

struct TableSettings {
  std::optional<std::string> billing_mode;
  std::optional<ThroughputInput> throughput;
  std::optional<StreamSpecificationInput> stream;
  std::optional<EncryptionInput> encryption;
  std::optional<std::string> table_class;
  std::optional<bool> deletion_protection;
  std::optional<OnDemandThroughputInput> on_demand;
  std::optional<WarmThroughputInput> warm;
};

inline constexpr auto kTableSettingsMembers =
    std::tuple{wire::member("BillingMode", &TableSettings::billing_mode, {.one_of = kBillingMode}),
               wire::member("ProvisionedThroughput", &TableSettings::throughput),
               wire::member("StreamSpecification", &TableSettings::stream),
               wire::member("SSESpecification", &TableSettings::encryption),
               wire::member("TableClass", &TableSettings::table_class),
               wire::member("DeletionProtectionEnabled", &TableSettings::deletion_protection),
               wire::member("OnDemandThroughput", &TableSettings::on_demand),
               wire::member("WarmThroughput", &TableSettings::warm)};

/// Puts streams, encryption, class, protection and on-demand limits into `table`.
[[nodiscard]] model::Outcome<void> apply_settings(const Context& context,
                                                  const TableSettings& settings,
                                                  model::Table& table);

}  // namespace dynatape::operations
