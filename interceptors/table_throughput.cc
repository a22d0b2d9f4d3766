#include "interceptors/table_throughput.h"

#include <nlohmann/json.hpp>

#include "interceptors/table_name.h"
#include "interceptors/upstream_call.h"

namespace dynatape::interceptors {
namespace {

constexpr ByAccess<const char*> kCapacityUnits = {"ReadCapacityUnits", "WriteCapacityUnits"};
constexpr ByAccess<const char*> kMaxRequestUnits = {"MaxReadRequestUnits", "MaxWriteRequestUnits"};
constexpr ByAccess<const char*> kUnitsPerSecond = {"ReadUnitsPerSecond", "WriteUnitsPerSecond"};

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
  const auto table = answer.find("Table");
  if (table == answer.end() || !table->is_object()) return std::nullopt;
  const bool on_demand = is_on_demand(*table);
  TableThroughput throughput{rates_of(*table, on_demand, burst), {}};
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
    if (found != known_.end() && now < found->second.asked + kAge) {
      co_return found->second.throughput;
    }
  }
  co_return co_await anew(exchange, inner, std::move(table));
}

core::Task<std::shared_ptr<const TableThroughput>> TableThroughputs::anew(core::Exchange& exchange,
                                                                          Inner inner,
                                                                          std::string table) {
  const auto key = key_of(exchange.call(), table);
  PastRules behind(inner);
  const auto answer =
      co_await call_upstream(exchange, behind, "DescribeTable", {{"TableName", table}});
  if (!answer) co_return nullptr;
  const auto throughput = throughput_in(*answer, burst_);
  if (!throughput) co_return nullptr;
  auto shared = std::make_shared<const TableThroughput>(*throughput);
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(key, Known{shared, exchange.clock().now()});
  co_return shared;
}

void TableThroughputs::forget(const core::Call& call) {
  const std::lock_guard lock(mutex_);
  for (const std::string& table : call.tables()) known_.erase(key_of(call, table));
}

}  // namespace dynatape::interceptors
