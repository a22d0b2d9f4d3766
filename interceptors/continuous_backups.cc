// DescribeContinuousBackups and UpdateContinuousBackups for upstreams without them: recovery is
// made of the writes that pass. The refusals are in the words of AWS (October 2026), as the
// emulator has them.

#include "interceptors/backup_shapes.h"
#include "interceptors/control_name.h"
#include "interceptors/parameters.h"
#include "interceptors/polyfill.h"
#include "interceptors/written_tables.h"

namespace dynatape::interceptors {
namespace {

constexpr std::int64_t kLongestDays = 35;

ordered_json whole_seconds(core::TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  return static_cast<double>(seconds);
}

core::Reply description(const std::optional<Recoverable>& table, core::TimePoint now) {
  ordered_json told = ordered_json::object();
  if (table) {
    told["EarliestRestorableDateTime"] = whole_seconds(table->earliest(now));
    told["LatestRestorableDateTime"] = whole_seconds(table->latest(now));
  }
  told["PointInTimeRecoveryStatus"] = table ? "ENABLED" : "DISABLED";
  if (table) told["RecoveryPeriodInDays"] = table->days;
  return success({{"ContinuousBackupsDescription",
                   {{"ContinuousBackupsStatus", "ENABLED"},
                    {"PointInTimeRecoveryDescription", std::move(told)}}}});
}

/// Of the table that is there now, not of one that had its name.
std::optional<Recoverable> recoverable(const PolyfillContext& context,
                                       const core::Exchange& exchange, const std::string& name,
                                       const ordered_json& table) {
  auto found = context.written->find(context.owner_of(exchange), name);
  if (found && found->logged.id != table_id(table)) return std::nullopt;
  return found;
}

/// What UpdateContinuousBackups asks for.
struct Change {
  std::string table;
  bool enabled = false;
  std::optional<std::int64_t> days;
};

Attempt<Change> asked_change(const core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto given = parameters.text("TableName", {.is_table = true});
  Parameters inside = parameters.inside("PointInTimeRecoverySpecification", {.required = true});
  Change change;
  change.enabled = inside.flag("PointInTimeRecoveryEnabled", {.required = true}).value_or(false);
  change.days = inside.integer("RecoveryPeriodInDays", 1, kLongestDays);
  parameters.take(std::move(inside));
  auto name = control_name(given, parameters, exchange);
  if (!name) return std::unexpected(name.error());
  change.table = *std::move(name);
  if (!change.enabled && change.days) {
    return refusal(exchange, "ValidationException",
                   "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling "
                   "point-in-time recovery.");
  }
  return change;
}

Recoverable changed(std::optional<Recoverable> before, const Change& change,
                    const ordered_json& table, std::string owner, core::TimePoint now) {
  if (!before) {
    before = Recoverable{{table_id(table), {}}, std::move(owner), change.table, now};
    for (const ordered_json& part : table.value("KeySchema", ordered_json::array())) {
      before->logged.keys.push_back(part.value("AttributeName", ""));
    }
  }
  before->days = change.days.value_or(before->days);
  return *std::move(before);
}

}  // namespace

core::Task<Answer> describe_continuous_backups(const PolyfillContext& context,
                                               core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto given = parameters.text("TableName", {.is_table = true});
  const auto name = control_name(given, parameters, exchange);
  if (!name) co_return name.error();
  const auto table = co_await describe_table(exchange, *context.upstream, *name);
  if (!table) co_return table.error();
  co_return description(recoverable(context, exchange, *name, *table), exchange.clock().now());
}

core::Task<Answer> update_continuous_backups(const PolyfillContext& context,
                                             core::Exchange& exchange) {
  const auto change = asked_change(exchange);
  if (!change) co_return change.error();
  const auto table = co_await describe_table(exchange, *context.upstream, change->table);
  if (!table) co_return table.error();
  const std::string state = table->value("TableStatus", "ACTIVE");
  if (state == "DELETING") {
    co_return exception(exchange, "TableNotFoundException", "Table not found: " + change->table);
  }
  if (state == "CREATING") {
    co_return exception(
        exchange, "ContinuousBackupsUnavailableException",
        "Backups are being enabled for the table: " + change->table + ". Please retry later");
  }
  const core::TimePoint now = exchange.clock().now();
  const auto before = recoverable(context, exchange, change->table, *table);
  if (!change->enabled) {
    const auto off = context.written->disable(table_id(*table));
    co_return off ? Answer(description(std::nullopt, now)) : std::unexpected(off.error());
  }
  const auto after = changed(before, *change, *table, context.owner_of(exchange), now);
  const auto enabled = co_await context.written->enable(exchange, after, before.has_value());
  if (!enabled) co_return enabled.error();
  co_return description(after, now);
}

}  // namespace dynatape::interceptors
