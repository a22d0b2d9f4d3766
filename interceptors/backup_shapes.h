#pragma once

// Backups as the service tells of them, and the table that is made of one, as functions from values
// to JSON. Shapes: the service model in @aws-sdk/client-dynamodb 3.1162.0.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/time.h"
#include "interceptors/backup_store.h"

namespace dynatape::interceptors {

/// Seconds with milliseconds.
[[nodiscard]] ordered_json seconds(core::TimePoint time);

/// A table's id: the one that DescribeTable tells, else one that follows from what it does tell.
[[nodiscard]] std::string table_id(const ordered_json& table);

/// BackupDetails; `status` is CREATING, AVAILABLE or DELETED.
[[nodiscard]] ordered_json backup_details(const Backup& backup, std::string_view status);
/// BackupDescription.
[[nodiscard]] ordered_json backup_description(const Backup& backup, std::string_view status);
/// BackupSummary.
[[nodiscard]] ordered_json backup_summary(const Backup& backup, std::string_view status);

/// What a restored table has otherwise than its source.
struct RestoreOverrides {
  std::optional<std::string> billing_mode;
  std::optional<ordered_json> global_indexes;
  std::optional<ordered_json> local_indexes;
  std::optional<ordered_json> throughput;
  std::optional<ordered_json> on_demand;
  std::optional<ordered_json> encryption;
};

/// CreateTable's input for a table like `source`, as DescribeTable told it, without its stream,
/// tags, expiry and protection; or the message of a ValidationException.
[[nodiscard]] std::expected<ordered_json, std::string> restored_table(
    const ordered_json& source, const std::string& target, const RestoreOverrides& overrides);

}  // namespace dynatape::interceptors
