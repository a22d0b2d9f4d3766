#include "interceptors/table_throughput.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "interceptors/table_name.h"
#include "interceptors/upstream_call.h"

namespace dynatape::interceptors {
namespace {

constexpr ByAccess<const char*> kCapacityUnits = {"ReadCapacityUnits", "WriteCapacityUnits"};
constexpr ByAccess<const char*> kMaxRequestUnits = {"MaxReadRequestUnits", "MaxWriteRequestUnits"};
constexpr ByAccess<const char*> kUnitsPerSecond = {"ReadUnitsPerSecond", "WriteUnitsPerSecond"};

/// Whose answers describe the table that they name.
constexpr std::string_view kTellers[] = {"CreateTable", "UpdateTable", "DescribeTable"};

/// `description[structure][name]`; 0 where there is none, or -1 for none.
std::int64_t units(const ordered_json& description, const char* structure, const char* name) {
  const auto found = description.find(structure);
  if (found == description.end() || !found->is_object()) return 0;
  const auto value = found->find(name);
  if (value == found->end() || !value->is_number_integer()) return 0;
  return std::max<std::int64_t>(value->get<std::int64_t>(), 0);
}

Rate on_demand_rate(const ordered_json& description, std::size_t access) {
  Rate rate{.limit = Limit::maximum, .on_demand = true, .burst = kOnDemandBurst};
  rate.most = units(description, "OnDemandThroughput", kMaxRequestUnits[access]);
  rate.at_once = std::max(kOnDemandStart[access],
                          units(description, "WarmThroughput", kUnitsPerSecond[access]));
  return rate;
}

/// Of a table, or of an index.
ByAccess<Rate> rates_of(const ordered_json& description, bool on_demand, core::Duration burst) {
  ByAccess<Rate> rates;
  for (std::size_t access = 0; access < rates.size(); ++access) {
    rates[access] =
        on_demand
            ? on_demand_rate(description, access)
            : Rate{.most = units(description, "ProvisionedThroughput", kCapacityUnits[access]),
                   .burst = burst};
  }
  return rates;
}

bool is_on_demand(const ordered_json& table) {
  const auto summary = table.find("BillingModeSummary");
  return summary != table.end() && summary->is_object() &&
         summary->value("BillingMode", ordered_json()) == "PAY_PER_REQUEST";
}

/// DynamoDB Local tells no id.
std::string incarnation_of(const ordered_json& table) {
  for (const char* const member : {"TableId", "CreationDateTime"}) {
    if (const auto found = table.find(member); found != table.end()) return found->dump();
  }
  return {};
}

/// What lies behind a rule, as an upstream.
class PastRules final : public core::Upstream {
 public:
  explicit PastRules(Inner inner) : inner_(inner) {}
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    return inner_.past_rules(exchange);
  }

 private:
  Inner inner_;
};

std::pair<std::string, std::string> key_of(const core::Call& call, const std::string& table) {
  return {call.identity().region, parse_table_name(table).name};
}

}  // namespace

std::optional<TableThroughput> throughput_in(const ordered_json& answer, core::Duration burst) {
  auto table = answer.find("Table");
  if (table == answer.end()) table = answer.find("TableDescription");
  if (table == answer.end() || !table->is_object()) return std::nullopt;
  const bool on_demand = is_on_demand(*table);
  TableThroughput throughput{rates_of(*table, on_demand, burst), {}};
  throughput.incarnation = incarnation_of(*table);
  throughput.changing = table->value("TableStatus", ordered_json()) == "UPDATING";
  const auto indexes = table->find("GlobalSecondaryIndexes");
  if (indexes == table->end() || !indexes->is_array()) return throughput;
  for (const ordered_json& index : *indexes) {
    if (!index.is_object() || !index.contains("IndexName")) continue;
    const ordered_json& name = index.at("IndexName");
    if (!name.is_string()) continue;
    throughput.indexes[name.get<std::string>()] = rates_of(index, on_demand, burst);
  }
  return throughput;
}

core::Task<std::shared_ptr<const TableThroughput>> TableThroughputs::of(core::Exchange& exchange,
                                                                        Inner inner,
                                                                        std::string table) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(key_of(exchange.call(), table));
    const core::TimePoint now = exchange.clock().now();
    if (found != known_.end() && now < found->second.until) {
      co_return found->second.throughput;
    }
  }
  co_return co_await anew(exchange, inner, std::move(table));
}

core::Task<std::shared_ptr<const TableThroughput>> TableThroughputs::anew(core::Exchange& exchange,
                                                                          Inner inner,
                                                                          std::string table) {
  PastRules behind(inner);
  const auto answer =
      co_await call_upstream(exchange, behind, "DescribeTable", {{"TableName", table}});
  if (!answer) co_return nullptr;
  auto throughput = throughput_in(*answer, burst_);
  if (!throughput) co_return nullptr;
  co_return keep(exchange, table, *std::move(throughput));
}

std::shared_ptr<const TableThroughput> TableThroughputs::keep(const core::Exchange& exchange,
                                                              const std::string& table,
                                                              TableThroughput throughput) {
  const core::Duration age = throughput.changing ? kAgeOfChange : kAge;
  auto shared = std::make_shared<const TableThroughput>(std::move(throughput));
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(key_of(exchange.call(), table),
                          Known{shared, exchange.clock().now() + age});
  return shared;
}

void TableThroughputs::learn(const core::Exchange& exchange,
                             const core::Result<core::Reply>& answer) {
  const core::Call& call = exchange.call();
  {
    const std::lock_guard lock(mutex_);
    for (const std::string& table : call.tables()) known_.erase(key_of(call, table));
  }
  const auto* const teller = std::ranges::find(kTellers, call.name());
  if (teller == std::end(kTellers) || call.tables().size() != 1) return;
  if (!answer || answer->response.status != 200) return;
  const auto body = ordered_json::parse(answer->response.body, nullptr, /*allow_exceptions=*/false);
  auto throughput = body.is_object() ? throughput_in(body, burst_) : std::nullopt;
  // While it is being changed, the answer may tell what it was set to before.
  if (throughput && !throughput->changing) {
    keep(exchange, call.tables().front(), *std::move(throughput));
  }
}

}  // namespace dynatape::interceptors
