#include "interceptors/time_to_live.h"

#include "interceptors/expiry.h"
#include "polyfill_lab.h"
#include "tests/support/temp_dir.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

json specification(const json& enabled, const json& attribute, const std::string& table = "notes") {
  return {{"TableName", table},
          {"TimeToLiveSpecification", {{"Enabled", enabled}, {"AttributeName", attribute}}}};
}

const json kNotes = {{"TableName", "notes"}};
const json kOff = {{"TimeToLiveDescription", {{"TimeToLiveStatus", "DISABLED"}}}};

json state(const char* status) {
  return {{"TimeToLiveDescription", {{"AttributeName", "ends"}, {"TimeToLiveStatus", status}}}};
}

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

TEST_CASE("time to live: the setting is told as the service tells it") {
  PolyfillLab it("", 10s);
  CHECK(it.call("DescribeTimeToLive", kNotes) == kOff);
  CHECK(it.call("UpdateTimeToLive", specification(true, "ends")) ==
        json{{"TimeToLiveSpecification", {{"AttributeName", "ends"}, {"Enabled", true}}}});
  CHECK(it.call("DescribeTimeToLive", kNotes) == state("ENABLING"));
  it.lab.clock.advance(10s);
  CHECK(it.call("DescribeTimeToLive", kNotes) == state("ENABLED"));
  it.lab.clock.advance(1h);
  it.call("UpdateTimeToLive", specification(false, "ends"));
  CHECK(it.call("DescribeTimeToLive", kNotes) == state("DISABLING"));
  it.lab.clock.advance(10s);
  CHECK(it.call("DescribeTimeToLive", kNotes) == kOff);
}

TEST_CASE("time to live: what is wrong with a call is said as the service says it") {
  PolyfillLab it;
  const std::string invalid = "ValidationException: ";
  const auto refused = [&](const json& params) { return it.refused("UpdateTimeToLive", params); };
  CHECK(refused({{"TableName", "no"}}) ==
        invalid + "TableName must be at least 3 characters long and at most 255 characters long");
  CHECK(it.refused("DescribeTimeToLive", json::object()) ==
        invalid + "The parameter 'TableName' is required but was not present in the request");
  CHECK(refused(kNotes) == invalid +
                               "1 validation error detected: Value null at "
                               "'timeToLiveSpecification' failed to satisfy constraint: Member "
                               "must not be null");
  CHECK(refused(specification(nullptr, "")) ==
        invalid +
            "2 validation errors detected: Value null at 'timeToLiveSpecification.enabled' failed "
            "to satisfy constraint: Member must not be null; Value '' at "
            "'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must "
            "have length greater than or equal to 1");
  CHECK(refused(specification(1, "ends")) ==
        "SerializationException: NUMBER_VALUE cannot be converted to Boolean");
  const std::string none = "Requested resource not found: Table: none not found";
  CHECK(refused(specification(true, "ends", "none")) == "ResourceNotFoundException: " + none);
  CHECK(it.refused("DescribeTimeToLive", {{"TableName", "none"}}) ==
        "ResourceNotFoundException: " + none);
  CHECK(refused(specification(false, "ends")) == invalid + "TimeToLive is already disabled");
  it.call("UpdateTimeToLive", specification(true, "ends"));
  CHECK(refused(specification(true, "ends")) == invalid + "TimeToLive is already enabled");
  CHECK(refused(specification(true, "other")) ==
        invalid +
            "TimeToLive is active on a different AttributeName: current AttributeName is ends");
  CHECK(refused(specification(false, "ends")) ==
        invalid + "Time to live has been modified multiple times within a fixed interval");
  it.endpoint->state = "CREATING";
  CHECK(refused(specification(true, "ends")).starts_with("ResourceInUseException: "));
  CHECK(it.refused("DescribeTimeToLive", kNotes).starts_with(invalid + "Cannot describe"));
}

TEST_CASE("time to live: what has expired is deleted, page by page, and nothing else") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true, "ends"), "eu-west-1");
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

TEST_CASE("time to live: an item that is made to live longer meanwhile is kept") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true, "ends"));
  put(it, "d", at(-1));
  put(it, "e", at(-1));
  it.endpoint->before = [&](const std::string& operation) {
    if (operation == "DeleteItem") it.endpoint->tables["notes"]["d"]["ends"] = at(100);
  };
  it.sweep();
  CHECK(ids(it) == "abcd");
}

TEST_CASE("time to live: a call looks for what has expired, a minute after the last look") {
  PolyfillLab it;
  put(it, "d", at(30));
  it.call("UpdateTimeToLive", specification(true, "ends"));
  it.call("DescribeTable", kNotes);  // looks: nothing has expired
  it.lab.clock.advance(59s);
  it.call("DescribeTable", kNotes);
  CHECK(ids(it) == "abcd");
  it.lab.clock.advance(1s);
  it.call("DescribeTable", kNotes);
  CHECK(ids(it) == "abc");
  CHECK(!it.context.expiry->busy());
}

TEST_CASE("time to live: a table that is another one now has no setting") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true, "ends"));
  CHECK(it.context.settings->has(TableSettings::Subject::time_to_live));
  it.call("DeleteTable", kNotes);
  it.sweep();
  CHECK(!it.context.settings->has(TableSettings::Subject::time_to_live));
}

TEST_CASE("time to live: a sweep that fails is told, by await and by the next look") {
  PolyfillLab it;
  put(it, "d", at(-1));
  it.call("UpdateTimeToLive", specification(true, "ends"));
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

TEST_CASE("time to live: what is held back looks at nothing") {
  PolyfillLab it;
  put(it, "d", at(-1));
  it.call("UpdateTimeToLive", specification(true, "ends"));
  it.context.expiry->hold_back(true);
  CHECK(!it.context.expiry->due(kStart + 1h));
  it.sweep();
  CHECK(ids(it) == "abcd");
  it.context.expiry->hold_back(false);
  it.sweep();
  CHECK(ids(it) == "abc");
}

TEST_CASE("time to live: a file keeps the setting") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    it.call("UpdateTimeToLive", specification(true, "ends"));
  }
  PolyfillLab again(folder.file("kept.db"));
  CHECK(again.call("DescribeTimeToLive", kNotes) == state("ENABLED"));
  put(again, "d", at(-1));
  again.sweep();
  CHECK(ids(again) == "abc");
}

TEST_CASE("time to live: a backup tells it") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true, "ends"));
  const json told = it.call("DescribeBackup", {{"BackupArn", it.backup()}});
  CHECK(told["BackupDescription"]["SourceTableFeatureDetails"] ==
        json{{"TimeToLiveDescription",
              {{"AttributeName", "ends"}, {"TimeToLiveStatus", "ENABLED"}}}});
}

}  // namespace dynatape::interceptors
