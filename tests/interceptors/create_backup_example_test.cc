// The example of an interceptor in C++, as docs/hooks.md tells to use it.

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "examples/hooks/create_backup.h"
#include "interceptors/json_field.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// Tables of string keys; one item a page.
class Tables final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    co_return core::Reply{{200, {}, answer(exchange.call()).dump()}, core::Source::emulator, {}};
  }

  std::map<std::string, std::map<std::string, json>> tables;

 private:
  json answer(const core::Call& call) {
    const json& params = call.params();
    auto& items = tables[params.value("TableName", "")];
    if (call.name() == "PutItem")
      items[params["Item"]["id"]["S"].get<std::string>()] = params["Item"];
    if (call.name() == "DescribeTable") {
      return {{"Table", {{"TableArn", "arn:t"}, {"KeySchema", {}}, {"AttributeDefinitions", {}}}}};
    }
    if (call.name() != "Scan") return json::object();
    const json start = params.value("ExclusiveStartKey", json{{"id", {{"S", ""}}}});
    const auto after = start["id"]["S"].get<std::string>();
    const auto next = items.upper_bound(after);
    if (next == items.end()) return {{"Items", json::array()}};
    return {{"Items", {next->second}}, {"LastEvaluatedKey", {{"id", next->second["id"]}}}};
  }
};

}  // namespace

TEST_CASE("example: an interceptor in one file backs up and restores") {
  std::string mistake;
  const json options = json::object();
  std::vector<Rule> rules(1);
  rules[0].name = "backups";
  rules[0].then = make_create_backup(JsonField(options, "", mistake));
  Lab lab(make_rules_interceptor(std::make_shared<const RuleSet>(std::move(rules), std::nullopt,
                                                                 TableKeys{}, ForCassettes{})));
  const auto upstream = std::make_shared<Tables>();
  lab.pipeline.upstream = upstream;
  for (const char* const id : {"a", "b", "c"})
    upstream->tables["notes"][id] = {{"id", {{"S", id}}}};
  const auto call = [&](const std::string& operation, const json& params) {
    return json::parse(lab.call({operation, params.dump()}).response.body);
  };
  const auto arn = call("CreateBackup", {{"TableName", "notes"}, {"BackupName", "b"}})
                       .at("BackupDetails")
                       .at("BackupArn")
                       .get<std::string>();
  const auto before = upstream->tables["notes"];
  upstream->tables["notes"].clear();
  call("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", arn}});
  CHECK(upstream->tables["again"] == before);
  CHECK(call("RestoreTableFromBackup",
             {{"TargetTableName", "no"}, {"BackupArn", "x"}})["message"] == "Backup not found: x");
}

}  // namespace dynatape::interceptors
