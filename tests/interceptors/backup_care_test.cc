// What backups leave behind, who may use them, and what is refused meanwhile.

#include "polyfill_lab.h"
#include "tests/support/temp_dir.h"

namespace dynatape::interceptors {

TEST_CASE("backups: they are those of one region, and of one access key") {
  PolyfillLab it;
  const std::string arn = it.backup();
  CHECK(it.refused("DescribeBackup", {{"BackupArn", arn}}, "eu-west-1") ==
        "BackupNotFoundException: Backup not found: " + arn);
}

TEST_CASE("backups: two of one name and moment are two") {
  PolyfillLab it;
  CHECK(it.backup("same") != it.backup("same"));
  CHECK(it.call("ListBackups", json::object()).at("BackupSummaries").size() == 2);
}

TEST_CASE("backups: a deleted one leaves no items behind") {
  PolyfillLab it;
  const std::string arn = it.backup();
  CHECK(*it.context.backups->page(arn, 0) != std::nullopt);
  it.call("DeleteBackup", {{"BackupArn", arn}});
  CHECK(*it.context.backups->page(arn, 0) == std::nullopt);
}

TEST_CASE("backups: one that is being restored from cannot be deleted") {
  PolyfillLab it;
  const std::string arn = it.backup();
  bool in_use = false;
  it.endpoint->before = [&](const std::string& operation) {
    if (operation == "BatchWriteItem") in_use = it.context.backups->in_use(arn);
  };
  it.call("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", arn}});
  CHECK(in_use);
  auto mark = it.context.backups->use(arn);
  CHECK(it.refused("DeleteBackup", {{"BackupArn", arn}}) ==
        "BackupInUseException: Backup is being used to restore another table: " + arn);
  mark.reset();
  it.call("DeleteBackup", {{"BackupArn", arn}});
  CHECK(it.status == 200);
}

TEST_CASE("backups: one whose table cannot be read to its end is none") {
  const support::TempDir folder;
  const std::string file = folder.file("kept.db");
  PolyfillLab it(file);
  it.endpoint->before = [&](const std::string& operation) {
    if (operation != "Scan") return;
    // The first page has been read.
    const auto scans = std::ranges::count(it.endpoint->calls, "Scan");
    if (scans == 2) it.endpoint->refusals["Scan"] = exception_of("ThrottlingException", "later");
  };
  CHECK(it.refused("CreateBackup", {{"TableName", "notes"}, {"BackupName", "first"}}) ==
        "ThrottlingException: later");
  auto read = cassettes::Connection::open(file, cassettes::Connection::Access::read);
  CHECK(*read->integer("SELECT count(*) FROM backup") == 0);
  CHECK(*read->integer("SELECT count(*) FROM page") == 0);
}

TEST_CASE("backups: a table that is being deleted has none made") {
  PolyfillLab it;
  it.endpoint->state = "DELETING";
  CHECK(it.refused("CreateBackup", {{"TableName", "notes"}, {"BackupName", "first"}}) ==
        "TableInUseException: Table is being deleted: notes");
}

TEST_CASE("backups: one is there on a clock that is set back, too") {
  PolyfillLab it;
  const std::string arn = it.backup();
  it.lab.clock.advance(-std::chrono::hours(1));
  it.call("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", arn}});
  CHECK(it.status == 200);
}

TEST_CASE("backups: a table is read consistently") {
  PolyfillLab it;
  it.backup();
  CHECK(it.endpoint->eventual.empty());
}

TEST_CASE("backups: a restored table tells that it is being restored until it is active") {
  PolyfillLab it;
  it.call("RestoreTableFromBackup", {{"TargetTableName", "again"}, {"BackupArn", it.backup()}});
  const auto in_progress = [&] {
    return it.call("DescribeTable",
                   {{"TableName", "again"}})["Table"]["RestoreSummary"]["RestoreInProgress"];
  };
  CHECK(in_progress() == false);
  it.endpoint->state = "CREATING";
  CHECK(in_progress() == true);
}

}  // namespace dynatape::interceptors
