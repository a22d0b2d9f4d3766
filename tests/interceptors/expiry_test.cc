#include "interceptors/expiry.h"

#include "polyfill_lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

json specification(bool enabled, const std::string& table = "notes") {
  return {{"TableName", table},
          {"TimeToLiveSpecification", {{"Enabled", enabled}, {"AttributeName", "ends"}}}};
}

const json kNotes = {{"TableName", "notes"}};

/// kStart, and so many seconds.
json at(std::int64_t seconds) { return {{"N", std::to_string(1'700'000'000 + seconds)}}; }

void put(PolyfillLab& it, const std::string& id, const json& ends) {
  it.call("PutItem", {{"TableName", "notes"}, {"Item", {{"id", {{"S", id}}}, {"ends", ends}}}});
}

std::string ids(PolyfillLab& it) {
  std::string ids;
  for (const auto& [id, item] : it.endpoint->tables["notes"]) ids += id;
  return ids;
}

}  // namespace

TEST_CASE("expiry: what has expired is deleted, page by page, and nothing else") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true), "eu-west-1");
  put(it, "d", at(-1));
  put(it, "e", at(100));
  put(it, "f", {{"S", "1600000000"}});
  put(it, "g", at(-6 * 365 * 24 * 3600));
  put(it, "h", at(99));
  it.sweep();
  CHECK(ids(it) == "abcefgh");
  CHECK(it.endpoint->callers.starts_with(
      "AWS4-HMAC-SHA256 Credential=AKIA/20231114/eu-west-1/dynamodb/aws4_request, "));
  it.lab.clock.advance(100s);
  it.sweep();
  CHECK(ids(it) == "abcefg");  // at its second itself, e has not expired
  it.lab.clock.advance(1s);
  it.sweep();
  CHECK(ids(it) == "abcfg");
}

TEST_CASE("expiry: an item that is made to live longer meanwhile is kept") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true));
  put(it, "d", at(-1));
  put(it, "e", at(-1));
  it.endpoint->before = [&](const std::string& operation) {
    auto& items = it.endpoint->tables["notes"];
    if (operation == "DeleteItem" && items.contains("d")) items["d"]["ends"] = at(100);
  };
  it.sweep();
  CHECK(ids(it) == "abcd");
}

TEST_CASE("expiry: a call looks for what has expired, a minute after the last look") {
  PolyfillLab it;
  put(it, "d", at(30));
  it.call("UpdateTimeToLive", specification(true));
  it.call("DescribeTable", kNotes);  // looks: nothing has expired
  it.lab.clock.advance(59s);
  it.call("DescribeTable", kNotes);
  CHECK(ids(it) == "abcd");
  it.lab.clock.advance(1s);
  it.call("DescribeTable", kNotes);
  CHECK(ids(it) == "abc");
  CHECK(!it.context.expiry->busy());
}

TEST_CASE("expiry: a table that is another one now has no setting") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true));
  CHECK(it.context.settings->has(TableSettings::Subject::time_to_live));
  it.call("DeleteTable", kNotes);
  it.sweep();
  CHECK(!it.context.settings->has(TableSettings::Subject::time_to_live));
}

TEST_CASE("expiry: a sweep that fails is told, by await and by the next look") {
  PolyfillLab it;
  put(it, "d", at(-1));
  it.call("UpdateTimeToLive", specification(true));
  class Gone final : public core::Upstream {
    core::Task<core::Result<core::Reply>> send(core::Exchange&) override {
      co_return core::failure("nobody is there");
    }
  };
  const auto expiry = std::make_shared<Expiry>(std::make_shared<Gone>(), it.context.settings,
                                               it.context.written, core::Duration());
  const std::string why = "expired items of table 'notes' cannot be deleted: nobody is there";
  const auto swept = core::run_to_end(expiry->sweep(it.lab.loop, it.lab.clock));
  REQUIRE(swept.has_value());
  CHECK(swept->error().message == why);
  CHECK(!expiry->busy());
  it.context.expiry = expiry;
  it.lab.pipeline.interceptors = {make_polyfills(it.context)};
  it.lab.clock.advance(1min);
  it.call("DescribeTable", kNotes);
  CHECK(it.lab.notes.empty());
  it.lab.clock.advance(1min);
  it.call("DescribeTable", kNotes);
  CHECK(it.lab.notes == std::vector<core::Note>{{"polyfills", why}});
}

TEST_CASE("expiry: what is held back looks at nothing") {
  PolyfillLab it;
  put(it, "d", at(-1));
  it.call("UpdateTimeToLive", specification(true));
  it.context.expiry->hold_back(true);
  CHECK(!it.context.expiry->due(kStart + 1h));
  it.sweep();
  CHECK(ids(it) == "abcd");
  it.context.expiry->hold_back(false);
  it.sweep();
  CHECK(ids(it) == "abc");
}

TEST_CASE("expiry: an item has expired once its second is over") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true));
  put(it, "d", at(0));
  it.lab.clock.advance(1s - 1us);
  it.sweep();
  CHECK(ids(it) == "abcd");
  it.lab.clock.advance(1us);
  it.sweep();
  CHECK(ids(it) == "abc");
}

TEST_CASE("expiry: a setting takes effect once its change is through") {
  PolyfillLab it("", 10s);
  put(it, "d", at(-1));
  it.call("UpdateTimeToLive", specification(true));
  it.lab.clock.advance(10s - 1us);
  it.sweep();
  CHECK(ids(it) == "abcd");
  it.lab.clock.advance(1us);
  it.sweep();
  CHECK(ids(it) == "abc");
  it.lab.clock.advance(1h);
  it.call("UpdateTimeToLive", specification(false));
  it.lab.clock.advance(1min);
  put(it, "e", at(-1));
  it.sweep();
  CHECK(ids(it) == "abce");
}

TEST_CASE("expiry: what was waited for is not looked for again at once") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true));
  it.sweep();
  it.endpoint->tables["notes"]["d"] = {{"id", {{"S", "d"}}}, {"ends", at(-1)}};
  it.lab.clock.advance(59s);
  it.call("DescribeTable", kNotes);
  CHECK(ids(it) == "abcd");
}

TEST_CASE("expiry: a clock that is set back is no reason to wait for what it said") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true));
  it.sweep();
  put(it, "d", at(-7200));
  it.lab.clock.advance(-1h);
  it.call("DescribeTable", kNotes);
  CHECK(ids(it) == "abc");
  it.call("UpdateTimeToLive", specification(false));
  CHECK(it.status == 200);
}

TEST_CASE("expiry: a table made anew under the name keeps its items") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true));
  it.sweep();
  it.call("DeleteTable", kNotes);
  it.call("CreateTable", kNotes);
  put(it, "d", at(-1));
  it.sweep();
  CHECK(ids(it) == "d");
  CHECK(!it.context.settings->has(TableSettings::Subject::time_to_live));
}

TEST_CASE("expiry: a table that cannot be looked at is no reason to leave out the others") {
  PolyfillLab it;
  for (const char* const table : {"a-first", "z-last"}) {
    it.endpoint->tables[table];
    it.call("UpdateTimeToLive", specification(true, table));
  }
  it.call("UpdateTimeToLive", specification(true));
  put(it, "d", at(-1));
  for (const char* const table : {"a-first", "z-last"}) {
    it.endpoint->broken = table;
    put(it, "d", at(-1));
    const auto swept = core::run_to_end(it.context.expiry->sweep(it.lab.loop, it.lab.clock));
    REQUIRE(swept.has_value());
    CHECK(swept->error().message == "expired items of table '" + std::string(table) +
                                        "' cannot be deleted: AccessDeniedException: it is broken");
    CHECK(ids(it) == "abc");
  }
}

TEST_CASE("expiry: the session's one account is whose items are deleted") {
  PolyfillLab it;
  it.context.account = "SHARED";
  it.lab.pipeline.interceptors = {make_polyfills(it.context)};
  it.call("UpdateTimeToLive", specification(true), "eu-west-1");
  put(it, "d", at(-1));
  it.sweep();
  CHECK(it.endpoint->callers.starts_with(
      "AWS4-HMAC-SHA256 Credential=SHARED/20231114/eu-west-1/dynamodb/aws4_request, "));
}

}  // namespace dynatape::interceptors
