// DescribeContinuousBackups and UpdateContinuousBackups for upstreams that can neither snapshot nor
// recover: recovery is off there, and stays off. That it were on would be a promise nobody keeps.

#include "interceptors/parameters.h"
#include "interceptors/polyfill.h"

namespace dynatape::interceptors {
namespace {

constexpr TextLimits kTable = {.required = true, .min = 1, .max = 1024};

core::Task<Answer> describe_off(const PolyfillContext& context, core::Exchange& exchange,
                                std::string table) {
  const auto there = co_await describe_table(exchange, *context.upstream, table);
  if (!there) co_return there.error();
  co_return success(
      {{"ContinuousBackupsDescription",
        {{"ContinuousBackupsStatus", "ENABLED"},
         {"PointInTimeRecoveryDescription", {{"PointInTimeRecoveryStatus", "DISABLED"}}}}}});
}

}  // namespace

core::Task<Answer> describe_continuous_backups(const PolyfillContext& context,
                                               core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto table = parameters.text("TableName", kTable);
  if (const auto problem = parameters.problem()) {
    co_return exception(exchange, problem->exception, problem->message);
  }
  co_return co_await describe_off(context, exchange, *table);
}

core::Task<Answer> update_continuous_backups(const PolyfillContext& context,
                                             core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto table = parameters.text("TableName", kTable);
  const auto recovery = parameters.structure("PointInTimeRecoverySpecification");
  if (const auto problem = parameters.problem()) {
    co_return exception(exchange, problem->exception, problem->message);
  }
  const ordered_json enabled =
      recovery ? recovery->value("PointInTimeRecoveryEnabled", ordered_json()) : ordered_json();
  if (!enabled.is_boolean()) {
    co_return exception(exchange, "ValidationException",
                        "1 validation error detected: Value null at "
                        "'pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled' failed to "
                        "satisfy constraint: Member must not be null");
  }
  if (enabled.get<bool>()) {
    co_return exception(exchange, "ContinuousBackupsUnavailableException",
                        "Dynatape cannot recover tables of this upstream to a point in time: it "
                        "takes no snapshots");
  }
  co_return co_await describe_off(context, exchange, *table);
}

}  // namespace dynatape::interceptors
