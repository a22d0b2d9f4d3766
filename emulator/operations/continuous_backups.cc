#include "emulator/operations/continuous_backups.h"

#include <algorithm>
#include <chrono>

#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

/// How far the latest restorable time lags behind.
constexpr std::chrono::minutes kRestoreLag{5};

void append_seconds(std::string& out, model::TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  wire::append_decimal(out, static_cast<double>(seconds.count()));
}

}  // namespace

std::string describe_backups(const Context& context, const model::PointInTimeRecovery& recovery) {
  std::string body;
  {
    wire::ObjectWriter answer(body);
    wire::ObjectWriter description(answer.name("ContinuousBackupsDescription"));
    description.string("ContinuousBackupsStatus", "ENABLED");
    wire::ObjectWriter writer(description.name("PointInTimeRecoveryDescription"));
    if (recovery.enabled) {
      const auto earliest =
          std::max(recovery.since, context.now - std::chrono::days(recovery.days));
      append_seconds(writer.name("EarliestRestorableDateTime"), earliest);
      append_seconds(writer.name("LatestRestorableDateTime"),
                     std::max(earliest, context.now - kRestoreLag));
    }
    writer.string("PointInTimeRecoveryStatus", recovery.enabled ? "ENABLED" : "DISABLED");
    if (recovery.enabled) writer.integer("RecoveryPeriodInDays", recovery.days);
  }
  return body;
}

model::ServiceError no_table_to_back_up(std::string_view name) {
  return {model::ErrorType::table_not_found, "Table not found: " + std::string(name)};
}

}  // namespace dynatape::operations
