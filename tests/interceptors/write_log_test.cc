#include "interceptors/write_log.h"

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.h"

namespace dynatape::interceptors {
namespace {

std::shared_ptr<PolyfillFile> open(const std::string& path = "") {
  auto file = PolyfillFile::open(path);
  if (!file) FAIL(file.error().message);
  return *file;
}

void add(WriteLog& log, WriteLog::Second second, const std::vector<WriteLog::Version>& versions,
         const std::string& table = "t") {
  const auto added = log.add(table, second, versions);
  if (!added) FAIL(added.error().message);
}

/// "key=item …" at the end of a second.
std::string at(const WriteLog& log, WriteLog::Second second, const std::string& after = "",
               std::size_t limit = 100) {
  const auto items = log.items("t", second, after, limit);
  if (!items) FAIL(items.error().message);
  std::string text;
  for (const auto& one : *items) text += one.key + "=" + one.item.value_or("?") + " ";
  return text;
}

}  // namespace

TEST_CASE("write log: a table is told as it was at the end of any second") {
  WriteLog log(open());
  add(log, 10, {{"a", "1"}, {"b", "1"}});
  add(log, 12, {{"a", "2"}});
  add(log, 12, {{"a", "3"}, {"c", "1"}});
  add(log, 15, {{"b", std::nullopt}, {"never", std::nullopt}});
  add(log, 11, {{"x", "1"}}, "another table");
  CHECK(at(log, 9).empty());
  CHECK(at(log, 10) == "a=1 b=1 ");
  CHECK(at(log, 11) == "a=1 b=1 ");
  CHECK(at(log, 12) == "a=3 b=1 c=1 ");
  CHECK(at(log, 99) == "a=3 c=1 ");
  CHECK(at(log, 12, "a", 1) == "b=1 ");
  add(log, 20, {{"b", "again"}});
  CHECK(at(log, 99) == "a=3 b=again c=1 ");
}

TEST_CASE("write log: an item may become again what it was") {
  WriteLog log(open());
  add(log, 10, {{"a", "1"}});
  add(log, 12, {{"a", "2"}});
  add(log, 14, {{"a", "1"}});
  CHECK(at(log, 13) == "a=2 ");
  CHECK(at(log, 14) == "a=1 ");
}

TEST_CASE("write log: what nobody asks for any more is forgotten, and what still holds is not") {
  WriteLog log(open());
  add(log, 10, {{"a", "1"}, {"b", "1"}});
  add(log, 12, {{"a", "2"}});
  add(log, 14, {{"a", "3"}});
  REQUIRE(log.forget_before("t", 12));
  CHECK(at(log, 10) == "b=1 ");
  REQUIRE(log.forget_before("t", 13));
  CHECK(at(log, 12) == "a=2 b=1 ");
  CHECK(at(log, 13) == "a=2 b=1 ");
  CHECK(at(log, 14) == "a=3 b=1 ");
  REQUIRE(log.forget("t"));
  CHECK(at(log, 99).empty());
}

TEST_CASE(
    "write log: a clock that is set back overtakes what it had been told, and loses nothing") {
  const support::TempDir folder;
  const std::string path = folder.file("kept.db");
  {
    WriteLog log(open(path));
    add(log, 10, {{"a", "1"}, {"b", "1"}});
    add(log, 20, {{"a", "2"}});
    add(log, 30, {{"a", "3"}, {"x", "1"}});
    add(log, 30, {{"o", "1"}}, "another table");
    add(log, 40, {{"b", std::nullopt}});
  }
  WriteLog log(open(path));  // also where another process was told
  add(log, 15, {{"c", "1"}});
  CHECK(at(log, 9).empty());
  CHECK(at(log, 14) == "a=1 b=1 ");
  // When the clock stood at these for the last time, all of it was there.
  for (const WriteLog::Second second : {15, 20, 30, 99}) {
    CHECK(at(log, second) == "a=3 c=1 x=1 ");
  }
  add(log, 15, {{"a", "4"}});
  add(log, 25, {{"a", "3"}, {"b", "2"}});
  CHECK(at(log, 15) == "a=4 c=1 x=1 ");
  CHECK(at(log, 24) == "a=4 c=1 x=1 ");
  CHECK(at(log, 25) == "a=3 b=2 c=1 x=1 ");
  CHECK(at(log, WriteLog::kEnd) == "a=3 b=2 c=1 x=1 ");
  add(log, 5, {});  // nothing was written, and yet the clock is known to stand there
  CHECK(at(log, 5) == "a=3 b=2 c=1 x=1 ");
  const auto other = log.items("another table", 29, "", 10);
  CHECK((other && other->empty()));
}

TEST_CASE("write log: a file keeps it") {
  const support::TempDir folder;
  {
    WriteLog log(open(folder.file("kept.db")));
    add(log, 10, {{"a", "1"}});
  }
  CHECK(at(WriteLog(open(folder.file("kept.db"))), 10) == "a=1 ");
}

}  // namespace dynatape::interceptors
