#include "interceptors/backup_making.h"

#include <array>
#include <cstdio>

#include "core/digest.h"
#include "interceptors/backup_shapes.h"
#include "interceptors/billing.h"
#include "interceptors/time_to_live.h"

namespace dynatape::interceptors {
namespace {

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
                                         BackupOrder order) {
  auto described = co_await describe_table(exchange, from, table);
  if (!described) co_return std::unexpected(described.error());
  tell_billing(*context.settings, *described);
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
                .name = std::move(order.name),
                .type = std::move(order.type),
                .created = exchange.clock().now(),
                .table = *std::move(described),
                .time_to_live = {}};
  if (order.kept_for) backup.expires = backup.created + *order.kept_for;
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
  ScannedPages pages(exchange, from,
                     {{"TableName", backup.table_name()}, {"ConsistentRead", true}});
  for (;;) {
    const auto items = co_await pages.next();
    if (!items) co_return std::unexpected(items.error());
    if (!*items) co_return Attempt<void>();
    if ((*items)->empty()) continue;
    auto kept = context.backups->add_page(backup.arn, (*items)->dump());
    if (!kept) co_return cannot_keep(kept.error());
  }
}

}  // namespace

core::Task<Attempt<Backup>> make_backup(const PolyfillContext& context, core::Exchange& exchange,
                                        std::string table, BackupOrder order,
                                        std::shared_ptr<const core::Snapshot> moment) {
  core::Upstream& from = moment ? moment->reader() : *context.upstream;
  auto backup = co_await begun_backup(context, exchange, from, table, std::move(order));
  if (!backup) co_return backup;
  // A moment that lives as long as the process has the items already.
  if (!context.snapshots || context.backups->is_file()) {
    const auto copied = co_await copy_items(context, exchange, from, *backup);
    if (!copied) {
      static_cast<void>(context.backups->erase(backup->arn));
      co_return std::unexpected(copied.error());
    }
  }
  if (context.snapshots) context.backups->keep(backup->arn, moment);
  if (auto kept = context.backups->complete(*backup); !kept) co_return cannot_keep(kept.error());
  co_return backup;
}

}  // namespace dynatape::interceptors
