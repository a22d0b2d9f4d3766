#include "interceptors/polyfills.h"

#include <algorithm>

#include "core/rewriting.h"
#include "interceptors/backup_shapes.h"
#include "interceptors/billing.h"
#include "interceptors/expiry.h"
#include "interceptors/recovery.h"
#include "interceptors/rewritten_call.h"
#include "interceptors/system_backup.h"
#include "interceptors/written_keys.h"
#include "interceptors/written_tables.h"

namespace dynatape::interceptors {
namespace {

struct Row {
  std::string_view operation;
  Polyfill answer;
};

constexpr Row kPolyfills[] = {
    {"CreateBackup", create_backup},
    {"DeleteBackup", delete_backup},
    {"DescribeBackup", describe_backup},
    {"DescribeContinuousBackups", describe_continuous_backups},
    {"DescribeTimeToLive", describe_time_to_live},
    {"ListBackups", list_backups},
    {"ListTagsOfResource", list_tags_of_resource},
    {"RestoreTableFromBackup", restore_from_backup},
    {"RestoreTableToPointInTime", restore_to_point_in_time},
    {"TagResource", tag_resource},
    {"UntagResource", untag_resource},
    {"UpdateContinuousBackups", update_continuous_backups},
    {"UpdateTimeToLive", update_time_to_live},
};

using Subject = TableSettings::Subject;

bool writes(const core::Operation* operation) {
  if (!operation) return false;
  return operation->kind == core::OperationKind::write ||
         operation->kind == core::OperationKind::statement;
}

class Polyfills final : public core::Interceptor {
 public:
  explicit Polyfills(PolyfillContext context) : context_(std::move(context)) {}

  [[nodiscard]] std::string_view name() const override { return "polyfills"; }

  [[nodiscard]] core::Task<Answer> handle(core::Exchange& exchange, core::Next next) override {
    const core::Operation* const operation = exchange.call().operation();
    if (context_.expiry->due(exchange.clock().now())) context_.expiry->start(exchange);
    if (operation && operation->kind == core::OperationKind::control) {
      if (operation->name == "UpdateContinuousBackups" && context_.snapshots) {
        return watch(exchange, next);
      }
      const auto row = std::ranges::find(kPolyfills, operation->name, &Row::operation);
      if (row != std::end(kPolyfills)) return offer(exchange, next, row->answer);
      if (operation->name == "DeleteTable") return remove(exchange, next);
      const bool changes = operation->name == "CreateTable" || operation->name == "UpdateTable";
      if (changes && !context_.snapshots && rewritable(exchange.call())) {
        return change(exchange, next);
      }
      const bool told =
          context_.settings->has(Subject::restored) || context_.settings->has(Subject::billing);
      if (operation->name == "DescribeTable" && told) return tell(exchange, next);
    }
    if (context_.recovery->watches() && writes(operation)) return remember(exchange, next);
    if (context_.written->any() && writes(operation) && !only_selects(exchange.call())) {
      return context_.written->write(exchange, context_.owner_of(exchange), next);
    }
    return next(exchange);
  }

 private:
  core::Task<Answer> offer(core::Exchange& exchange, core::Next next, Polyfill answer) {
    auto theirs = co_await next(exchange);
    if (!theirs || !lacks_operation(theirs->response)) co_return theirs;
    exchange.note("polyfills", "the upstream lacks " + std::string(exchange.call().name()));
    co_return co_await answer(context_, exchange);
  }

  /// Recovery that was just enabled reaches back to now.
  core::Task<Answer> watch(core::Exchange& exchange, core::Next next) {
    auto reply = co_await next(exchange);
    if (!reply || reply->response.status != 200) co_return reply;
    const std::string owner = context_.owner_of(exchange);
    context_.recovery->watch(owner, exchange.clock(),
                             [&] { return context_.snapshots->take(exchange); });
    co_return reply;
  }

  core::Task<Answer> remember(core::Exchange& exchange, core::Next next) {
    auto reply = co_await next(exchange);
    if (context_.snapshots) {
      context_.recovery->remember(context_.owner_of(exchange), exchange.clock(),
                                  [&] { return context_.snapshots->take(exchange); });
    }
    co_return reply;
  }

  /// A table may be protected here, and leave a backup.
  core::Task<Answer> remove(core::Exchange& exchange, core::Next next) {
    if (!context_.snapshots && context_.settings->has(Subject::billing)) {
      const auto& named = exchange.call().tables();
      const auto may = co_await may_delete(context_, exchange, named.empty() ? "" : named.front());
      if (!may) co_return may.error();
    }
    const bool leaves_backup = context_.snapshots || context_.written->any();
    auto reply =
        leaves_backup ? co_await delete_table(context_, exchange, next) : co_await next(exchange);
    if (context_.snapshots || !reply || reply->response.status != 200) co_return reply;
    const auto body = ordered_json::parse(reply->response.body, nullptr, false);
    if (!body.is_object() || !body.contains("TableDescription")) co_return reply;
    const auto gone = context_.settings->forget(table_id(body.at("TableDescription")));
    co_return gone ? std::move(reply) : std::unexpected(gone.error());
  }

  /// A table is made or changed also with what the upstream refuses or forgets.
  core::Task<Answer> change(core::Exchange& exchange, core::Next next) {
    const auto asked = ordered_json::parse(exchange.request().body, nullptr, false);
    auto reply = co_await change_table(
        context_, exchange, std::string(exchange.call().name()), asked,
        [&](const ordered_json& body) { return send(exchange, next, body, body == asked); });
    if (!reply || reply->response.status != 200 || !asked.contains("Tags")) co_return reply;
    const auto body = ordered_json::parse(reply->response.body, nullptr, false);
    const ordered_json& tags = asked.at("Tags");
    if (!body.is_object() || !tags.is_array() || tags.empty()) co_return reply;
    const auto id = table_id(body.value("TableDescription", ordered_json::object()));
    if (auto kept = context_.settings->set(Subject::tags, id, tags); !kept) {
      co_return std::unexpected(kept.error());
    }
    co_return reply;
  }

  static core::Task<Answer> send(core::Exchange& exchange, core::Next next, ordered_json body,
                                 bool as_it_came) {
    if (as_it_came) co_return co_await next(exchange);
    const core::Rewriting rewriting(exchange, body.dump());
    co_return co_await next(exchange);
  }

  /// Of a table that was restored here, where from; and what the upstream does not tell.
  core::Task<Answer> tell(core::Exchange& exchange, core::Next next) {
    auto reply = co_await next(exchange);
    if (!reply || reply->response.status != 200) co_return reply;
    auto body = ordered_json::parse(reply->response.body, nullptr, /*allow_exceptions=*/false);
    if (!body.is_object() || !body.contains("Table")) co_return reply;
    ordered_json& table = body["Table"];
    const ordered_json before = table;
    tell_billing(*context_.settings, table);
    auto summary = context_.settings->get(Subject::restored, table_id(table));
    if (summary.is_object() && !table.contains("RestoreSummary")) {
      summary["RestoreInProgress"] = table.value("TableStatus", "ACTIVE") == "CREATING";
      table["RestoreSummary"] = std::move(summary);
    }
    if (table != before) reply->response.body = success(body).response.body;
    co_return reply;
  }

  PolyfillContext context_;
};

}  // namespace

bool lacks_operation(const core::Response& response) {
  if (response.status == 501) return true;  // Not Implemented
  const std::string name = exception_name(response);
  if (name == "UnknownOperationException") return true;
  return name == "ValidationException" &&
         exception_message(response).starts_with("Dynatape's emulator does not implement ");
}

std::shared_ptr<core::Interceptor> make_polyfills(PolyfillContext context) {
  return std::make_shared<Polyfills>(std::move(context));
}

}  // namespace dynatape::interceptors
