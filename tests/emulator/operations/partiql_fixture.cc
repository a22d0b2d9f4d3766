#include "tests/emulator/operations/partiql_fixture.h"

#include <catch2/catch.hpp>

namespace dynatape::emulator {
namespace {

using json = nlohmann::json;

json key(const std::vector<std::pair<std::string, std::string>>& attributes) {
  json schema = json::array();
  for (const auto& [name, type] : attributes) {
    schema.push_back({{"AttributeName", name}, {"KeyType", type}});
  }
  return schema;
}

json index(const std::string& name, const std::string& hash, const std::string& range,
           const std::string& projection) {
  std::vector<std::pair<std::string, std::string>> attributes = {{hash, "HASH"}};
  if (!range.empty()) attributes.emplace_back(range, "RANGE");
  json projected = {{"ProjectionType", projection}};
  if (projection == "INCLUDE") projected["NonKeyAttributes"] = {"projattr"};
  return {{"IndexName", name}, {"KeySchema", key(attributes)}, {"Projection", projected}};
}

json definitions(const std::vector<std::string>& names) {
  json all = json::array();
  for (const std::string& name : names) {
    all.push_back({{"AttributeName", name}, {"AttributeType", "S"}});
  }
  return all;
}

}  // namespace

PartiqlFixture::PartiqlFixture() {
  const auto create = [&](const json& table) {
    json request = table;
    request["BillingMode"] = "PAY_PER_REQUEST";
    REQUIRE(call("CreateTable", request)["status"] == 200);
  };
  create({{"TableName", "hash"},
          {"AttributeDefinitions", definitions({"pk"})},
          {"KeySchema", key({{"pk", "HASH"}})}});
  create({{"TableName", "composite"},
          {"AttributeDefinitions", definitions({"pk", "sk"})},
          {"KeySchema", key({{"pk", "HASH"}, {"sk", "RANGE"}})}});
  create({{"TableName", "indexed"},
          {"AttributeDefinitions",
           definitions({"pk", "sk", "gsiPk", "gsiPk2", "lsiSk", "lsiSk2", "lsiSk3"})},
          {"KeySchema", key({{"pk", "HASH"}, {"sk", "RANGE"}})},
          {"GlobalSecondaryIndexes",
           {index("gsi-all", "gsiPk", "", "ALL"), index("gsi-inc", "gsiPk2", "", "INCLUDE"),
            index("gsi-keys", "gsiPk2", "", "KEYS_ONLY")}},
          {"LocalSecondaryIndexes",
           {index("lsi-all", "pk", "lsiSk", "ALL"), index("lsi-inc", "pk", "lsiSk3", "INCLUDE"),
            index("lsi-keys", "pk", "lsiSk2", "KEYS_ONLY")}}});
}

json PartiqlFixture::call(std::string_view operation, const json& request) {
  const Answer answer = emulator_.handle(operation, request.dump(), {"account", "us-east-1", now_});
  json body = json::parse(answer.body);
  body["status"] = answer.status;
  return body;
}

json PartiqlFixture::run(const std::string& statement, Parameters parameters, json more) {
  more["Statement"] = statement;
  if (!parameters.empty()) more["Parameters"] = std::move(parameters);
  return call("ExecuteStatement", more);
}

json PartiqlFixture::items(const std::string& statement, Parameters parameters, json more) {
  const json answer = run(statement, std::move(parameters), std::move(more));
  INFO(statement << '\n' << answer.dump());
  REQUIRE(answer["status"] == 200);
  return answer["Items"];
}

std::string PartiqlFixture::refusal(const std::string& statement, Parameters parameters,
                                    json more) {
  return refusal_in(run(statement, std::move(parameters), std::move(more)));
}

json PartiqlFixture::column(const std::string& statement, const std::string& attribute) {
  json values = json::array();
  for (const json& item : items(statement)) values.push_back(item.at(attribute).begin().value());
  return values;
}

void PartiqlFixture::put(const std::string& table, const json& item) {
  REQUIRE(call("PutItem", {{"TableName", table}, {"Item", item}})["status"] == 200);
}

json PartiqlFixture::get(const std::string& table, const json& item_key) {
  return call("GetItem", {{"TableName", table}, {"Key", item_key}}).value("Item", json(nullptr));
}

std::string refusal_in(const json& answer) {
  if (answer["status"] == 200) return "200";
  const std::string type = answer.value("__type", std::string());
  return type.substr(type.find('#') + 1) + ": " +
         answer.value("message", answer.value("Message", std::string()));
}

}  // namespace dynatape::emulator
