#include <vector>

#include "polyfill_lab.h"
#include "tests/support/temp_dir.h"

namespace dynatape::interceptors {
namespace {

const std::string kNoArn = "arn:aws:dynamodb:ddblocal:000000000000:table/notes/backup/0170-00";

std::shared_ptr<BackupStore> store_of(const std::string& file) {
  auto store = BackupStore::open(*PolyfillFile::open(file));
  if (!store) FAIL(store.error().message);
  return *store;
}

}  // namespace

TEST_CASE("backups: one is described in the service's shape") {
  PolyfillLab it;
  const json made = it.call("CreateBackup", {{"TableName", "notes"}, {"BackupName", "first"}});
  const auto arn = made.at("BackupDetails").at("BackupArn").get<std::string>();
  CHECK(
      arn.starts_with("arn:aws:dynamodb:ddblocal:000000000000:table/notes/backup/01700000000000-"));
  const json details = {{"BackupArn", arn},      {"BackupName", "first"},
                        {"BackupSizeBytes", 12}, {"BackupStatus", "CREATING"},
                        {"BackupType", "USER"},  {"BackupCreationDateTime", 1700000000.0}};
  CHECK(made == json{{"BackupDetails", details}});
  json available = details;
  available["BackupStatus"] = "AVAILABLE";
  CHECK(it.call("DescribeBackup", {{"BackupArn", arn}}) ==
        json{{"BackupDescription",
              {{"BackupDetails", available},
               {"SourceTableDetails",
                {{"TableName", "notes"},
                 {"TableId", "id-notes"},
                 {"TableArn", "arn:aws:dynamodb:ddblocal:000000000000:table/notes"},
                 {"TableSizeBytes", 12},
                 {"ItemCount", 3},
                 {"BillingMode", "PROVISIONED"},
                 {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                 {"TableCreationDateTime", 1700000000.5},
                 {"ProvisionedThroughput", {{"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 6}}}}},
               {"SourceTableFeatureDetails", json::object()}}}});
  available["BackupStatus"] = "DELETED";
  CHECK(it.call("DeleteBackup", {{"BackupArn", arn}})["BackupDescription"]["BackupDetails"] ==
        available);
  CHECK(it.refused("DescribeBackup", {{"BackupArn", arn}}) ==
        "BackupNotFoundException: Backup not found: " + arn);
}

TEST_CASE("backups: a restored table has the items of the backup, however many pages they are") {
  PolyfillLab it;
  const std::string arn = it.backup();
  const auto before = it.endpoint->tables["notes"];
  it.endpoint->tables["notes"].erase("b");
  const json restored =
      it.call("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", arn}});
  CHECK(it.endpoint->tables["again"] == before);
  CHECK(it.endpoint->created ==
        json{{"TableName", "again"},
             {"BillingMode", "PROVISIONED"},
             {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
             {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
             {"ProvisionedThroughput", {{"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 6}}}});
  const json summary = {{"SourceBackupArn", arn},
                        {"SourceTableArn", "arn:aws:dynamodb:ddblocal:000000000000:table/notes"},
                        {"RestoreDateTime", 1700000000.0},
                        {"RestoreInProgress", true}};
  CHECK(restored["TableDescription"]["TableStatus"] == "CREATING");
  CHECK(restored["TableDescription"]["RestoreSummary"] == summary);
  // DescribeTable goes on telling, though the upstream knows nothing of it.
  const json later = it.call("DescribeTable", {{"TableName", "again"}})["Table"]["RestoreSummary"];
  CHECK(later["RestoreInProgress"] == false);
  CHECK(later["SourceBackupArn"] == arn);
  CHECK(!it.call("DescribeTable", {{"TableName", "notes"}})["Table"].contains("RestoreSummary"));
  CHECK(it.refused("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", arn}}) ==
        "TableAlreadyExistsException: Table already exists: again");
}

TEST_CASE("backups: a restore may change capacity") {
  PolyfillLab it;
  const std::string arn = it.backup();
  it.call("RestoreTableFromBackup", {{"TargetTableName", "on-demand"},
                                     {"BackupArn", arn},
                                     {"BillingModeOverride", "PAY_PER_REQUEST"}});
  CHECK(it.endpoint->created["BillingMode"] == "PAY_PER_REQUEST");
  CHECK(!it.endpoint->created.contains("ProvisionedThroughput"));
  const json units = {{"ReadCapacityUnits", 1}, {"WriteCapacityUnits", 2}};
  it.call("RestoreTableFromBackup", {{"TargetTableName", "smaller"},
                                     {"BackupArn", arn},
                                     {"ProvisionedThroughputOverride", units}});
  CHECK(it.endpoint->created["ProvisionedThroughput"] == units);
}

TEST_CASE("backups: indexes can be left out of a restore, and not be changed") {
  const ordered_json index = {
      {"IndexName", "by-x"},
      {"KeySchema", {{{"AttributeName", "x"}, {"KeyType", "HASH"}}}},
      {"Projection", {{"ProjectionType", "ALL"}}},
      {"IndexStatus", "ACTIVE"},
      {"ProvisionedThroughput", {{"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 0}}}};
  const ordered_json source = {
      {"TableName", "t"},
      {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
      {"AttributeDefinitions",
       {{{"AttributeName", "id"}, {"AttributeType", "S"}},
        {{"AttributeName", "x"}, {"AttributeType", "N"}}}},
      {"BillingModeSummary", {{"BillingMode", "PAY_PER_REQUEST"}}},
      {"GlobalSecondaryIndexes", ordered_json::array({index})},
      {"SSEDescription",
       {{"Status", "ENABLED"}, {"SSEType", "KMS"}, {"KMSMasterKeyArn", "arn:k"}}}};
  auto whole = restored_table(source, "u", {});
  REQUIRE(whole.has_value());
  CHECK(json(whole->at("GlobalSecondaryIndexes")) ==
        json::array({{{"IndexName", "by-x"},
                      {"KeySchema", {{{"AttributeName", "x"}, {"KeyType", "HASH"}}}},
                      {"Projection", {{"ProjectionType", "ALL"}}}}}));
  CHECK(whole->at("AttributeDefinitions").size() == 2);
  CHECK(json(whole->at("SSESpecification")) ==
        json{{"Enabled", true}, {"SSEType", "KMS"}, {"KMSMasterKeyId", "arn:k"}});
  RestoreOverrides none;
  none.global_indexes = ordered_json::array();
  auto without = restored_table(source, "u", none);
  REQUIRE(without.has_value());
  CHECK(!without->contains("GlobalSecondaryIndexes"));
  CHECK(without->at("AttributeDefinitions").size() == 1);
  RestoreOverrides changed;
  changed.global_indexes = ordered_json::array({index});
  (*changed.global_indexes)[0]["Projection"] = {{"ProjectionType", "KEYS_ONLY"}};
  CHECK(!restored_table(source, "u", changed).has_value());
}

TEST_CASE("backups: lists are filtered and cut into pages") {
  PolyfillLab it;
  std::vector<std::string> arns;
  for (const char* const name : {"one", "two", "three"}) {
    arns.push_back(it.backup(name));
    it.lab.clock.advance(std::chrono::hours(1));
  }
  it.endpoint->tables["other"];
  it.call("CreateBackup", {{"TableName", "other"}, {"BackupName", "four"}});
  const auto names = [&](const json& params) {
    std::string names;
    for (const json& one : it.call("ListBackups", params).at("BackupSummaries")) {
      names += one.at("BackupName").get<std::string>() + " ";
    }
    return names;
  };
  CHECK(names(json::object()) == "one two three four ");
  CHECK(names({{"TableName", "notes"}}) == "one two three ");
  CHECK(names({{"TableName", "arn:aws:dynamodb:ddblocal:000000000000:table/other"}}) == "four ");
  CHECK(names({{"TimeRangeLowerBound", 1700003600}, {"TimeRangeUpperBound", 1700007200}}) ==
        "two ");
  CHECK(names({{"BackupType", "SYSTEM"}}).empty());
  const json page = it.call("ListBackups", {{"TableName", "notes"}, {"Limit", 2}});
  CHECK(page.at("LastEvaluatedBackupArn") == arns[1]);
  CHECK(names({{"TableName", "notes"}, {"ExclusiveStartBackupArn", arns[1]}}) == "three ");
  CHECK(!it.call("ListBackups", {{"TableName", "notes"}, {"Limit", 3}})
             .contains("LastEvaluatedBackupArn"));
  // Another region's are not seen.
  CHECK(it.call("ListBackups", json::object(), "eu-west-1").at("BackupSummaries").empty());
}

TEST_CASE("backups: what is wrong with a call is said as the service says it") {
  PolyfillLab it;
  CHECK(it.refused("CreateBackup", {{"TableName", "none"}, {"BackupName", "first"}}) ==
        "TableNotFoundException: Table not found: none");
  CHECK(it.refused("CreateBackup", {{"TableName", "notes"}, {"BackupName", "a"}}) ==
        "ValidationException: 1 validation error detected: Value 'a' at 'backupName' failed to "
        "satisfy constraint: Member must have length greater than or equal to 3");
  CHECK(it.refused("CreateBackup", {{"BackupName", "a b c"}}) ==
        "ValidationException: 2 validation errors detected: Value null at 'tableName' failed to "
        "satisfy constraint: Member must not be null; Value 'a b c' at 'backupName' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  CHECK(
      it.refused("DescribeBackup", {{"BackupArn", "short"}}).find("greater than or equal to 37") !=
      std::string::npos);
  CHECK(it.refused("ListBackups", {{"BackupType", "MINE"}})
            .find("enum value set: [USER, SYSTEM, AWS_BACKUP, ALL]") != std::string::npos);
  CHECK(it.refused("ListBackups", {{"Limit", 0}}).find("greater than or equal to 1") !=
        std::string::npos);
  CHECK(it.refused("RestoreTableFromBackup", {{"TargetTableName", "new"}, {"BackupArn", kNoArn}}) ==
        "BackupNotFoundException: Backup not found: " + kNoArn);
  CHECK(it.refused("RestoreTableFromBackup", {{"TargetTableName", "new"},
                                              {"BackupArn", it.backup()},
                                              {"VectorIndexOverride", json::array()}}) ==
        "ValidationException: Dynatape does not implement the parameter VectorIndexOverride");
  const json wrong = it.call("CreateBackup", {{"TableName", 5}, {"BackupName", "first"}});
  CHECK(wrong == json{{"__type", "com.amazon.coral.service#SerializationException"},
                      {"Message", "NUMBER_VALUE cannot be converted to String"}});
  it.endpoint->state = "CREATING";
  CHECK(it.refused("CreateBackup", {{"TableName", "notes"}, {"BackupName", "first"}})
            .starts_with("ContinuousBackupsUnavailableException: "));
}

TEST_CASE("backups: parameters that are nested without end are refused") {
  PolyfillLab it;
  const std::string deep(200'000, '[');
  const core::Reply reply =
      it.lab.call({"ListBackups", R"({"Limit":)" + deep + std::string(deep.size(), ']') + "}"});
  CHECK(reply.response.status == 400);
  CHECK(exception_name(reply.response) == "SerializationException");
}

TEST_CASE("backups: one that is being made, or restored from, is in use") {
  PolyfillLab it("", std::chrono::seconds(5));
  const std::string arn = it.backup();
  CHECK(it.call("DescribeBackup", {{"BackupArn", arn}})
            .at("BackupDescription")["BackupDetails"]["BackupStatus"] == "CREATING");
  CHECK(it.refused("DeleteBackup", {{"BackupArn", arn}}) ==
        "BackupInUseException: Backup is being created: " + arn);
  CHECK(it.refused("RestoreTableFromBackup", {{"TargetTableName", "new"}, {"BackupArn", arn}}) ==
        "BackupInUseException: Backup is being created: " + arn);
  it.lab.clock.advance(std::chrono::seconds(5));
  it.call("DeleteBackup", {{"BackupArn", arn}});
  CHECK(it.status == 200);
  const auto store = store_of("");
  auto mark = store->use("arn");
  CHECK(store->in_use("arn"));
  mark.reset();
  CHECK(!store->in_use("arn"));
}

TEST_CASE("backups: a restore that cannot be filled leaves no table behind") {
  PolyfillLab it;
  const std::string arn = it.backup();
  it.endpoint->state = "CREATING";  // for ever
  CHECK_THROWS_WITH(
      it.call("RestoreTableFromBackup", {{"TargetTableName", "never"}, {"BackupArn", arn}}),
      "table 'never' is still being created after a minute");
  CHECK(!it.endpoint->tables.contains("never"));
}

TEST_CASE("backups: a file keeps them, and forgets what was never completed") {
  const support::TempDir folder;
  const std::string file = folder.path() / "backups.db";
  std::string arn;
  {
    PolyfillLab it(file);
    arn = it.backup();
    const auto store = store_of(file);
    Backup half = *store->find("/us-east-1", arn, kStart);
    half.arn += "-half";
    REQUIRE(store->begin(half).has_value());
    REQUIRE(store->add_page(half.arn, "[]").has_value());
  }
  PolyfillLab again(file);
  again.endpoint->tables["notes"].clear();
  const json list = again.call("ListBackups", json::object()).at("BackupSummaries");
  REQUIRE(list.size() == 1);
  CHECK(list[0].at("BackupArn") == arn);
  again.call("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", arn}});
  CHECK(again.endpoint->tables["again"].size() == 3);
  CHECK(*again.context.backups->page(arn, 0) != std::nullopt);
  CHECK(*again.context.backups->page(arn + "-half", 0) == std::nullopt);
}

}  // namespace dynatape::interceptors
