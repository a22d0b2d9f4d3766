// On-demand backups: CreateBackup, DescribeBackup, ListBackups, DeleteBackup.

#include <algorithm>

#include "interceptors/backup_making.h"
#include "interceptors/backup_shapes.h"
#include "interceptors/parameters.h"
#include "interceptors/polyfill.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

constexpr TextLimits kBackupArn = {.required = true, .min = 37, .max = 1024};

Answer not_found(const core::Exchange& exchange, const std::string& arn) {
  return exception(exchange, "BackupNotFoundException", "Backup not found: " + arn);
}

/// The backup that BackupArn names.
Attempt<Backup> asked_backup(const PolyfillContext& context, const core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto arn = parameters.text("BackupArn", kBackupArn);
  if (const auto problem = parameters.problem()) {
    return refusal(exchange, problem->exception, problem->message);
  }
  auto backup = context.backups->find(context.owner_of(exchange), *arn, exchange.clock().now());
  if (!backup) return std::unexpected(not_found(exchange, *arn));
  return *std::move(backup);
}

struct Listing {
  std::string table;  ///< a plain name; empty: all
  std::size_t limit = 100;
  std::optional<core::TimePoint> from;
  std::optional<core::TimePoint> to;  ///< not included
  std::string after;
  std::string type = "ALL";

  [[nodiscard]] bool lists(const Backup& backup) const {
    return (table.empty() || backup.table_name() == table) && (!from || backup.created >= *from) &&
           (!to || backup.created < *to) && (type == "ALL" || backup.type == type);
  }
};

Attempt<Listing> asked_listing(const core::Exchange& exchange) {
  Parameters parameters(exchange);
  Listing listing;
  const auto table = parameters.text("TableName", {.min = 1, .max = 1024});
  if (table) listing.table = parse_table_name(*table).name;
  if (const auto limit = parameters.integer("Limit", 1, 100)) {
    listing.limit = static_cast<std::size_t>(std::max<std::int64_t>(*limit, 1));
  }
  listing.from = parameters.time("TimeRangeLowerBound");
  listing.to = parameters.time("TimeRangeUpperBound");
  listing.after = parameters.text("ExclusiveStartBackupArn", {.min = 37, .max = 1024}).value_or("");
  listing.type =
      parameters.text("BackupType", {.one_of = "[USER, SYSTEM, AWS_BACKUP, ALL]"}).value_or("ALL");
  if (const auto problem = parameters.problem()) {
    return refusal(exchange, problem->exception, problem->message);
  }
  return listing;
}

}  // namespace

std::string PolyfillContext::owner_of(const core::Exchange& exchange) const {
  const core::Identity& caller = exchange.call().identity();
  return (account.empty() ? caller.access_key : account) + "/" +
         (caller.region.empty() ? "us-east-1" : caller.region);
}

std::string_view status_of(const PolyfillContext& context, const core::Exchange& exchange,
                           const Backup& backup) {
  const core::TimePoint now = exchange.clock().now();
  const bool in_work = now >= backup.created && now < backup.created + context.change_delay;
  return in_work ? "CREATING" : "AVAILABLE";  // also where the clock was set back since
}

core::Task<Attempt<ordered_json>> describe_table_or(core::Exchange& exchange,
                                                    core::Upstream& upstream, std::string table,
                                                    core::Reply missing) {
  auto answer = co_await call_upstream(exchange, upstream, "DescribeTable",
                                       {{"TableName", parse_table_name(table).name}});
  if (answer) co_return answer->value("Table", ordered_json::object());
  const Answer& instead = answer.error();
  if (instead && exception_name(instead->response) == "ResourceNotFoundException") {
    co_return std::unexpected(Answer(std::move(missing)));
  }
  co_return std::unexpected(instead);
}

core::Task<Attempt<ordered_json>> describe_table(core::Exchange& exchange, core::Upstream& upstream,
                                                 std::string table) {
  const std::string name = parse_table_name(table).name;
  return describe_table_or(
      exchange, upstream, name,
      exception(exchange, "TableNotFoundException", "Table not found: " + name));
}

core::Task<Attempt<ordered_json>> describe_recovery(core::Exchange& exchange,
                                                    core::Upstream& upstream, std::string table) {
  const auto told = co_await call_upstream(exchange, upstream, "DescribeContinuousBackups",
                                           {{"TableName", table}});
  if (!told) co_return std::unexpected(told.error());
  co_return told->value("ContinuousBackupsDescription", ordered_json::object())
      .value("PointInTimeRecoveryDescription", ordered_json::object());
}

core::Task<Answer> create_backup(const PolyfillContext& context, core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto table = parameters.text("TableName", {.required = true, .min = 1, .max = 1024});
  const auto name =
      parameters.text("BackupName", {.required = true, .min = 3, .max = 255, .is_name = true});
  if (const auto problem = parameters.problem()) {
    co_return exception(exchange, problem->exception, problem->message);
  }
  const auto moment = context.snapshots ? context.snapshots->take(exchange) : nullptr;
  const auto backup = co_await make_backup(context, exchange, *table, {.name = *name}, moment);
  if (!backup) co_return backup.error();
  co_return success({{"BackupDetails", backup_details(*backup, "CREATING")}});
}

core::Task<Answer> describe_backup(const PolyfillContext& context, core::Exchange& exchange) {
  const auto backup = asked_backup(context, exchange);
  if (!backup) co_return backup.error();
  co_return success(
      {{"BackupDescription", backup_description(*backup, status_of(context, exchange, *backup))}});
}

core::Task<Answer> list_backups(const PolyfillContext& context, core::Exchange& exchange) {
  const auto listing = asked_listing(exchange);
  if (!listing) co_return listing.error();
  ordered_json summaries = ordered_json::array();
  std::string last;
  for (const Backup& backup :
       context.backups->list(context.owner_of(exchange), exchange.clock().now())) {
    if (backup.arn <= listing->after || !listing->lists(backup)) continue;
    if (summaries.size() == listing->limit) {
      co_return success(
          {{"BackupSummaries", std::move(summaries)}, {"LastEvaluatedBackupArn", last}});
    }
    summaries.push_back(backup_summary(backup, status_of(context, exchange, backup)));
    last = backup.arn;
  }
  co_return success({{"BackupSummaries", std::move(summaries)}});
}

core::Task<Answer> delete_backup(const PolyfillContext& context, core::Exchange& exchange) {
  const auto backup = asked_backup(context, exchange);
  if (!backup) co_return backup.error();
  if (status_of(context, exchange, *backup) == "CREATING") {
    co_return exception(exchange, "BackupInUseException",
                        "Backup is being created: " + backup->arn);
  }
  if (context.backups->in_use(backup->arn)) {
    co_return exception(exchange, "BackupInUseException",
                        "Backup is being used to restore another table: " + backup->arn);
  }
  if (auto erased = context.backups->erase(backup->arn); !erased) {
    co_return std::unexpected(erased.error());
  }
  co_return success({{"BackupDescription", backup_description(*backup, "DELETED")}});
}

}  // namespace dynatape::interceptors
