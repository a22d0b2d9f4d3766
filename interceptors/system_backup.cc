#include "interceptors/system_backup.h"

#include "interceptors/backup_making.h"
#include "interceptors/table_name.h"
#include "interceptors/written_tables.h"

namespace dynatape::interceptors {
namespace {

constexpr std::chrono::days kKept{35};

core::Task<void> back_up(const PolyfillContext& context, core::Exchange& exchange,
                         std::string table, std::shared_ptr<const core::Snapshot> last) {
  const auto backup = co_await make_backup(
      context, exchange, table,
      {.name = table + "$DeletedTableBackup", .type = "SYSTEM", .kept_for = kKept}, last);
  exchange.note("polyfills", backup ? "made the system backup " + backup->arn
                                    : "the system backup of " + table + " could not be made");
}

/// The same where the upstream cannot snapshot.
core::Task<Answer> delete_written(const PolyfillContext& context, core::Exchange& exchange,
                                  core::Next next, Recoverable table) {
  const auto last = co_await context.written->last(exchange, table);
  if (!last) co_return last.error();
  auto reply = co_await next(exchange);
  if (!reply || reply->response.status != 200) co_return reply;
  co_await back_up(context, exchange, table.table, last->moment);
  if (auto off = context.written->disable(table.logged.id); !off) {
    co_return std::unexpected(off.error());
  }
  co_return reply;
}

}  // namespace

core::Task<Answer> delete_table(const PolyfillContext& context, core::Exchange& exchange,
                                core::Next next) {
  const auto& named = exchange.call().tables();
  const std::string table = named.empty() ? "" : parse_table_name(named.front()).name;
  if (!context.snapshots) {
    auto written = context.written->find(context.owner_of(exchange), table);
    if (!written) co_return co_await next(exchange);
    co_return co_await delete_written(context, exchange, next, *std::move(written));
  }
  const auto before = context.snapshots->take(exchange);
  auto reply = co_await next(exchange);
  if (!reply || reply->response.status != 200 || !before) co_return reply;
  const auto told = co_await describe_recovery(exchange, before->reader(), table);
  if (told && told->value("PointInTimeRecoveryStatus", "") == "ENABLED") {
    co_await back_up(context, exchange, table, before);
  }
  co_return reply;
}

}  // namespace dynatape::interceptors
