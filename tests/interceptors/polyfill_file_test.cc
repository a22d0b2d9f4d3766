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

}  // namespace dynatape::interceptors
