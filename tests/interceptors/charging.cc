#include "charging.h"

namespace dynatape::interceptors {

using nlohmann::json;

std::string capacity_rule(std::string_view options) {
  return R"({"rules":[{"name":"r","then":{"capacity":)" + std::string(options) + "}}]}";
}

core::Task<core::Result<core::Reply>> Charging::send(core::Exchange& exchange) {
  const json params = json::parse(exchange.request().body);
  core::Response response{200, {}, ""};
  if (exchange.call().name() == "DescribeTable") {
    ++described;
    response.status = description.is_null() ? 400 : 200;
    response.body = json{{"Table", description}}.dump();
  } else if (exchange.call().name().ends_with("Table")) {
    response.status = status;
    response.body = status == 200 ? json{{"TableDescription", description}}.dump() : error;
  } else {
    ++calls;
    got = params;
    asked = params.value("ReturnConsumedCapacity", "NONE");
    response.status = status;
    response.body = status == 200 ? success(params).dump() : error;
  }
  co_return core::Reply{std::move(response), core::Source::emulator, {}};
}

json Charging::consumed_by(const std::string& table, std::size_t entries) const {
  const double of_table = units * static_cast<double>(entries);
  const double of_index = index_units * static_cast<double>(entries);
  json consumed = {{"TableName", table},
                   {"CapacityUnits", of_table + of_index},
                   {"Table", {{"CapacityUnits", of_table}}}};
  if (of_index > 0) consumed["GlobalSecondaryIndexes"]["by-day"] = {{"CapacityUnits", of_index}};
  return consumed;
}

json Charging::success(const json& params) const {
  json body = {{"Attributes", {{"n", {{"N", "1"}}}}}};
  const bool says = asked == "INDEXES" && reports;
  if (params.contains("TableName") && says) {
    body["ConsumedCapacity"] = consumed_by(params.at("TableName").get<std::string>(), 1);
  }
  if (params.contains("Statement") && says) body["ConsumedCapacity"] = consumed_by("t", 1);
  for (const char* list : {"Statements", "TransactStatements", "TransactItems"}) {
    if (!params.contains(list)) continue;
    if (says) body["ConsumedCapacity"] = json::array({consumed_by("t", params.at(list).size())});
    body["Responses"] = json::array();
    for (const json& one : params.at(list)) {
      body["Responses"].push_back({{"Item", {{"said", {{"S", one.dump()}}}}}});
    }
  }
  if (!params.contains("RequestItems")) return body;
  for (const auto& [table, entries] : params.at("RequestItems").items()) {
    const std::size_t count = entries.is_array() ? entries.size() : entries.at("Keys").size();
    if (says) body["ConsumedCapacity"].push_back(consumed_by(table, count));
  }
  return body;
}

ChargingBench::ChargingBench(std::string_view options) : lab(capacity_rule(options)) {
  lab.pipeline.upstream = upstream;
}

int ChargingBench::passed(const CallSpec& spec, int most) {
  int count = 0;
  while (count < most && lab.call(spec).response.status != 400) ++count;
  return count;
}

json ChargingBench::error(const CallSpec& spec) {
  const core::Reply reply = lab.call(spec);
  CHECK(reply.source == core::Source::fault);
  return json::parse(reply.response.body);
}

std::string ChargingBench::throttled_as(const CallSpec& spec) {
  const json body = error(spec);
  const std::string type = body.at("__type").get<std::string>();
  const json& reasons = body.contains("ThrottlingReasons") ? body.at("ThrottlingReasons")
                                                           : body.at("throttlingReasons");
  return type.substr(type.find('#') + 1) + " " + reasons.at(0).at("reason").get<std::string>();
}

json ChargingBench::answer(const CallSpec& spec) {
  return json::parse(lab.call(spec).response.body);
}

std::string ChargingBench::why() const {
  return lab.rules->tallies().front().undelivered.begin()->first;
}

}  // namespace dynatape::interceptors
