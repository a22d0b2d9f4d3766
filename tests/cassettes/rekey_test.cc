#include "cassettes/rekey.h"

#include "cassettes/sqlite.h"
#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {

TEST_CASE("rekey: keys of another version are made anew in the file, once") {
  const support::TempDir dir;
  TapeBuilder tape;
  for (const char* id : {"a", "b", "a"}) {
    tape.call("GetItem", std::string(R"({"TableName":"t","Key":{"id":{"S":")") + id + R"("}}})");
  }
  const std::string path = tape.write(dir, "a.tape");
  const auto before = (*Store::open(path))->places();
  CHECK(rekey(path)->changed == 0);
  {
    auto file = Connection::open(path, Connection::Access::write);
    REQUIRE(file.has_value());
    REQUIRE(file->run("UPDATE setting SET value = '1' WHERE name = 'key_version';"
                      "UPDATE interaction SET key = zeroblob(16)")
                .has_value());
  }
  const auto rekeyed = rekey(path);
  REQUIRE(rekeyed.has_value());
  CHECK(rekeyed->from == 1);
  CHECK(rekeyed->changed == 3);
  {
    const auto store = Store::open(path);
    CHECK((*store)->key_version() == kKeyVersion);
    CHECK((*store)->places() == before);
  }
  auto file = Connection::open(path, Connection::Access::read);
  CHECK(file->integer("SELECT count(*) FROM interaction WHERE key = zeroblob(16)") == 0);
  CHECK(rekey(path)->changed == 0);
}

TEST_CASE("rekey: what is no cassette is refused") {
  const support::TempDir dir;
  CHECK(rekey(dir.file("none.tape")).error().message ==
        "cassette " + dir.file("none.tape") + ": no such file");
}

}  // namespace dynatape::cassettes
