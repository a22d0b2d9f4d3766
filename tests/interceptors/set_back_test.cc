// Point-in-time recovery over a foreign endpoint, on a clock that is set back.

#include "tests/support/temp_dir.h"
#include "written_tables_lab.h"

namespace dynatape::interceptors {

using namespace std::chrono_literals;

TEST_CASE("written tables: where the clock is set back, a time is when it stood there at last") {
  PolyfillLab it;
  enable_recovery(it);
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
  enable_recovery(it);
  put(it, "d");
  it.lab.clock.advance(-30min);
  CHECK(at(it, 3600) == "a b c d=x ");
  put(it, "e");
  CHECK(at(it, 3600) == "a b c d=x e=x ");
  CHECK(at(it, 1800) == "refused");
  it.call("DeleteTable", kNotes);
  restore_system_backup(it);
  CHECK(it.endpoint->tables["again"].size() == 5);
}

TEST_CASE("written tables: the last that a table was is backed up, whatever the clock says now") {
  PolyfillLab it;
  enable_recovery(it);
  it.lab.clock.advance(1h);
  put(it, "d");
  it.lab.clock.advance(-30min);
  it.call("DeleteTable", kNotes);
  restore_system_backup(it);
  CHECK(it.endpoint->tables["again"].size() == 4);
}

TEST_CASE(
    "written tables: what was forgotten stays out of reach, also on a clock that is set back") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    enable_recovery(it);
    it.lab.clock.advance(10s);
    put(it, "a", "1");
  }
  PolyfillLab again(folder.file("kept.db"));
  again.lab.clock.advance(40 * 24h);
  put(again, "d", "2");  // scans first, and forgets what is older than 35 days
  again.lab.clock.advance(-40 * 24h + 1h);
  CHECK(at(again, 5) == "refused");
  const WriteLog log(*PolyfillFile::open(folder.file("kept.db")));
  CHECK(log.items("id-notes", 1'700'000'000, "", 10)->size() == 2);  // what a was then is gone
  const json told = again.call("DescribeContinuousBackups", kNotes);
  CHECK(told["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
            ["EarliestRestorableDateTime"] == 1700000000.0 + 5 * 24 * 3600);
}

}  // namespace dynatape::interceptors
