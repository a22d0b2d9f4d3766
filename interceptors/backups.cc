// On-demand backups: CreateBackup, DescribeBackup, ListBackups, DeleteBackup.
//
// Where the upstream can snapshot, a backup is one moment of the whole database, at O(1); its items
// are read out of it only where a file is to keep them. Elsewhere a consistent Scan copies the
// items, which takes its time: writes meanwhile may be in it or not.

#include <algorithm>
#include <cstdio>

#include "core/digest.h"
#include "interceptors/backup_shapes.h"
#include "interceptors/parameters.h"
#include "interceptors/polyfill.h"
#include "interceptors/table_name.h"
#include "interceptors/time_to_live.h"

namespace dynatape::interceptors {
namespace {

constexpr TextLimits kBackupArn = {.required = true, .min = 37, .max = 1024};

std::unexpected<Answer> cannot_keep(const core::Error& error) {
  return std::unexpected(Answer(std::unexpected(error)));
}

/// TABLE-ARN/backup/01576616366715-b4e58d3a: the time in milliseconds, and what tells two apart.
std::string arn_of(const BackupStore& store, const Backup& backup) {
  const auto ms =
      std::chrono::floor<std::chrono::milliseconds>(backup.created.time_since_epoch()).count();
  for (std::uint64_t nth = 0;; ++nth) {
    const std::uint64_t tag =
        core::StableHash(nth).add(backup.owner).add(backup.table_arn()).add(backup.name).value();
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%014lld-%08x", static_cast<long long>(ms),
                  static_cast<unsigned>(tag & 0xffffffff));
    std::string arn = backup.table_arn() + "/backup/" + text.data();
    if (!store.contains(arn)) return arn;
  }
}

core::Task<Attempt<Backup>> begun_backup(const PolyfillContext& context, core::Exchange& exchange,
                                         core::Upstream& from, std::string table,
                                         std::string name) {
  auto described = co_await describe_table(exchange, from, table);
  if (!described) co_return std::unexpected(described.error());
  const std::string state = described->value("TableStatus", "ACTIVE");
  // In the words for UpdateContinuousBackups (recorded in 2026); for this operation inferred.
  if (state == "CREATING") {
    co_return refusal(exchange, "ContinuousBackupsUnavailableException",
                      "Backups are being enabled for the table: " + table + ". Please retry later");
  }
  if (state == "DELETING") {
    co_return refusal(exchange, "TableInUseException", "Table is being deleted: " + table);
  }
  Backup backup{.arn = {},
                .owner = context.owner_of(exchange),
                .name = std::move(name),
                .created = exchange.clock().now(),
                .table = *std::move(described),
                .time_to_live = {}};
  backup.arn = arn_of(*context.backups, backup);
  const auto expiry = co_await call_upstream(exchange, from, "DescribeTimeToLive",
                                             {{"TableName", backup.table_name()}});
  if (expiry) {
    backup.time_to_live = expiry->value("TimeToLiveDescription", ordered_json());
  } else {
    const auto kept = TimeToLive::of(
        context.settings->get(TableSettings::Subject::time_to_live, table_id(backup.table)));
    backup.time_to_live = time_to_live_description(kept, backup.created, context.change_delay);
  }
  co_return backup;
}

/// Reads all items of the backup's table into the store.
core::Task<Attempt<void>> copy_items(const PolyfillContext& context, core::Exchange& exchange,
                                     core::Upstream& from, const Backup& backup) {
  if (auto begun = context.backups->begin(backup); !begun) co_return cannot_keep(begun.error());
  ordered_json scan = {{"TableName", backup.table_name()}, {"ConsistentRead", true}};
  for (;;) {
    const auto page = co_await call_upstream(exchange, from, "Scan", scan);
    if (!page) co_return std::unexpected(page.error());
    const ordered_json items = page->value("Items", ordered_json::array());
    if (!items.empty()) {
      auto kept = context.backups->add_page(backup.arn, items.dump());
      if (!kept) co_return cannot_keep(kept.error());
    }
    if (!page->contains("LastEvaluatedKey")) co_return Attempt<void>();
    scan["ExclusiveStartKey"] = page->at("LastEvaluatedKey");
  }
}

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
  return exchange.clock().now() < backup.created + context.change_delay ? "CREATING" : "AVAILABLE";
}

core::Task<Attempt<ordered_json>> describe_table(core::Exchange& exchange, core::Upstream& upstream,
                                                 std::string table) {
  auto answer = co_await call_upstream(exchange, upstream, "DescribeTable",
                                       {{"TableName", parse_table_name(table).name}});
  if (answer) co_return answer->value("Table", ordered_json::object());
  const Answer& instead = answer.error();
  if (instead && exception_name(instead->response) == "ResourceNotFoundException") {
    co_return refusal(exchange, "TableNotFoundException",
                      "Table not found: " + parse_table_name(table).name);
  }
  co_return std::unexpected(instead);
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
  core::Upstream& from = moment ? moment->reader() : *context.upstream;
  const auto backup = co_await begun_backup(context, exchange, from, *table, *name);
  if (!backup) co_return backup.error();
  if (!moment || context.backups->is_file()) {
    const auto copied = co_await copy_items(context, exchange, from, *backup);
    if (!copied) {
      static_cast<void>(context.backups->erase(backup->arn));
      co_return copied.error();
    }
  }
  if (moment) context.backups->keep(backup->arn, moment);
  if (auto kept = context.backups->complete(*backup); !kept)
    co_return std::unexpected(kept.error());
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
