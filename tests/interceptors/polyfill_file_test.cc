#include "interceptors/polyfill_file.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "interceptors/table_settings.h"
#include "tests/support/temp_dir.h"

namespace dynatape::interceptors {
TEST_CASE("backups: a file of something else is refused and left alone") {
  const support::TempDir folder;
  const std::string text = folder.path() / "text";
  std::ofstream(text) << "not a database";
  CHECK(PolyfillFile::open(text).error().message ==
        "'" + text +
            "' holds no backups: it is no SQLite file; name another file, or one that is "
            "not there yet");
  const std::string other = folder.path() / "other.db";
  {
    auto file = cassettes::Connection::open(other, cassettes::Connection::Access::create);
    REQUIRE(file->run("CREATE TABLE t (x)").has_value());
  }
  CHECK(PolyfillFile::open(other).error().message.find("it is a file of something else") !=
        std::string::npos);
  CHECK(PolyfillFile::open(folder.path() / "no" / "such").error().message.starts_with("backups "));
}

TEST_CASE("polyfill file: one of a newer version is refused") {
  const support::TempDir folder;
  const std::string path = folder.file("kept.db");
  REQUIRE(PolyfillFile::open(path));
  {
    auto file = cassettes::Connection::open(path, cassettes::Connection::Access::write);
    REQUIRE(file->run("PRAGMA user_version = 3").has_value());
  }
  CHECK(PolyfillFile::open(path).error().message ==
        "'" + path +
            "' holds no backups: it was written by a newer version, as format 3 where this one "
            "reads 2; name another file, or one that is not there yet");
}

TEST_CASE("polyfill file: tags of the first format are still there") {
  const support::TempDir folder;
  const std::string path = folder.file("kept.db");
  {
    auto file = cassettes::Connection::open(path, cassettes::Connection::Access::create);
    REQUIRE(
        file->run("PRAGMA application_id = 0x44594e42; PRAGMA user_version = 1;"
                  "CREATE TABLE tag (table_id TEXT PRIMARY KEY, tags TEXT NOT NULL);"
                  "INSERT INTO tag VALUES ('t', '[1]')"));
  }
  for (int opened = 0; opened < 2; ++opened) {
    const auto settings = *TableSettings::open(*PolyfillFile::open(path));
    CHECK(settings->get(TableSettings::Subject::tags, "t") == ordered_json::array({1}));
  }
}

TEST_CASE("polyfill file: each subject has settings of its own, and those taken away stay away") {
  using Subject = TableSettings::Subject;
  constexpr Subject kAll[] = {Subject::billing, Subject::recovery, Subject::restored, Subject::tags,
                              Subject::time_to_live};
  const support::TempDir folder;
  const std::string path = folder.file("kept.db");
  {
    const auto settings = *TableSettings::open(*PolyfillFile::open(path));
    for (const Subject subject : kAll) {
      REQUIRE(settings->set(subject, "t", static_cast<int>(subject)));
      REQUIRE(settings->set(subject, "u", "gone"));
      REQUIRE(settings->set(subject, "u", nullptr));
    }
  }
  const auto settings = *TableSettings::open(*PolyfillFile::open(path));
  for (const Subject subject : kAll) {
    CHECK(settings->has(subject));
    CHECK(settings->all(subject) ==
          std::map<std::string, ordered_json>{{"t", static_cast<int>(subject)}});
  }
}

}  // namespace dynatape::interceptors
