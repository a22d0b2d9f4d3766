#include "interceptors/billing.h"

#include "polyfill_lab.h"

namespace dynatape::interceptors {
namespace {

const json kTable = {{"TableName", "new"},
                     {"BillingMode", "PAY_PER_REQUEST"},
                     {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                     {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}}};
const json kNew = {{"TableName", "new"}};

json with(json params, const json& more) {
  params.update(more);
  return params;
}

/// What DescribeTable says, of the members that billing is about.
json told(PolyfillLab& it) {
  const json table = it.call("DescribeTable", kNew).at("Table");
  json found;
  for (const char* const name :
       {"BillingModeSummary", "OnDemandThroughput", "WarmThroughput", "TableClassSummary"}) {
    if (table.contains(name)) found[name] = table.at(name);
  }
  found["units"] = table.at("ProvisionedThroughput").at("ReadCapacityUnits");
  return found;
}

const json kOnDemand = {{"BillingMode", "PAY_PER_REQUEST"},
                        {"LastUpdateToPayPerRequestDateTime", 1700000000.0}};

}  // namespace

TEST_CASE("billing: what an upstream forgets is told as the service tells it") {
  PolyfillLab it;
  const json limits = {{"MaxReadRequestUnits", 7}};
  const json warm = {{"ReadUnitsPerSecond", 13000}, {"WriteUnitsPerSecond", 5000}};
  const json made =
      it.call("CreateTable", with(kTable, {{"OnDemandThroughput", limits},
                                           {"WarmThroughput", warm},
                                           {"TableClass", "STANDARD_INFREQUENT_ACCESS"}}));
  CHECK(made["TableDescription"]["BillingModeSummary"] == kOnDemand);
  CHECK(told(it) == json{{"BillingModeSummary", kOnDemand},
                         {"OnDemandThroughput", limits},
                         {"WarmThroughput", with(warm, {{"Status", "ACTIVE"}})},
                         {"TableClassSummary", {{"TableClass", "STANDARD_INFREQUENT_ACCESS"}}},
                         {"units", 0}});
  // The table of another id has none of it.
  CHECK(
      !it.call("DescribeTable", {{"TableName", "notes"}})["Table"].contains("BillingModeSummary"));
}

TEST_CASE("billing: a table may become provisioned and on-demand again") {
  PolyfillLab it;
  it.call("CreateTable", kTable);
  it.lab.clock.advance(std::chrono::seconds(10));
  const json units = {{"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 6}};
  it.call("UpdateTable",
          with(kNew, {{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units}}));
  CHECK(told(it) == json{{"BillingModeSummary", with(kOnDemand, {{"BillingMode", "PROVISIONED"}})},
                         {"units", 5}});
  // This upstream finds nothing in it that it could change.
  const json changed = it.call("UpdateTable", with(kNew, {{"BillingMode", "PAY_PER_REQUEST"}}));
  CHECK(it.status == 200);
  const json since = with(kOnDemand, {{"LastUpdateToPayPerRequestDateTime", 1700000010.0}});
  CHECK(changed["TableDescription"]["BillingModeSummary"] == since);
  CHECK(told(it) == json{{"BillingModeSummary", since}, {"units", 0}});
}

TEST_CASE("billing: an upstream that wants capacity gets some, and nobody sees it") {
  PolyfillLab it;
  it.endpoint->wants_capacity = true;
  it.call("CreateTable", with(kTable, {{"TableClass", "STANDARD"}}));
  REQUIRE(it.status == 200);
  CHECK(it.endpoint->created["ProvisionedThroughput"] ==
        json{{"ReadCapacityUnits", 12000}, {"WriteCapacityUnits", 4000}});
  CHECK(!it.endpoint->created.contains("BillingMode"));
  CHECK(!it.endpoint->created.contains("TableClass"));
  CHECK(it.lab.notes ==
        std::vector<core::Note>{
            {"polyfills", "the upstream was not asked for BillingMode, TableClass"}});
  CHECK(told(it)["units"] == 0);
}

TEST_CASE("deletion protection: an upstream that forgets it deletes no protected table") {
  PolyfillLab it;
  const std::string refused =
      "ValidationException: Resource cannot be deleted as it is currently protected against "
      "deletion. Disable deletion protection first.";
  const auto protection = [&] {
    return it.call("DescribeTable", kNew)["Table"].value("DeletionProtectionEnabled", json());
  };
  const json made = it.call("CreateTable", with(kTable, {{"DeletionProtectionEnabled", true}}));
  CHECK(made["TableDescription"]["DeletionProtectionEnabled"] == true);
  CHECK(protection() == true);
  CHECK(it.refused("DeleteTable", kNew) == refused);
  CHECK(it.refused("DeleteTable",
                   {{"TableName", "arn:aws:dynamodb:ddblocal:000000000000:table/new"}}) == refused);
  CHECK(it.endpoint->tables.contains("new"));
  // This upstream finds nothing in it that it could change.
  const json off = it.call("UpdateTable", with(kNew, {{"DeletionProtectionEnabled", false}}));
  CHECK(it.status == 200);
  CHECK(off["TableDescription"]["DeletionProtectionEnabled"] == false);
  CHECK(protection() == false);
  it.call("UpdateTable", with(kNew, {{"DeletionProtectionEnabled", true}}));
  CHECK(it.refused("DeleteTable", kNew) == refused);
  CHECK(it.call("DeleteTable", {{"TableName", "notes"}}).contains("TableDescription"));
  it.call("UpdateTable", with(kNew, {{"DeletionProtectionEnabled", false}}));
  it.call("DeleteTable", kNew);
  CHECK(it.status == 200);
  CHECK(!it.endpoint->tables.contains("new"));
}

TEST_CASE("deletion protection: a table made anew under the name has none") {
  PolyfillLab it;
  it.call("CreateTable", with(kTable, {{"DeletionProtectionEnabled", true}}));
  it.endpoint->tables.erase("new");  // past the proxy
  ++it.endpoint->deleted["new"];
  it.call("CreateTable", kTable);
  CHECK(!it.call("DescribeTable", kNew)["Table"].contains("DeletionProtectionEnabled"));
  it.call("DeleteTable", kNew);
  CHECK(it.status == 200);
}

TEST_CASE("deletion protection: an upstream that knows it decides itself") {
  PolyfillLab it;
  it.endpoint->tells = {{"DeletionProtectionEnabled", true}};
  it.call("CreateTable", with(kTable, {{"DeletionProtectionEnabled", true}}));
  CHECK(it.endpoint->created["DeletionProtectionEnabled"] == true);
  // Somebody else has taken it away since.
  it.endpoint->tells = {{"DeletionProtectionEnabled", false}};
  CHECK(it.call("DescribeTable", kNew)["Table"]["DeletionProtectionEnabled"] == false);
  it.call("DeleteTable", kNew);
  CHECK(it.status == 200);
}

TEST_CASE("deletion protection: once the upstream tells it, what was kept does not count") {
  PolyfillLab it;
  it.call("CreateTable", with(kTable, {{"DeletionProtectionEnabled", true}}));
  it.endpoint->tells = {{"DeletionProtectionEnabled", false}};
  it.call("DeleteTable", kNew);
  CHECK(it.status == 200);
}

TEST_CASE("deletion protection: an upstream that refuses the member is asked without") {
  PolyfillLab it;
  it.endpoint->refuses = {"ValidationException", "Unknown parameter: DeletionProtectionEnabled"};
  it.endpoint->refuses_once = true;
  it.call("CreateTable", with(kTable, {{"DeletionProtectionEnabled", true}}));
  REQUIRE(it.status == 200);
  CHECK(!it.endpoint->created.contains("DeletionProtectionEnabled"));
  CHECK(it.call("DescribeTable", kNew)["Table"]["DeletionProtectionEnabled"] == true);
}

TEST_CASE("billing: a refusal that has another reason stands") {
  PolyfillLab it;
  const auto refused_with = [&](const std::string& type, const std::string& message,
                                const json& params) {
    it.endpoint->refuses = {type, message};
    const std::size_t before = it.endpoint->calls.size();
    CHECK(it.refused("CreateTable", params) == type + ": " + message);
    CHECK(it.endpoint->calls.size() == before + 1);
  };
  const std::string invalid = "ValidationException";
  refused_with(invalid, "No provisioned throughput specified for the table",
               with(kTable, {{"BillingMode", "PROVISIONED"}}));
  refused_with(invalid,
               "One or more parameter values were invalid: Neither ReadCapacityUnits nor "
               "WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
               with(kTable, {{"ProvisionedThroughput", {{"ReadCapacityUnits", 1}}}}));
  refused_with(invalid,
               "1 validation error detected: Value '0' at 'onDemandThroughput' failed to satisfy "
               "constraint: Member must not be null",
               with(kTable, {{"OnDemandThroughput", json::object()}}));
  refused_with("LimitExceededException", "no provisioned throughput is left", kTable);
}

TEST_CASE("billing: a member that the upstream says it does not know is left out") {
  PolyfillLab it;
  it.endpoint->refuses = {"ValidationException", "Unknown parameter: TableClass"};
  it.endpoint->refuses_once = true;
  it.call("CreateTable", with(kTable, {{"TableClass", "STANDARD"}}));
  REQUIRE(it.status == 200);
  CHECK(!it.endpoint->created.contains("TableClass"));
  CHECK(told(it)["TableClassSummary"] == json{{"TableClass", "STANDARD"}});
}

TEST_CASE("billing: a table that is restored from a backup is billed as its source") {
  PolyfillLab it;
  it.endpoint->wants_capacity = true;
  it.call("CreateTable", kTable);
  const json made = it.call("CreateBackup", {{"TableName", "new"}, {"BackupName", "first"}});
  const json& arn = made["BackupDetails"]["BackupArn"];
  CHECK(it.call("DescribeBackup",
                {{"BackupArn", arn}})["BackupDescription"]["SourceTableDetails"]["BillingMode"] ==
        "PAY_PER_REQUEST");
  it.call("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", arn}});
  CHECK(it.call("DescribeTable", {{"TableName", "again"}})["Table"]["BillingModeSummary"] ==
        kOnDemand);
}

TEST_CASE("billing: what the upstream tells itself is left as it is") {
  ordered_json table = {{"TableId", "x"},
                        {"BillingModeSummary", {{"BillingMode", "PROVISIONED"}}},
                        {"TableClassSummary", {{"TableClass", "STANDARD"}}},
                        {"OnDemandThroughput", {{"MaxReadRequestUnits", 1}}},
                        {"WarmThroughput", {{"ReadUnitsPerSecond", 1}}},
                        {"DeletionProtectionEnabled", false},
                        {"ProvisionedThroughput", {{"ReadCapacityUnits", 5}}}};
  const auto settings = *TableSettings::open(*PolyfillFile::open(""));
  REQUIRE(settings->set(TableSettings::Subject::billing, "x",
                        {{"BillingMode", "PAY_PER_REQUEST"},
                         {"since", 1},
                         {"TableClass", "STANDARD_INFREQUENT_ACCESS"},
                         {"OnDemandThroughput", {{"MaxReadRequestUnits", 2}}},
                         {"WarmThroughput", {{"ReadUnitsPerSecond", 2}}},
                         {"DeletionProtectionEnabled", true}}));
  const ordered_json before = table;
  tell_billing(*settings, table);
  CHECK(table == before);
}

TEST_CASE("billing: limits of indexes are kept, too") {
  PolyfillLab it;
  core::Exchange exchange(1, CallSpec{"UpdateTable"}.request(), it.lab.loop, it.lab.clock);
  const json limits = {{"MaxWriteRequestUnits", 9}};
  const ordered_json asked = {
      {"TableName", "t"},
      {"GlobalSecondaryIndexUpdates",
       {{{"Update", {{"IndexName", "by-x"}, {"OnDemandThroughput", limits}}}}}}};
  const ordered_json answer = {
      {"TableDescription",
       {{"TableId", "t"},
        {"GlobalSecondaryIndexes", {{{"IndexName", "by-x"}}, {{"IndexName", "y"}}}}}}};
  const auto done = core::run_to_end(
      change_table(it.context, exchange, "UpdateTable", asked,
                   [&](const ordered_json&) -> core::Task<Answer> { co_return success(answer); }));
  REQUIRE((done && *done));
  const json body = json::parse((*done)->response.body);
  CHECK(
      body["TableDescription"]["GlobalSecondaryIndexes"] ==
      json::array({{{"IndexName", "by-x"}, {"OnDemandThroughput", limits}}, {{"IndexName", "y"}}}));
}

TEST_CASE("billing: the indexes of a table on demand have no capacity either") {
  PolyfillLab it;
  const json units = {{"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 6}};
  const json index = {{"IndexName", "by-x"},
                      {"KeySchema", {{{"AttributeName", "x"}, {"KeyType", "HASH"}}}}};
  it.endpoint->tells["GlobalSecondaryIndexes"] =
      json::array({with(index, {{"ProvisionedThroughput", units}})});
  it.endpoint->wants_capacity = true;
  it.call("CreateTable", with(kTable, {{"GlobalSecondaryIndexes", json::array({index})}}));
  CHECK(it.endpoint->created["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] ==
        json{{"ReadCapacityUnits", 12000}, {"WriteCapacityUnits", 4000}});
  CHECK(it.call("DescribeTable",
                kNew)["Table"]["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] ==
        json{{"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 0}});
}

TEST_CASE("billing: a table may become provisioned with the capacity that the upstream gave it") {
  PolyfillLab it;
  const std::string no_change = "The provisioned throughput for the table will not change.";
  const json provisioned = with(
      kNew, {{"BillingMode", "PROVISIONED"},
             {"ProvisionedThroughput", {{"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 6}}}});
  it.call("CreateTable", kTable);
  it.endpoint->refusals["UpdateTable"] = exception_of("ValidationException", no_change);
  it.call("UpdateTable", provisioned);
  CHECK(it.status == 200);
  CHECK(told(it)["BillingModeSummary"]["BillingMode"] == "PROVISIONED");
  // Now it is that already, as the upstream says.
  CHECK(it.refused("UpdateTable", provisioned) == "ValidationException: " + no_change);
}

TEST_CASE("billing: definitions alone change nothing") {
  PolyfillLab it;
  it.call("CreateTable", kTable);
  it.call("UpdateTable", with(kNew, {{"TableClass", "STANDARD"},
                                     {"AttributeDefinitions", kTable.at("AttributeDefinitions")}}));
  CHECK(it.status == 200);
  CHECK(told(it)["TableClassSummary"] == json{{"TableClass", "STANDARD"}});
}

TEST_CASE("billing: where the plainer call is refused, too, the first refusal stands") {
  PolyfillLab it;
  it.endpoint->refuses = {"ValidationException", "Unknown parameter: TableClass"};
  it.endpoint->before = [&](const std::string&) {
    if (it.endpoint->calls.size() > 1) it.endpoint->refuses = {"ValidationException", "again"};
  };
  CHECK(it.refused("CreateTable", with(kTable, {{"TableClass", "STANDARD"}})) ==
        "ValidationException: Unknown parameter: TableClass");
  CHECK(it.endpoint->calls.size() == 2);
  CHECK(it.lab.notes.empty());
}

}  // namespace dynatape::interceptors
