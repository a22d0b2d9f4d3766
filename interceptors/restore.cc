// RestoreTableFromBackup and RestoreTableToPointInTime: a new table with the items of a moment.
//
// From a moment that the upstream gave, into an upstream that can take one, at O(1); else item by
// item, and the answer comes when all are there.

#include <algorithm>

#include "interceptors/backup_shapes.h"
#include "interceptors/billing.h"
#include "interceptors/exception_table.h"
#include "interceptors/parameters.h"
#include "interceptors/polyfill.h"
#include "interceptors/recovery.h"
#include "interceptors/table_name.h"
#include "interceptors/written_tables.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBatch = 25;      // items of one BatchWriteItem
constexpr int kMostTries = 12;          // of one batch
constexpr core::Duration kPoll = 50ms;  // between two looks at a table that is being created
constexpr int kMostPolls = 1200;        // a minute
constexpr std::string_view kUnsupported[] = {"VectorIndexOverride"};

/// A new table, and where its items are.
struct Restore {
  std::string target;
  RestoreOverrides overrides;
  ordered_json source;                           ///< as DescribeTable told it
  std::shared_ptr<const core::Snapshot> moment;  ///< where there is one
  std::string backup_arn;                        ///< where it is one
  core::TimePoint time;
};

std::string target_name(Parameters& parameters) {
  return parameters
      .text("TargetTableName", {.required = true, .min = 3, .max = 255, .is_name = true})
      .value_or("");
}

RestoreOverrides overrides_of(Parameters& parameters) {
  RestoreOverrides overrides;
  overrides.billing_mode =
      parameters.text("BillingModeOverride", {.one_of = "[PROVISIONED, PAY_PER_REQUEST]"});
  overrides.global_indexes = parameters.list("GlobalSecondaryIndexOverride");
  overrides.local_indexes = parameters.list("LocalSecondaryIndexOverride");
  overrides.throughput = parameters.structure("ProvisionedThroughputOverride");
  overrides.on_demand = parameters.structure("OnDemandThroughputOverride");
  overrides.encryption = parameters.structure("SSESpecificationOverride");
  parameters.refuse(kUnsupported);
  return overrides;
}

core::Task<Attempt<void>> write_batch(const PolyfillContext& context, core::Exchange& exchange,
                                      ordered_json requests) {
  for (int tried = 1;; ++tried) {
    const auto done = co_await call_upstream(exchange, *context.upstream, "BatchWriteItem",
                                             {{"RequestItems", std::move(requests)}});
    if (!done) co_return std::unexpected(done.error());
    requests = done->value("UnprocessedItems", ordered_json::object());
    if (requests.empty()) co_return Attempt<void>();
    if (tried == kMostTries) {
      co_return std::unexpected(
          Answer(core::failure("the upstream left items of a restored table unprocessed " +
                               std::to_string(tried) + " times")));
    }
    co_await exchange.loop().sleep(kPoll * tried);
  }
}

core::Task<Attempt<void>> write_items(const PolyfillContext& context, core::Exchange& exchange,
                                      const std::string& table, const ordered_json& items) {
  for (std::size_t first = 0; first < items.size(); first += kBatch) {
    ordered_json puts = ordered_json::array();
    for (std::size_t i = first; i < std::min(first + kBatch, items.size()); ++i) {
      puts.push_back({{"PutRequest", {{"Item", items[i]}}}});
    }
    const auto written = co_await write_batch(context, exchange, {{table, std::move(puts)}});
    if (!written) co_return std::unexpected(written.error());
  }
  co_return Attempt<void>();
}

core::Task<Attempt<void>> write_moment(const PolyfillContext& context, core::Exchange& exchange,
                                       const Restore& restore) {
  ScannedPages pages(exchange, restore.moment->reader(),
                     {{"TableName", restore.source.value("TableName", "")}});
  for (;;) {
    const auto items = co_await pages.next();
    if (!items) co_return std::unexpected(items.error());
    if (!*items) co_return Attempt<void>();
    const auto written = co_await write_items(context, exchange, restore.target, **items);
    if (!written) co_return std::unexpected(written.error());
  }
}

core::Task<Attempt<void>> write_pages(const PolyfillContext& context, core::Exchange& exchange,
                                      const Restore& restore) {
  for (std::int64_t number = 0;; ++number) {
    const auto page = context.backups->page(restore.backup_arn, number);
    if (!page) co_return std::unexpected(Answer(std::unexpected(page.error())));
    if (!*page) co_return Attempt<void>();
    const auto items = ordered_json::parse(**page, nullptr, /*allow_exceptions=*/false);
    const auto written = co_await write_items(context, exchange, restore.target, items);
    if (!written) co_return std::unexpected(written.error());
  }
}

core::Task<Attempt<void>> wait_until_active(const PolyfillContext& context,
                                            core::Exchange& exchange, std::string table) {
  for (int polls = 0; polls < kMostPolls; ++polls) {
    const auto described = co_await describe_table(exchange, *context.upstream, table);
    if (!described) co_return std::unexpected(described.error());
    if (described->value("TableStatus", "ACTIVE") == "ACTIVE") co_return Attempt<void>();
    co_await exchange.loop().sleep(kPoll);
  }
  co_return std::unexpected(
      Answer(core::failure("table '" + table + "' is still being created after a minute")));
}

core::Task<Attempt<void>> fill(const PolyfillContext& context, core::Exchange& exchange,
                               const Restore& restore) {
  const std::string source = restore.source.value("TableName", "");
  if (restore.moment && context.snapshots &&
      context.snapshots->fill(exchange, restore.target, *restore.moment, source)) {
    co_return Attempt<void>();
  }
  auto ready = co_await wait_until_active(context, exchange, restore.target);
  if (!ready) co_return ready;
  if (restore.moment) co_return co_await write_moment(context, exchange, restore);
  co_return co_await write_pages(context, exchange, restore);
}

core::Task<Answer> create(const PolyfillContext& context, core::Exchange& exchange,
                          ordered_json input) {
  auto made = co_await call_upstream(exchange, *context.upstream, "CreateTable", std::move(input));
  co_return made ? Answer(success(*made)) : made.error();
}

/// Makes the table and fills it; what cannot be filled is deleted again.
core::Task<Answer> run(const PolyfillContext& context, core::Exchange& exchange, Restore restore) {
  auto input = restored_table(restore.source, restore.target, restore.overrides);
  if (!input) co_return exception(exchange, "ValidationException", input.error());
  auto answer = co_await change_table(
      context, exchange, "CreateTable", *std::move(input),
      [&](const ordered_json& body) { return create(context, exchange, body); });
  if (!answer || answer->response.status != 200) {
    if (answer && exception_name(answer->response) == "ResourceInUseException") {
      co_return exception(exchange, "TableAlreadyExistsException",
                          "Table already exists: " + restore.target);
    }
    co_return answer;
  }
  ordered_json made = ordered_json::parse(answer->response.body);
  const auto filled = co_await fill(context, exchange, restore);
  if (!filled) {
    static_cast<void>(co_await call_upstream(exchange, *context.upstream, "DeleteTable",
                                             {{"TableName", restore.target}}));
    co_return filled.error();
  }
  ordered_json& description = made["TableDescription"];
  description["TableStatus"] = "CREATING";
  ordered_json summary = ordered_json::object();
  if (!restore.backup_arn.empty()) summary["SourceBackupArn"] = restore.backup_arn;
  summary["SourceTableArn"] = restore.source.value("TableArn", "");
  summary["RestoreDateTime"] = seconds(restore.time);
  summary["RestoreInProgress"] = true;
  description["RestoreSummary"] = summary;
  auto noted = context.settings->set(TableSettings::Subject::restored, table_id(description),
                                     std::move(summary));
  if (!noted) co_return std::unexpected(noted.error());
  co_return success(made);
}

/// When a restore is to; and the times between which it may lie.
struct Window {
  core::TimePoint earliest;
  core::TimePoint latest;
  std::optional<Recoverable> written = {};  ///< where the upstream cannot snapshot
};

core::Reply recovery_is_off(const core::Exchange& exchange, const std::string& table) {
  return exception(exchange, "PointInTimeRecoveryUnavailableException",
                   "Point in time recovery is not enabled for table '" + table + "'");
}

/// As DescribeContinuousBackups tells it; an exception where recovery is off.
core::Task<Attempt<Window>> recovery_window(const PolyfillContext& context,
                                            core::Exchange& exchange, std::string table) {
  const auto description = co_await describe_recovery(exchange, *context.upstream, table);
  if (!description) co_return std::unexpected(description.error());
  if (description->value("PointInTimeRecoveryStatus", "DISABLED") != "ENABLED") {
    co_return std::unexpected(Answer(recovery_is_off(exchange, table)));
  }
  const auto time = [&](const char* member) {
    return core::TimePoint(
        core::Duration(static_cast<std::int64_t>(description->value(member, 0.0) * 1e6)));
  };
  co_return Window{time("EarliestRestorableDateTime"), time("LatestRestorableDateTime")};
}

/// The same where the upstream cannot snapshot.
core::Task<Attempt<Window>> written_window(const PolyfillContext& context, core::Exchange& exchange,
                                           std::string name) {
  const auto table = co_await describe_table(exchange, *context.upstream, name);
  if (!table) co_return std::unexpected(table.error());
  auto written = context.written->find(context.owner_of(exchange), name);
  if (!written || written->logged.id != table_id(*table)) {
    co_return std::unexpected(Answer(recovery_is_off(exchange, name)));
  }
  const core::TimePoint now = exchange.clock().now();
  co_return Window{written->earliest(now), written->latest(now), *std::move(written)};
}

/// What RestoreTableToPointInTime asks for.
struct PointInTime {
  std::string table;
  std::optional<core::TimePoint> time;  ///< absent: the latest
};

Attempt<PointInTime> asked_point(const core::Exchange& exchange, Restore& restore) {
  Parameters parameters(exchange);
  const auto arn = parameters.text("SourceTableArn", {.min = 1, .max = 1024});
  const auto name = parameters.text("SourceTableName", {.min = 3, .max = 255, .is_name = true});
  restore.target = target_name(parameters);
  const bool latest = parameters.flag("UseLatestRestorableTime").value_or(false);
  PointInTime point;
  point.time = parameters.time("RestoreDateTime");
  restore.overrides = overrides_of(parameters);
  if (const auto problem = parameters.problem()) {
    return refusal(exchange, problem->exception, problem->message);
  }
  const auto invalid = [&](const char* what) {
    return refusal(exchange, "ValidationException",
                   std::string("One or more parameter values were invalid: ") + what);
  };
  if (name.has_value() == arn.has_value()) {
    return invalid("exactly one of SourceTableName and SourceTableArn must be given");
  }
  if (latest == point.time.has_value()) {
    return invalid("exactly one of RestoreDateTime and UseLatestRestorableTime must be given");
  }
  point.table = parse_table_name(name ? *name : *arn).name;
  return point;
}

}  // namespace

core::Task<Answer> restore_from_backup(const PolyfillContext& context, core::Exchange& exchange) {
  Parameters parameters(exchange);
  Restore restore;
  restore.target = target_name(parameters);
  restore.backup_arn =
      parameters.text("BackupArn", {.required = true, .min = 37, .max = 1024}).value_or("");
  restore.overrides = overrides_of(parameters);
  if (const auto problem = parameters.problem()) {
    co_return exception(exchange, problem->exception, problem->message);
  }
  const auto backup =
      context.backups->find(context.owner_of(exchange), restore.backup_arn, exchange.clock().now());
  if (!backup) {
    co_return exception(exchange, "BackupNotFoundException",
                        "Backup not found: " + restore.backup_arn);
  }
  if (status_of(context, exchange, *backup) == "CREATING") {
    co_return exception(exchange, "BackupInUseException",
                        "Backup is being created: " + backup->arn);
  }
  const auto used = context.backups->use(backup->arn);
  restore.source = backup->table;
  restore.moment = context.backups->moment(backup->arn);
  restore.time = backup->created;
  co_return co_await run(context, exchange, std::move(restore));
}

core::Task<Answer> restore_to_point_in_time(const PolyfillContext& context,
                                            core::Exchange& exchange) {
  Restore restore;
  const auto point = asked_point(exchange, restore);
  if (!point) co_return point.error();
  const auto window = context.snapshots ? co_await recovery_window(context, exchange, point->table)
                                        : co_await written_window(context, exchange, point->table);
  if (!window) co_return window.error();
  restore.time = point->time.value_or(window->latest);
  const auto outside = [&] {
    return exception(exchange, "InvalidRestoreTimeException",
                     std::string(find_exception("InvalidRestoreTimeException")->message));
  };
  // Any time within a second is that second's end.
  const auto within = std::chrono::floor<std::chrono::seconds>(restore.time);
  if (within < std::chrono::floor<std::chrono::seconds>(window->earliest) ||
      within > window->latest) {
    co_return outside();
  }
  if (window->written) {
    auto moment = co_await context.written->moment(exchange, *window->written, within);
    if (!moment) co_return moment.error();
    restore.moment = *std::move(moment);
  } else {
    restore.moment = context.recovery->at(context.owner_of(exchange),
                                          within + std::chrono::seconds(1) - core::Duration(1));
  }
  if (!restore.moment) co_return outside();
  auto source = co_await describe_table(exchange, restore.moment->reader(), point->table);
  if (!source) co_return source.error();
  restore.source = *std::move(source);
  co_return co_await run(context, exchange, std::move(restore));
}

}  // namespace dynatape::interceptors
