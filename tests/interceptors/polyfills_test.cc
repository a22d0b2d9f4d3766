#include "interceptors/polyfills.h"

#include "polyfill_lab.h"

namespace dynatape::interceptors {
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

TEST_CASE("polyfills: of a table that is deleted nothing is kept, and of others all") {
  using Subject = TableSettings::Subject;
  PolyfillLab it;
  for (const std::string table : {"notes", "others"}) {
    it.endpoint->tables[table];
    for (const Subject subject : {Subject::billing, Subject::restored, Subject::tags}) {
      REQUIRE(it.context.settings->set(subject, "id-" + table, ordered_json::array()));
    }
  }
  it.endpoint->refusals["DeleteTable"] = exception_of("ResourceInUseException", "not now");
  it.call("DeleteTable", {{"TableName", "notes"}});
  CHECK(it.context.settings->all(Subject::tags).size() == 2);
  it.endpoint->refusals.clear();
  it.call("DeleteTable", {{"TableName", "notes"}});
  for (const Subject subject : {Subject::billing, Subject::restored, Subject::tags}) {
    CHECK(it.context.settings->all(subject) ==
          std::map<std::string, ordered_json>{{"id-others", ordered_json::array()}});
  }
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
  CHECK(!lacks(400, "com.amazon.coral.validate#ValidationException",
               "The parameter says: Dynatape's emulator does not implement "));
  CHECK(!lacks(500, "InternalServerError", ""));
  CHECK(!lacks_operation({200, {}, "{}"}));
}

}  // namespace dynatape::interceptors
