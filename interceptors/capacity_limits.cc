#include "interceptors/capacity_limits.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cassettes/implied_item.h"
#include "core/json.h"
#include "interceptors/predicate.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;
using Scope = CapacityLimits::Scope;

constexpr std::string_view kScopes[] = {"table", "index", "partition", "account"};
constexpr ByAccess<const char*> kAccesses = {"read", "write"};

std::string_view name_of(Scope scope) { return kScopes[static_cast<std::size_t>(scope)]; }

/// What tells the partitions apart that the part is about; none where it does not name them.
std::set<std::string> partitions_of(const Part& part, const std::string& partition_key) {
  std::set<std::string> partitions;
  const auto add = [&](const json& attribute) {
    if (const auto value = value_of(attribute)) partitions.insert(lookup_text(*value));
  };
  const json* const one = part.attributes ? core::member(*part.attributes, partition_key) : nullptr;
  if (one) add(*one);
  if (one || !part.implied) return partitions;
  const auto several = part.implied->among.find(partition_key);
  if (several != part.implied->among.end()) std::ranges::for_each(several->second, add);
  return partitions;
}

Draw draw(Resource resource, const Part& part, const Rate& rate) {
  Draw draw{std::move(resource), part.access, rate, part.least, part.expected};
  if (part.access == Access::write && !draw.resource.index.empty()) {
    // What an index stores of an item is not known; a transaction costs it no more than a write.
    draw.least = draw.reserve = kUnit;
  }
  return draw;
}

/// What a part takes from its table, or from the global indexes that it reads or writes.
std::vector<Draw> draws_as_set(const Part& part, const Resource& table, const std::string& index,
                               const TableThroughput& set) {
  std::vector<Draw> draws;
  const bool reads_index = part.access == Access::read && set.indexes.contains(part.index);
  if (index.empty() && !reads_index) {
    draws.push_back(draw(table, part, set.table[place(part.access)]));
  }
  for (const auto& [name, rates] : set.indexes) {
    if (!index.empty() && name != index) continue;
    if (part.access == Access::read && name != part.index) continue;
    Resource of_index = table;
    of_index.index = name;
    draws.push_back(draw(std::move(of_index), part, rates[place(part.access)]));
  }
  return draws;
}

/// One from each partition that the part is about.
std::vector<Draw> draws_of_partitions(const Part& part, Resource resource,
                                      const std::string& partition_key, const Rate& rate) {
  std::vector<Draw> draws;
  for (const std::string& partition : partitions_of(part, partition_key)) {
    resource.partition = partition;
    draws.push_back(draw(resource, part, rate));
  }
  return draws;
}

}  // namespace

std::string CapacityLimits::describe() const {
  if (as_set) {
    return "throttles above what " +
           (index.empty() ? "each table and its global indexes are"
                          : "the index " + index + " is") +
           " set to";
  }
  const std::string each = "each " + std::string(name_of(scope));
  std::string text;
  bool grows = false;
  for (std::size_t access = 0; access < rates.size(); ++access) {
    const Rate& rate = rates[access];
    grows = grows || rate.at_once != 0;
    if (rate.most == 0) continue;
    text += std::string(" ") + kAccesses[access] + "s above " + std::to_string(rate.most) + "/s";
  }
  if (!text.empty()) text += " of " + each;
  if (grows) text += (text.empty() ? " above what " : ", or above what ") + each + " has grown to";
  return "throttles" + text;
}

std::vector<Draw> CapacityLimits::draws_of(const Part& part, const std::string& region,
                                           const TableThroughput* set) const {
  const Rate& rate = rates[place(part.access)];
  if (part.table.empty() || (!as_set && !rate.limits())) return {};
  Resource resource{region, parse_table_name(part.table).name, "", "", ""};
  if (as_set) {
    std::vector<Draw> draws;
    if (set) resource.incarnation = set->incarnation;
    if (set) draws = draws_as_set(part, resource, index, *set);
    std::erase_if(draws, [](const Draw& one) { return !one.rate.limits(); });
    return draws;
  }
  switch (scope) {
    case Scope::account:
      resource = {};
      break;
    case Scope::index:
      if (part.access == Access::read && part.index != index) return {};
      resource.index = index;
      break;
    case Scope::partition:
      resource.index = part.index;
      return draws_of_partitions(part, resource, partition_key, rate);
    case Scope::table:
      break;
  }
  return {draw(std::move(resource), part, rate)};
}

namespace {

Scope read_scope(const JsonField& options) {
  const auto of = options.member("of");
  if (!of) return Scope::table;
  const auto found = std::ranges::find(kScopes, of->choice(kScopes, "what is limited"));
  return found == std::end(kScopes) ? Scope::table : static_cast<Scope>(found - kScopes);
}

/// A member that one scope needs and no other takes.
std::string read_for(const JsonField& options, const char* member, Scope scope, Scope wanted) {
  const auto field = options.member(member);
  const std::string of(name_of(wanted));
  if (field && scope != wanted) field->mistake("only a limit of " + of + " takes it");
  if (!field && scope == wanted) {
    options.mistake("a limit of " + of + " needs \"" + member + "\"");
  }
  return field ? field->text() : "";
}

/// Units per second of reads and writes; 0 where they are not given.
ByAccess<std::int64_t> read_rates(const JsonField& options, Scope scope) {
  constexpr std::uint64_t kMostPerSecond = 1'000'000;
  ByAccess<std::int64_t> rates{};
  if (scope == Scope::partition) rates = {3000, 1000};
  for (std::size_t access = 0; access < rates.size(); ++access) {
    const auto field = options.member(kAccesses[access]);
    if (field) rates[access] = static_cast<std::int64_t>(field->count(1, kMostPerSecond));
  }
  return rates;
}

Limit limit_of(Scope scope, bool on_demand) {
  if (scope == Scope::account) return Limit::account;
  if (scope == Scope::partition) return Limit::partition;
  return on_demand ? Limit::maximum : Limit::provisioned;
}

}  // namespace

CapacityLimits read_capacity_limits(const JsonField& options) {
  static constexpr std::string_view kBillings[] = {"provisioned", "on_demand"};
  options.must_be_object();
  CapacityLimits limits;
  limits.scope = read_scope(options);
  const bool whole = limits.scope == Scope::table || limits.scope == Scope::index;
  const ByAccess<std::int64_t> rates = read_rates(options, limits.scope);
  const auto billing = options.member("billing");
  const bool on_demand =
      billing && billing->choice(kBillings, "how the table is billed") == "on_demand";
  if (rates == ByAccess<std::int64_t>{} && !(whole && on_demand)) {
    limits.as_set = whole && !billing;
    if (!limits.as_set) options.mistake("it needs read or write, in units per second");
  }
  if (on_demand && whole) limits.burst = kOnDemandBurst;
  if (const auto burst = options.member("burst")) {
    limits.burst = burst->duration();
    if (limits.burst < std::chrono::seconds(1)) burst->must_be("at least 1s");
  }
  for (std::size_t access = 0; access < rates.size() && !limits.as_set; ++access) {
    limits.rates[access] = {.most = rates[access],
                            .limit = limit_of(limits.scope, on_demand),
                            .on_demand = on_demand,
                            .at_once = on_demand && whole ? kOnDemandStart[access] : 0,
                            .burst = limits.burst};
  }
  limits.index = read_for(options, "index", limits.scope, Scope::index);
  limits.partition_key = read_for(options, "partition_key", limits.scope, Scope::partition);
  return limits;
}

}  // namespace dynatape::interceptors
