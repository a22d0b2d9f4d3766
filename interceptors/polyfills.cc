#include "interceptors/polyfills.h"

#include <algorithm>

#include "interceptors/backup_shapes.h"
#include "interceptors/recovery.h"

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
    {"ListBackups", list_backups},
    {"RestoreTableFromBackup", restore_from_backup},
    {"RestoreTableToPointInTime", restore_to_point_in_time},
};

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
    if (operation && operation->kind == core::OperationKind::control) {
      const auto row = std::ranges::find(kPolyfills, operation->name, &Row::operation);
      if (row != std::end(kPolyfills)) return offer(exchange, next, row->answer);
      if (operation->name == "UpdateContinuousBackups") return watch(exchange, next);
      if (operation->name == "DescribeTable" && context_.backups->has_restored()) {
        return tell_restored(exchange, next);
      }
    }
    if (context_.recovery->watches() && writes(operation)) return remember(exchange, next);
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
    if (!reply || reply->response.status != 200 || !context_.snapshots) co_return reply;
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

  /// Of a table that was restored here, where from.
  core::Task<Answer> tell_restored(core::Exchange& exchange, core::Next next) {
    auto reply = co_await next(exchange);
    if (!reply || reply->response.status != 200) co_return reply;
    auto body = ordered_json::parse(reply->response.body, nullptr, /*allow_exceptions=*/false);
    if (!body.is_object() || !body.contains("Table")) co_return reply;
    ordered_json& table = body["Table"];
    auto summary = context_.backups->restored(table_id(table));
    if (!summary || table.contains("RestoreSummary")) co_return reply;
    (*summary)["RestoreInProgress"] = table.value("TableStatus", "ACTIVE") == "CREATING";
    table["RestoreSummary"] = *std::move(summary);
    reply->response.body = success(body).response.body;
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
