// UpdateTimeToLive and DescribeTimeToLive for upstreams without them. The refusals are in the words
// of AWS (October 2026), as the emulator has them. What deletes the items is in expiry.cc.

#include "interceptors/time_to_live.h"

#include "interceptors/backup_shapes.h"
#include "interceptors/control_name.h"
#include "interceptors/parameters.h"
#include "interceptors/polyfill.h"

namespace dynatape::interceptors {
namespace {

/// No second change sooner than this, as documented.
constexpr std::chrono::hours kBetweenChanges{1};

constexpr auto kSubject = TableSettings::Subject::time_to_live;

constexpr TextLimits kTable = {.is_table = true};

core::Reply no_table(const core::Exchange& exchange, const std::string& name) {
  return exception(exchange, "ResourceNotFoundException",
                   "Requested resource not found: Table: " + name + " not found");
}

/// What is against the change, as a ValidationException says it; empty where nothing is.
std::string mistake_in(const TimeToLive& wanted, const TimeToLive& current) {
  if (current.enabled && wanted.attribute != current.attribute) {
    return "TimeToLive is active on a different AttributeName: current AttributeName is " +
           current.attribute;
  }
  if (wanted.enabled == current.enabled) {
    return wanted.enabled ? "TimeToLive is already enabled" : "TimeToLive is already disabled";
  }
  if (!current.attribute.empty() && current.is_changing(wanted.changed, kBetweenChanges)) {
    return "Time to live has been modified multiple times within a fixed interval";
  }
  return {};
}

std::unexpected<Answer> not_in(const core::Exchange& exchange, const std::string& state) {
  return refusal(exchange, "ValidationException",
                 "Cannot describe time to live while table is in " + state +
                     " state: Current table state is " + state);
}

/// What UpdateTimeToLive asks for.
Attempt<TimeToLive> asked_setting(const PolyfillContext& context, const core::Exchange& exchange) {
  Parameters parameters(exchange);
  TimeToLive wanted;
  const auto given = parameters.text("TableName", kTable);
  Parameters specification = parameters.inside("TimeToLiveSpecification", {.required = true});
  wanted.enabled = specification.flag("Enabled", {.required = true}).value_or(false);
  wanted.attribute =
      specification.text("AttributeName", {.required = true, .min = 1, .max = 255}).value_or("");
  parameters.take(std::move(specification));
  auto table = control_name(given, parameters, exchange);
  if (!table) return std::unexpected(table.error());
  wanted.table = *std::move(table);
  const std::string owner = context.owner_of(exchange);
  const auto slash = owner.rfind('/');
  wanted.account = owner.substr(0, slash);
  wanted.region = owner.substr(slash + 1);
  wanted.changed = exchange.clock().now();
  return wanted;
}

}  // namespace

ordered_json TimeToLive::document() const {
  return {{"table", table},         {"account", account},
          {"region", region},       {"enabled", enabled},
          {"attribute", attribute}, {"changed_us", changed.time_since_epoch().count()}};
}

TimeToLive TimeToLive::of(const ordered_json& document) {
  if (!document.is_object()) return {};
  return {document.value("table", ""),
          document.value("account", ""),
          document.value("region", ""),
          document.value("enabled", false),
          document.value("attribute", ""),
          core::TimePoint(core::Duration(document.value("changed_us", std::int64_t{0})))};
}

ordered_json time_to_live_description(const TimeToLive& setting, core::TimePoint now,
                                      core::Duration change_delay) {
  const bool changing = !setting.attribute.empty() && setting.is_changing(now, change_delay);
  if (!setting.enabled && !changing) return {{"TimeToLiveStatus", "DISABLED"}};
  const char* const to = setting.enabled ? (changing ? "ENABLING" : "ENABLED") : "DISABLING";
  return {{"AttributeName", setting.attribute}, {"TimeToLiveStatus", to}};
}

core::Task<Answer> describe_time_to_live(const PolyfillContext& context, core::Exchange& exchange) {
  Parameters parameters(exchange);
  const auto given = parameters.text("TableName", kTable);
  const auto name = control_name(given, parameters, exchange);
  if (!name) co_return name.error();
  const auto table =
      co_await describe_table_or(exchange, *context.upstream, *name, no_table(exchange, *name));
  if (!table) co_return table.error();
  const std::string state = table->value("TableStatus", "ACTIVE");
  if (state == "CREATING" || state == "DELETING") co_return not_in(exchange, state).error();
  const auto setting = TimeToLive::of(context.settings->get(kSubject, table_id(*table)));
  co_return success(
      {{"TimeToLiveDescription",
        time_to_live_description(setting, exchange.clock().now(), context.change_delay)}});
}

core::Task<Answer> update_time_to_live(const PolyfillContext& context, core::Exchange& exchange) {
  const auto wanted = asked_setting(context, exchange);
  if (!wanted) co_return wanted.error();
  const auto table = co_await describe_table_or(exchange, *context.upstream, wanted->table,
                                                no_table(exchange, wanted->table));
  if (!table) co_return table.error();
  const std::string state = table->value("TableStatus", "ACTIVE");
  if (state == "DELETING") co_return no_table(exchange, wanted->table);
  if (state == "CREATING") {
    co_return exception(exchange, "ResourceInUseException",
                        "Attempt to change a resource which is still in use: Table " +
                            wanted->table + " is being created");
  }
  const std::string id = table_id(*table);
  const auto current = TimeToLive::of(context.settings->get(kSubject, id));
  if (const std::string mistake = mistake_in(*wanted, current); !mistake.empty()) {
    co_return exception(exchange, "ValidationException", mistake);
  }
  if (auto kept = context.settings->set(kSubject, id, wanted->document()); !kept) {
    co_return std::unexpected(kept.error());
  }
  co_return success({{"TimeToLiveSpecification",
                      {{"AttributeName", wanted->attribute}, {"Enabled", wanted->enabled}}}});
}

}  // namespace dynatape::interceptors
