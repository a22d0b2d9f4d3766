#include "interceptors/written_tables.h"

#include "tests/support/temp_dir.h"
#include "written_tables_lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

json described(const char* status) {
  return {{"ContinuousBackupsDescription",
           {{"ContinuousBackupsStatus", "ENABLED"},
            {"PointInTimeRecoveryDescription", {{"PointInTimeRecoveryStatus", status}}}}}};
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
  CHECK(it.call("UpdateContinuousBackups", recovery_specification(true)) == on);
  it.lab.clock.advance(1h);
  told["LatestRestorableDateTime"] = 1700003300.0;
  CHECK(it.call("DescribeContinuousBackups", kNotes) == on);
  CHECK(it.call("UpdateContinuousBackups", recovery_specification(false)) == described("DISABLED"));
  const std::string invalid = "ValidationException: ";
  CHECK(it.refused("UpdateContinuousBackups", recovery_specification(nullptr))
            .find("must not be null") != std::string::npos);
  json days = recovery_specification(false);
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
  enable_recovery(it);
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
  enable_recovery(it);
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
  enable_recovery(it);
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
    enable_recovery(it);
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
  enable_recovery(it);
  it.lab.clock.advance(10s);
  put(it, "d");
  enable_recovery(it);  // changes nothing
  it.call("UpdateContinuousBackups", recovery_specification(false));
  remove(it, "a");
  it.lab.clock.advance(10s);
  enable_recovery(it);
  it.lab.clock.advance(10min);
  CHECK(at(it, 10) == "refused");
  CHECK(at(it, 20) == "b c d=x ");
}

TEST_CASE("written tables: many items come back page by page") {
  PolyfillLab it;
  for (int i = 0; i < 450; ++i) {
    const std::string id = std::to_string(i);
    it.endpoint->tables["notes"][id] = {{"id", {{"S", id}}}};
  }
  enable_recovery(it);
  it.lab.clock.advance(10min);
  static_cast<void>(at(it, 0));
  CHECK(it.endpoint->tables["again"] == it.endpoint->tables["notes"]);
}

TEST_CASE("written tables: the latest restorable time is five minutes ago, and can be restored") {
  PolyfillLab it;
  it.lab.clock.advance(500ms);
  enable_recovery(it);
  it.lab.clock.advance(10s);
  put(it, "d", "1");
  it.lab.clock.advance(5min);
  CHECK(at(it, 0) == "a b c ");  // the whole second in which it was enabled
  CHECK(at(it, 10) == "a b c d=1 ");
  CHECK(at(it, 11) == "refused");
  it.lab.clock.advance(500ms - 1us);
  CHECK(at(it, 11) == "refused");
  put(it, "d", "2");
  it.lab.clock.advance(5s);
  it.call("RestoreTableToPointInTime", {{"SourceTableName", "notes"},
                                        {"TargetTableName", "latest"},
                                        {"UseLatestRestorableTime", true}});
  CHECK(items_of(it, "latest") == "a b c d=1 ");
}

TEST_CASE("written tables: they are remembered for as many days as is said") {
  PolyfillLab it;
  json days = recovery_specification(true);
  days["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] = 2;
  it.call("UpdateContinuousBackups", days);
  it.lab.clock.advance(48h + 10s);
  const json told = it.call("DescribeContinuousBackups", kNotes);
  CHECK(told["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
            ["EarliestRestorableDateTime"] == 1700000010.0);
  CHECK(at(it, 9) == "refused");
  CHECK(at(it, 10) == "a b c ");
}

TEST_CASE("written tables: a table made anew under the name cannot be restored") {
  PolyfillLab it;
  enable_recovery(it);
  it.lab.clock.advance(10min);
  ++it.endpoint->deleted["notes"];  // and made again, past the proxy
  CHECK(it.refused("RestoreTableToPointInTime", {{"SourceTableName", "notes"},
                                                 {"TargetTableName", "again"},
                                                 {"UseLatestRestorableTime", true}})
            .starts_with("PointInTimeRecoveryUnavailableException: "));
  CHECK(it.call("DescribeContinuousBackups", kNotes) == described("DISABLED"));
}

TEST_CASE("written tables: a scan that finds another table under the name forgets the first") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    enable_recovery(it);
  }
  PolyfillLab again(folder.file("kept.db"));
  ++again.endpoint->deleted["notes"];
  CHECK(again.context.written->any());
  put(again, "d");
  CHECK(!again.context.written->any());
}

TEST_CASE("written tables: another region's table of the name is another table") {
  PolyfillLab it;
  enable_recovery(it);
  CHECK(it.call("DescribeContinuousBackups", kNotes, "eu-west-1") == described("DISABLED"));
}

TEST_CASE("written tables: a call may name its table by its ARN") {
  PolyfillLab it;
  enable_recovery(it);
  it.lab.clock.advance(1s);
  it.call("PutItem", {{"TableName", "arn:aws:dynamodb:ddblocal:000000000000:table/notes"},
                      {"Item", {{"id", {{"S", "d"}}}}}});
  REQUIRE(it.status == 200);
  it.lab.clock.advance(10min);
  CHECK(at(it, 1) == "a b c d ");
}

TEST_CASE("written tables: all reads of the log are consistent, and a SELECT needs none") {
  PolyfillLab it;
  enable_recovery(it);
  put(it, "d");
  CHECK(it.endpoint->eventual.empty());
  it.endpoint->calls.clear();
  it.endpoint->statement = [] {};
  it.call("ExecuteStatement", {{"Statement", "SELECT * FROM notes"}});
  CHECK(it.endpoint->calls == std::vector<std::string>{"ExecuteStatement"});
}

TEST_CASE("written tables: a write that failed may have been carried out") {
  PolyfillLab it;
  enable_recovery(it);
  it.endpoint->refusals["PutItem"] = exception_of("InternalServerError", "who knows", 500);
  put(it, "d");
  REQUIRE(it.status == 500);
  it.endpoint->refusals.clear();
  it.endpoint->tables["notes"]["d"] = {{"id", {{"S", "d"}}}};
  it.lab.clock.advance(1s);
  put(it, "e");
  it.lab.clock.advance(10min);
  CHECK(at(it, 0) == "a b c ");
  CHECK(at(it, 1) == "a b c d e=x ");
}

TEST_CASE("written tables: a scan finds all that is gone, however much it is") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    for (int i = 0; i < 1100; ++i) {
      const std::string id = std::to_string(i);
      it.endpoint->tables["notes"][id] = {{"id", {{"S", id}}}};
    }
    enable_recovery(it);
  }
  PolyfillLab again(folder.file("kept.db"));
  again.lab.clock.advance(1s);
  put(again, "d");
  again.lab.clock.advance(10min);
  CHECK(at(again, 1) == "a b c d=x ");
}

TEST_CASE("written tables: what time to live deletes is noted when it happens") {
  PolyfillLab it;
  enable_recovery(it);
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

}  // namespace dynatape::interceptors
