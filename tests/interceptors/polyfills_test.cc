#include "interceptors/polyfills.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "interceptors/backup_shapes.h"
#include "interceptors/recovery.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// A foreign endpoint with tables of string keys and nothing else; it answers two items a page, and
/// leaves the last item of each first batch unprocessed.
class PlainEndpoint final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
    const std::string operation(exchange.call().name());
    calls.push_back(operation);
    co_return answer(operation, json::parse(exchange.request().body));
  }

  std::map<std::string, std::map<std::string, ordered_json>> tables;
  std::vector<std::string> calls;
  json created;  ///< the last CreateTable
  std::string state = "ACTIVE";

 private:
  static core::Reply refused(const std::string& type, const std::string& message) {
    return {{400, {}, json{{"__type", "com.amazonaws#" + type}, {"message", message}}.dump()},
            core::Source::remote,
            {}};
  }
  static core::Reply done(const ordered_json& body) {
    return {{200, {}, body.dump()}, core::Source::remote, {}};
  }

  [[nodiscard]] ordered_json description(const std::string& table) const {
    return {{"TableName", table},
            {"TableId", "id-" + table},
            {"TableArn", "arn:aws:dynamodb:ddblocal:000000000000:table/" + table},
            {"TableStatus", state},
            {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
            {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
            {"CreationDateTime", 1700000000.5},
            {"TableSizeBytes", 12},
            {"ItemCount", 3},
            {"ProvisionedThroughput",
             {{"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 6}}}};
  }

  core::Reply answer(const std::string& operation, const json& params) {
    const json name = params.value("TableName", json(""));
    const auto table = name.is_string() ? name.get<std::string>() : std::string();
    if (operation == "CreateTable") {
      created = params;
      if (tables.contains(table)) return refused("ResourceInUseException", "it is there");
      tables[table];
      return done({{"TableDescription", description(table)}});
    }
    if (operation == "BatchWriteItem") return write(params.at("RequestItems"));
    if (operation != "DescribeTable" && operation != "Scan" && operation != "DeleteTable") {
      return refused("UnknownOperationException", "");
    }
    if (!tables.contains(table)) return refused("ResourceNotFoundException", "no such table");
    if (operation == "DescribeTable") return done({{"Table", description(table)}});
    if (operation == "DeleteTable") {
      tables.erase(table);
      return done({{"TableDescription", {}}});
    }
    return scan(params);
  }

  core::Reply scan(const json& params) {
    const auto& items = tables[params.value("TableName", "")];
    auto at = items.begin();
    if (params.contains("ExclusiveStartKey")) {
      at = items.upper_bound(params["ExclusiveStartKey"]["id"]["S"].get<std::string>());
    }
    ordered_json page = {{"Items", ordered_json::array()}};
    for (int i = 0; i < 2 && at != items.end(); ++i, ++at) page["Items"].push_back(at->second);
    if (at != items.end()) page["LastEvaluatedKey"] = {{"id", page["Items"].back()["id"]}};
    return done(page);
  }

  core::Reply write(const json& requests) {
    const std::string& table = requests.begin().key();
    const json& puts = requests.begin().value();
    ordered_json unprocessed = ordered_json::object();
    for (std::size_t i = 0; i < puts.size(); ++i) {
      const auto& item = puts[i].at("PutRequest").at("Item");
      if (puts.size() > 1 && i + 1 == puts.size()) {
        unprocessed[table] = {puts[i]};
      } else {
        tables[table][item["id"]["S"].get<std::string>()] = item;
      }
    }
    return done({{"UnprocessedItems", unprocessed}});
  }
};

/// A place for a file, gone with the test.
struct Folder {
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "dynatape-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

struct PolyfillLab {
  explicit PolyfillLab(const std::string& file = "", core::Duration delay = {})
      : lab(make_polyfills({.upstream = endpoint,
                            .backups = open(file),
                            .recovery = std::make_shared<Recovery>(),
                            .change_delay = delay})) {
    lab.pipeline.upstream = endpoint;
    for (const char* const id : {"a", "b", "c"})
      endpoint->tables["notes"][id] = {{"id", {{"S", id}}}};
  }

  static std::shared_ptr<BackupStore> open(const std::string& file) {
    auto store = BackupStore::open(file);
    if (!store) FAIL(store.error().message);
    return *store;
  }

  json call(const std::string& operation, const json& params, const std::string& region = "") {
    const core::Reply reply = lab.call({operation, params.dump(), {}, region});
    status = reply.response.status;
    return json::parse(reply.response.body);
  }
  std::string refused(const std::string& operation, const json& params) {
    const json body = call(operation, params);
    CHECK(status == 400);
    const auto type = body.at("__type").get<std::string>();
    return type.substr(type.find('#') + 1) + ": " + body.at("message").get<std::string>();
  }
  std::string backup(const std::string& name = "first") {
    const json made = call("CreateBackup", {{"TableName", "notes"}, {"BackupName", name}});
    REQUIRE(status == 200);
    return made.at("BackupDetails").at("BackupArn").get<std::string>();
  }

  std::shared_ptr<PlainEndpoint> endpoint = std::make_shared<PlainEndpoint>();
  Lab lab;
  int status = 0;
};

const std::string kNoArn = "arn:aws:dynamodb:ddblocal:000000000000:table/notes/backup/0170-00";

}  // namespace

TEST_CASE("polyfills: an upstream that has the operation answers it") {
  class Knowing final : public core::Upstream {
    core::Task<core::Result<core::Reply>> send(core::Exchange&) override {
      co_return core::Reply{{200, {}, R"({"theirs":true})"}, core::Source::remote, {}};
    }
  };
  PolyfillLab it;
  it.lab.pipeline.upstream = std::make_shared<Knowing>();
  CHECK(it.call("ListBackups", json::object()) == json{{"theirs", true}});
  CHECK(it.lab.notes.empty());
}

TEST_CASE("polyfills: what says that an operation is not known") {
  const auto lacks = [](int status, const char* type, const char* message) {
    return lacks_operation({status, {}, json{{"__type", type}, {"message", message}}.dump()});
  };
  CHECK(lacks(400, "com.amazon.coral.service#UnknownOperationException", ""));
  CHECK(lacks(400, "UnknownOperationException", "Unsupported operation CreateBackup"));
  CHECK(lacks(400, "com.amazon.coral.validate#ValidationException",
              "Dynatape's emulator does not implement CreateBackup"));
  CHECK(lacks(501, "InternalFailure", ""));
  CHECK(!lacks(400, "com.amazon.coral.validate#ValidationException", "BackupName is too short"));
  CHECK(!lacks(500, "InternalServerError", ""));
  CHECK(!lacks_operation({200, {}, "{}"}));
}

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
  const auto store = PolyfillLab::open("");
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
  const Folder folder;
  const std::string file = folder.path / "backups.db";
  std::string arn;
  {
    PolyfillLab it(file);
    arn = it.backup();
    const auto store = PolyfillLab::open(file);
    Backup half = *store->find("/us-east-1", arn);
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
}

TEST_CASE("backups: a file of something else is refused and left alone") {
  const Folder folder;
  const std::string text = folder.path / "text";
  std::ofstream(text) << "not a database";
  CHECK(BackupStore::open(text).error().message ==
        "'" + text +
            "' holds no backups: it is no SQLite file; name another file, or one that is "
            "not there yet");
  const std::string other = folder.path / "other.db";
  {
    auto file = cassettes::Connection::open(other, cassettes::Connection::Access::create);
    REQUIRE(file->run("CREATE TABLE t (x)").has_value());
  }
  CHECK(BackupStore::open(other).error().message.find("it is a file of something else") !=
        std::string::npos);
  CHECK(BackupStore::open(folder.path / "no" / "such").error().message.starts_with("backups "));
}

TEST_CASE("tags: they are added, replaced, taken away and listed") {
  PolyfillLab it;
  const std::string arn = "arn:aws:dynamodb:ddblocal:000000000000:table/notes";
  const auto tags = [&] { return it.call("ListTagsOfResource", {{"ResourceArn", arn}}); };
  const auto tag = [](const char* key, const char* value) {
    return json{{"Key", key}, {"Value", value}};
  };
  CHECK(tags() == json{{"Tags", json::array()}});
  const core::Reply done = it.lab.call(
      {"TagResource",
       json{{"ResourceArn", arn}, {"Tags", {tag("a", "1"), tag("größe", "2")}}}.dump()});
  CHECK((done.response.status == 200 && done.response.body.empty()));
  it.lab.call({"TagResource", json{{"ResourceArn", arn}, {"Tags", {tag("a", "3")}}}.dump()});
  CHECK(tags() == json{{"Tags", {tag("a", "3"), tag("größe", "2")}}});
  it.lab.call({"UntagResource", json{{"ResourceArn", arn}, {"TagKeys", {"a", "b"}}}.dump()});
  CHECK(tags() == json{{"Tags", json::array({tag("größe", "2")})}});
  // The upstream makes the table and forgets its tags.
  it.call("CreateTable", {{"TableName", "tagged"}, {"Tags", json::array({tag("c", "4")})}});
  CHECK(
      it.call("ListTagsOfResource", {{"ResourceArn", arn.substr(0, arn.size() - 5) + "tagged"}}) ==
      json{{"Tags", json::array({tag("c", "4")})}});
}

TEST_CASE("tags: what is wrong with them is said as the service says it") {
  PolyfillLab it;
  const std::string root = "arn:aws:dynamodb:ddblocal:000000000000:table/";
  const auto refused = [&](const json& tags, const std::string& arn) {
    return it.refused("TagResource", {{"ResourceArn", arn}, {"Tags", tags}});
  };
  const auto invalid = [&](const json& tags) {
    return refused(tags, root + "notes").substr(std::string("ValidationException: ").size());
  };
  CHECK(invalid(json::array()) == "Atleast one Tag needs to be provided as Input.");
  CHECK(invalid(json::array({{{"Key", "AWS:x"}, {"Value", ""}}})) ==
        "Tag Key cannot be prefixed with aws:, Key: AWS:x");
  CHECK(invalid(json::array({{{"Key", "a!"}, {"Value", ""}}})) ==
        "The Tag Key provided is invalid, Key: a!");
  CHECK(invalid(json::array({{{"Key", "a"}}})) == "The Tag Value provided is invalid, Value: null");
  CHECK(invalid(json::array({{{"Key", "a"}, {"Value", "1"}}, {{"Key", "a"}, {"Value", "2"}}})) ==
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found a");
  json many = json::array();
  for (int i = 0; i < 50; ++i) many.push_back({{"Key", std::to_string(i)}, {"Value", "x"}});
  it.lab.call({"TagResource", json{{"ResourceArn", root + "notes"}, {"Tags", many}}.dump()});
  CHECK(invalid(json::array({{{"Key", "one-more"}, {"Value", "x"}}})) ==
        "Number of Tags exceed the current limit for the provided ResourceArn");
  const json fine = json::array({{{"Key", "a"}, {"Value", "1"}}});
  CHECK(refused(fine, root + "none") ==
        "ResourceNotFoundException: Requested resource not found: ResourcArn: " + root +
            "none not found");
  CHECK(refused(fine, root + "notes/index/x") ==
        "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input " + root +
            "notes/index/x");
  CHECK(it.refused("UntagResource", {{"TagKeys", {"a"}}}) ==
        "ValidationException: Invalid TableArn");
}

TEST_CASE("continuous backups: over an upstream without snapshots recovery is off and stays off") {
  PolyfillLab it;
  const json off = {
      {"ContinuousBackupsDescription",
       {{"ContinuousBackupsStatus", "ENABLED"},
        {"PointInTimeRecoveryDescription", {{"PointInTimeRecoveryStatus", "DISABLED"}}}}}};
  CHECK(it.call("DescribeContinuousBackups", {{"TableName", "notes"}}) == off);
  const auto enabled = [](const json& value) {
    return json{{"TableName", "notes"},
                {"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", value}}}};
  };
  CHECK(it.call("UpdateContinuousBackups", enabled(false)) == off);
  CHECK(it.refused("UpdateContinuousBackups", enabled(true))
            .starts_with("ContinuousBackupsUnavailableException: "));
  CHECK(it.refused("UpdateContinuousBackups", enabled(nullptr)).find("must not be null") !=
        std::string::npos);
  CHECK(it.refused("DescribeContinuousBackups", {{"TableName", "none"}}) ==
        "TableNotFoundException: Table not found: none");
  CHECK(it.refused("RestoreTableToPointInTime", {{"SourceTableName", "notes"},
                                                 {"TargetTableName", "again"},
                                                 {"UseLatestRestorableTime", true}})
            .starts_with("PointInTimeRecoveryUnavailableException: "));
}

TEST_CASE("recovery: the last moment of each second is remembered, and the first of all") {
  class Numbered final : public core::Snapshot {
   public:
    explicit Numbered(int given) : number(given) {}
    [[nodiscard]] core::Upstream& reader() const override { std::abort(); }
    int number;
  };
  using namespace std::chrono_literals;
  Recovery recovery;
  core::FrozenClock clock{core::TimePoint(100s)};
  int taken = 0;
  const auto take = [&] { return std::make_shared<const Numbered>(++taken); };
  const auto at = [&](core::Duration time) {
    const auto moment = recovery.at("me", core::TimePoint(time));
    return moment ? dynamic_cast<const Numbered&>(*moment).number : 0;
  };
  recovery.remember("me", clock, take);
  CHECK(!recovery.watches());
  CHECK(taken == 0);
  recovery.watch("me", clock, take);  // 1
  recovery.watch("me", clock, take);
  CHECK(taken == 1);
  for (const auto step :
       {300ms, 300ms, 600ms, 10ms, 10000ms}) {  // 2 and 3 at 100, 4 and 5 at 101, 6
    clock.advance(step);
    recovery.remember("me", clock, take);
  }
  CHECK(at(99s) == 0);
  CHECK(at(100s) == 1);
  CHECK(at(101s - 1us) == 3);
  CHECK(at(102s - 1us) == 5);
  CHECK(at(110s) == 5);
  CHECK(at(200s) == 6);
  CHECK(recovery.at("you", core::TimePoint(200s)) == nullptr);
  clock.advance(std::chrono::days(40));
  recovery.remember("me", clock, take);
  CHECK(at(110s) == 0);  // out of the window
  CHECK(at(112s) == 6);  // what the window begins with
}

}  // namespace dynatape::interceptors
