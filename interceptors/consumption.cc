#include "interceptors/consumption.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "interceptors/rule.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kQuestion = "ReturnConsumedCapacity";
constexpr const char* kAnswer = "ConsumedCapacity";

std::string asked(const core::Call& call) {
  const auto found = call.params().find(kQuestion);
  const bool text = found != call.params().end() && found->is_string();
  return text ? found->get<std::string>() : "NONE";
}

MicroUnits units_in(const ordered_json& part) {
  const auto found = part.is_object() ? part.find("CapacityUnits") : part.end();
  if (found == part.end() || !found->is_number()) return 0;
  return std::llround(found->get<double>() * static_cast<double>(kUnit));
}

void add(const ordered_json& consumed, std::vector<ConsumedUnits>& units) {
  const auto name = consumed.is_object() ? consumed.find("TableName") : consumed.end();
  if (name == consumed.end() || !name->is_string()) return;
  const std::string table = parse_table_name(name->get<std::string>()).name;
  MicroUnits of_table = units_in(consumed);
  if (const auto indexes = consumed.find("GlobalSecondaryIndexes"); indexes != consumed.end()) {
    for (const auto& [index, part] : indexes->items()) {
      units.push_back({table, index, units_in(part)});
      of_table -= units.back().units;
    }
  }
  units.push_back({table, "", of_table});
}

/// As ReturnConsumedCapacity TOTAL has it.
void keep_total(ordered_json& consumed) {
  for (const char* detail : {"Table", "LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    consumed.erase(detail);
  }
}

}  // namespace

std::string asking_consumption(const core::Call& call) {
  json params = call.params();
  params[kQuestion] = "INDEXES";
  return core::dumped(params);
}

std::optional<Consumption> consumption_in(const core::Call& call, std::string_view answer) {
  auto body = ordered_json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains(kAnswer)) return std::nullopt;
  Consumption consumption;
  ordered_json& consumed = body[kAnswer];
  const std::string detail = asked(call);
  if (consumed.is_array()) {
    for (ordered_json& one : consumed) {
      add(one, consumption.units);
      keep_total(one);
    }
  } else {
    add(consumed, consumption.units);
    if (consumed.is_object()) keep_total(consumed);
  }
  if (detail == "INDEXES") {
    consumption.body = answer;
    return consumption;
  }
  if (detail != "TOTAL") body.erase(kAnswer);
  consumption.body = core::dumped(body);
  return consumption;
}

}  // namespace dynatape::interceptors
