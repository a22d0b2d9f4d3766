#include "interceptors/written_tables.h"

#include "polyfill_lab.h"
#include "tests/support/temp_dir.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

const json kNotes = {{"TableName", "notes"}};

json described(const char* status) {
  return {{"ContinuousBackupsDescription",
           {{"ContinuousBackupsStatus", "ENABLED"},
            {"PointInTimeRecoveryDescription", {{"PointInTimeRecoveryStatus", status}}}}}};
}

json specification(const json& enabled) {
  return {{"TableName", "notes"},
          {"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", enabled}}}};
}

void enable(PolyfillLab& it) {
  it.call("UpdateContinuousBackups", specification(true));
  REQUIRE(it.status == 200);
}

void put(PolyfillLab& it, const std::string& id, const std::string& value = "x") {
  it.call("PutItem",
          {{"TableName", "notes"}, {"Item", {{"id", {{"S", id}}}, {"v", {{"S", value}}}}}});
}

void remove(PolyfillLab& it, const std::string& id) {
  it.call("DeleteItem", {{"TableName", "notes"}, {"Key", {{"id", {{"S", id}}}}}});
}

/// "id=value …" of the table, restored to so many seconds after kStart.
std::string at(PolyfillLab& it, int seconds) {
  it.endpoint->tables.erase("again");
  it.call("RestoreTableToPointInTime", {{"SourceTableName", "notes"},
                                        {"TargetTableName", "again"},
                                        {"RestoreDateTime", 1'700'000'000 + seconds}});
  if (it.status != 200) return "refused";
  std::string text;
  for (const auto& [id, item] : it.endpoint->tables["again"]) {
    text += id + (item.contains("v") ? "=" + item["v"]["S"].get<std::string>() : "") + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("continuous backups: a foreign table tells its recovery as the service does") {
  PolyfillLab it;
  CHECK(it.call("DescribeContinuousBackups", kNotes) == described("DISABLED"));
  json on = described("ENABLED");
  json& told = on["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
  told["EarliestRestorableDateTime"] = 1700000000.0;
  told["LatestRestorableDateTime"] = 1700000000.0;
  told["RecoveryPeriodInDays"] = 35;
  CHECK(it.call("UpdateContinuousBackups", specification(true)) == on);
  it.lab.clock.advance(1h);
  told["LatestRestorableDateTime"] = 1700003300.0;
  CHECK(it.call("DescribeContinuousBackups", kNotes) == on);
  CHECK(it.call("UpdateContinuousBackups", specification(false)) == described("DISABLED"));
  const std::string invalid = "ValidationException: ";
  CHECK(it.refused("UpdateContinuousBackups", specification(nullptr)).find("must not be null") !=
        std::string::npos);
  json days = specification(false);
  days["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] = 3;
  CHECK(it.refused("UpdateContinuousBackups", days) ==
        invalid +
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time "
            "recovery.");
  CHECK(it.refused("DescribeContinuousBackups", {{"TableName", "none"}}) ==
        "TableNotFoundException: Table not found: none");
  CHECK(it.refused("RestoreTableToPointInTime", {{"SourceTableName", "notes"},
                                                 {"TargetTableName", "again"},
                                                 {"UseLatestRestorableTime", true}})
            .starts_with("PointInTimeRecoveryUnavailableException: "));
}

TEST_CASE("written tables: any second since recovery was enabled can be restored") {
  PolyfillLab it;
  enable(it);
  it.lab.clock.advance(10s);
  put(it, "d", "1");
  put(it, "d", "2");
  it.lab.clock.advance(10s);
  remove(it, "a");
  it.call("BatchWriteItem",
          {{"RequestItems",
            {{"notes",
              {{{"PutRequest", {{"Item", {{"id", {{"S", "b"}}}, {"v", {{"S", "3"}}}}}}}},
               {{"PutRequest", {{"Item", {{"id", {{"S", "unprocessed"}}}}}}}}}}}}});
  it.lab.clock.advance(10min);
  CHECK(at(it, 0) == "a b c ");
  CHECK(at(it, 9) == "a b c ");
  CHECK(at(it, 10) == "a b c d=2 ");
  CHECK(at(it, 20) == "b=3 c d=2 ");
  CHECK(at(it, -1) == "refused");
  CHECK(at(it, 20 + 301) == "refused");
}

TEST_CASE("written tables: a refused write leaves the log alone, and a lost answer makes it scan") {
  PolyfillLab it;
  enable(it);
  it.endpoint->calls.clear();
  it.lab.clock.advance(1s);
  it.call("UpdateItem", {{"TableName", "notes"}, {"Key", {{"id", {{"S", "a"}}}}}});
  CHECK(it.status == 400);
  CHECK(it.endpoint->calls == std::vector<std::string>{"UpdateItem"});
  it.endpoint->loses_answers = true;
  CHECK(!it.lab.try_call({"DeleteItem", R"({"TableName":"notes","Key":{"id":{"S":"a"}}})"}));
  it.endpoint->loses_answers = false;
  CHECK(it.lab.notes.back().what == "what table notes is now is not known for recovery");
  it.lab.clock.advance(1s);
  it.endpoint->calls.clear();
  put(it, "e");
  CHECK(it.endpoint->calls ==
        std::vector<std::string>{"DescribeTable", "Scan", "PutItem", "GetItem"});
  it.lab.clock.advance(10min);
  CHECK(at(it, 1) == "b c ");
  CHECK(at(it, 2) == "b c e=x ");
}

TEST_CASE("written tables: a write that does not tell its keys is followed by a scan") {
  PolyfillLab it;
  enable(it);
  it.lab.clock.advance(1s);
  it.endpoint->statement = [&] { it.endpoint->tables["notes"].erase("b"); };
  it.call("ExecuteStatement", {{"Statement", "DELETE FROM notes WHERE id='b'"}});
  REQUIRE(it.status == 200);
  it.lab.clock.advance(10min);
  CHECK(at(it, 0) == "a b c ");
  CHECK(at(it, 1) == "a c ");
}

TEST_CASE("written tables: a file keeps them, and a new process finds what was written past it") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    enable(it);
    it.lab.clock.advance(10s);
    put(it, "d", "1");
  }
  PolyfillLab again(folder.file("kept.db"));
  again.endpoint->tables["notes"] = {{"a", {{"id", {{"S", "a"}}}}}, {"e", {{"id", {{"S", "e"}}}}}};
  again.lab.clock.advance(20s);
  put(again, "f", "2");
  again.lab.clock.advance(10min);
  CHECK(at(again, 0) == "a b c ");
  CHECK(at(again, 10) == "a b c d=1 ");
  CHECK(at(again, 19) == "a b c d=1 ");
  CHECK(at(again, 20) == "a e f=2 ");
}

TEST_CASE("written tables: enabled again, a table is remembered from then on") {
  PolyfillLab it;
  enable(it);
  it.lab.clock.advance(10s);
  put(it, "d");
  enable(it);  // changes nothing
  it.call("UpdateContinuousBackups", specification(false));
  remove(it, "a");
  it.lab.clock.advance(10s);
  enable(it);
  it.lab.clock.advance(10min);
  CHECK(at(it, 10) == "refused");
  CHECK(at(it, 20) == "b c d=x ");
}

TEST_CASE("written tables: one that is deleted leaves a system backup") {
  PolyfillLab it;
  enable(it);
  it.lab.clock.advance(10s);
  put(it, "d");
  it.call("DeleteTable", kNotes);
  REQUIRE(it.status == 200);
  CHECK(!it.context.written->any());
  const json list = it.call("ListBackups", {{"BackupType", "SYSTEM"}}).at("BackupSummaries");
  REQUIRE(list.size() == 1);
  CHECK(list[0]["BackupName"] == "notes$DeletedTableBackup");
  CHECK(list[0]["BackupExpiryDateTime"] == 1700000010.0 + 35 * 24 * 3600);
  it.call("RestoreTableFromBackup",
          {{"TargetTableName", "again"}, {"BackupArn", list[0]["BackupArn"]}});
  CHECK(it.endpoint->tables["again"].size() == 4);
}

TEST_CASE("written tables: where the clock is set back, a time is when it stood there at last") {
  PolyfillLab it;
  enable(it);
  it.lab.clock.advance(10s);
  put(it, "a", "1");
  it.lab.clock.advance(20s);
  put(it, "a", "2");
  put(it, "d");
  it.lab.clock.advance(-15s);
  remove(it, "d");
  it.lab.clock.advance(2s);
  put(it, "e");
  it.lab.clock.advance(10min);
  CHECK(at(it, 9) == "a b c ");
  CHECK(at(it, 14) == "a=1 b c ");
  CHECK(at(it, 15) == "a=2 b c ");
  CHECK(at(it, 16) == "a=2 b c ");
  CHECK(at(it, 17) == "a=2 b c e=x ");
  CHECK(at(it, 30) == "a=2 b c e=x ");
}

TEST_CASE("written tables: a clock that is set back before recovery was enabled loses no write") {
  PolyfillLab it;
  it.lab.clock.advance(1h);
  enable(it);
  put(it, "d");
  it.lab.clock.advance(-30min);
  CHECK(at(it, 3600) == "a b c d=x ");
  put(it, "e");
  CHECK(at(it, 3600) == "a b c d=x e=x ");
  CHECK(at(it, 1800) == "refused");
  it.call("DeleteTable", kNotes);
  const json list = it.call("ListBackups", {{"BackupType", "SYSTEM"}}).at("BackupSummaries");
  REQUIRE(list.size() == 1);
  it.call("RestoreTableFromBackup",
          {{"TargetTableName", "kept"}, {"BackupArn", list[0]["BackupArn"]}});
  CHECK(it.endpoint->tables["kept"].size() == 5);
}

TEST_CASE("written tables: the last that a table was is backed up, whatever the clock says now") {
  PolyfillLab it;
  enable(it);
  it.lab.clock.advance(1h);
  put(it, "d");
  it.lab.clock.advance(-30min);
  it.call("DeleteTable", kNotes);
  const json list = it.call("ListBackups", {{"BackupType", "SYSTEM"}}).at("BackupSummaries");
  it.call("RestoreTableFromBackup",
          {{"TargetTableName", "kept"}, {"BackupArn", list.at(0)["BackupArn"]}});
  CHECK(it.endpoint->tables["kept"].size() == 4);
}

TEST_CASE(
    "written tables: what was forgotten stays out of reach, also on a clock that is set back") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    enable(it);
    it.lab.clock.advance(10s);
    put(it, "a", "1");
  }
  PolyfillLab again(folder.file("kept.db"));
  again.lab.clock.advance(40 * 24h);
  put(again, "d", "2");  // scans first, and forgets what is older than 35 days
  again.lab.clock.advance(-40 * 24h + 1h);
  CHECK(at(again, 5) == "refused");
  const json told = again.call("DescribeContinuousBackups", kNotes);
  CHECK(told["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
            ["EarliestRestorableDateTime"] == 1700000000.0 + 5 * 24 * 3600);
}

TEST_CASE("written tables: what time to live deletes is noted when it happens") {
  PolyfillLab it;
  enable(it);
  it.call("UpdateTimeToLive",
          {{"TableName", "notes"},
           {"TimeToLiveSpecification", {{"Enabled", true}, {"AttributeName", "ends"}}}});
  it.call("PutItem", {{"TableName", "notes"},
                      {"Item", {{"id", {{"S", "d"}}}, {"ends", {{"N", "1700000010"}}}}}});
  it.lab.clock.advance(20s);
  it.sweep();
  it.lab.clock.advance(20s);
  put(it, "e");
  it.lab.clock.advance(10min);
  CHECK(at(it, 19) == "a b c d ");
  CHECK(at(it, 20) == "a b c ");
  CHECK(at(it, 40) == "a b c e=x ");
}

TEST_CASE("written tables: many items come back page by page") {
  PolyfillLab it;
  for (int i = 0; i < 450; ++i) {
    const std::string id = std::to_string(i);
    it.endpoint->tables["notes"][id] = {{"id", {{"S", id}}}};
  }
  enable(it);
  it.lab.clock.advance(10min);
  static_cast<void>(at(it, 0));
  CHECK(it.endpoint->tables["again"] == it.endpoint->tables["notes"]);
}

}  // namespace dynatape::interceptors
