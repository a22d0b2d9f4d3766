#include "interceptors/system_backup.h"

#include "interceptors/backup_making.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

constexpr std::chrono::days kKept{35};

/// Whether the table has recovery enabled at that moment.
core::Task<bool> is_recoverable(core::Exchange& exchange, core::Upstream& reader,
                                std::string table) {
  const auto told =
      co_await call_upstream(exchange, reader, "DescribeContinuousBackups", {{"TableName", table}});
  if (!told) co_return false;
  const auto described = told->value("ContinuousBackupsDescription", ordered_json::object())
                             .value("PointInTimeRecoveryDescription", ordered_json::object());
  co_return described.value("PointInTimeRecoveryStatus", "") == "ENABLED";
}

}  // namespace

core::Task<Answer> delete_table(const PolyfillContext& context, core::Exchange& exchange,
                                core::Next next) {
  const auto& named = exchange.call().tables();
  const std::string table = named.empty() ? "" : parse_table_name(named.front()).name;
  const auto before = context.snapshots->take(exchange);
  auto reply = co_await next(exchange);
  if (!reply || reply->response.status != 200 || !before) co_return reply;
  if (!co_await is_recoverable(exchange, before->reader(), table)) co_return reply;
  const auto backup = co_await make_backup(
      context, exchange, table,
      {.name = table + "$DeletedTableBackup", .type = "SYSTEM", .kept_for = kKept}, before);
  exchange.note("polyfills", backup ? "made the system backup " + backup->arn
                                    : "the system backup of " + table + " could not be made");
  co_return reply;
}

}  // namespace dynatape::interceptors
