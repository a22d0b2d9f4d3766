#include "emulator/operations/continuous_backups.h"
#include "emulator/operations/control_table.h"
#include "emulator/operations/operations.h"

namespace dynatape::operations {
namespace {

struct RecoveryInput {
  std::optional<bool> enabled;
  std::optional<std::int32_t> days;
};

struct UpdateContinuousBackupsInput {
  std::optional<TableName> table_name;
  std::optional<RecoveryInput> recovery;
};

}  // namespace
}  // namespace dynatape::operations

template <>
struct dynatape::wire::Shape<dynatape::operations::RecoveryInput> {
  using T = operations::RecoveryInput;
  static constexpr std::string_view kName = "PointInTimeRecoverySpecification";
  static constexpr auto kMembers =
      std::tuple{member("PointInTimeRecoveryEnabled", &T::enabled, {.required = true}),
                 member("RecoveryPeriodInDays", &T::days, {.min = 1, .max = 35})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct dynatape::wire::Shape<dynatape::operations::UpdateContinuousBackupsInput> {
  using T = operations::UpdateContinuousBackupsInput;
  static constexpr std::string_view kName = "UpdateContinuousBackupsInput";
  static constexpr auto kMembers =
      std::tuple{member("TableName", &T::table_name, operations::kControlName),
                 member("PointInTimeRecoverySpecification", &T::recovery, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

namespace dynatape::operations {

Answer update_continuous_backups(const Context& context, const wire::Json& body) {
  const auto input = read<UpdateContinuousBackupsInput>(body);
  if (!input) return std::unexpected(input.error());
  if (auto good = check_control(*input); !good) return std::unexpected(good.error());
  // AWS's answer in ack-api-quirks (October 2026), DDB-TABLE-084.
  if (!*input->recovery->enabled && input->recovery->days) {
    return model::invalid(
        "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time "
        "recovery.");
  }

  return context.database.transact([&](storage::Transaction& transaction) -> Answer {
    const std::string_view name = input->table_name->name();
    storage::TableWriter* const table = present_table(context, transaction, name);
    if (table == nullptr) return std::unexpected(no_table_to_back_up(name));
    // Both words for tables between states: ack-api-quirks, 2026.
    const model::Status state = table->definition().lifecycle.at(context.now);
    if (state == model::Status::deleting) return std::unexpected(no_table_to_back_up(name));
    if (state == model::Status::creating) {
      return model::fail(
          model::ErrorType::continuous_backups_unavailable,
          "Backups are being enabled for the table: " + std::string(name) + ". Please retry later");
    }
    model::Table definition = table->definition();
    model::PointInTimeRecovery& recovery = definition.recovery;
    if (!*input->recovery->enabled) {
      recovery = {};
    } else {
      if (!recovery.enabled) recovery.since = context.now;
      recovery.enabled = true;
      recovery.days = input->recovery->days.value_or(recovery.days);
    }
    std::string answer = describe_backups(context, recovery);
    table->redefine(std::move(definition));
    return answer;
  });
}

}  // namespace dynatape::operations
