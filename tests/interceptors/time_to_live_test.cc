#include "interceptors/time_to_live.h"

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

TEST_CASE("time to live: a file keeps the setting") {
  const support::TempDir folder;
  {
    PolyfillLab it(folder.file("kept.db"));
    it.call("UpdateTimeToLive", specification(true, "ends"));
  }
  PolyfillLab again(folder.file("kept.db"));
  CHECK(again.call("DescribeTimeToLive", kNotes) == state("ENABLED"));
  again.endpoint->tables["notes"]["d"] = {{"id", {{"S", "d"}}}, {"ends", {{"N", "1699999999"}}}};
  again.sweep();
  CHECK(again.endpoint->tables["notes"].size() == 3);
}

TEST_CASE("time to live: a backup tells it") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true, "ends"));
  const json told = it.call("DescribeBackup", {{"BackupArn", it.backup()}});
  CHECK(told["BackupDescription"]["SourceTableFeatureDetails"] ==
        json{{"TimeToLiveDescription",
              {{"AttributeName", "ends"}, {"TimeToLiveStatus", "ENABLED"}}}});
}

TEST_CASE("time to live: it may be changed again after an hour, and not before") {
  PolyfillLab it;
  it.call("UpdateTimeToLive", specification(true, "ends"));
  it.lab.clock.advance(1h - 1us);
  CHECK(it.refused("UpdateTimeToLive", specification(false, "ends"))
            .ends_with("modified multiple times within a fixed interval"));
  it.lab.clock.advance(1us);
  it.call("UpdateTimeToLive", specification(false, "ends"));
  CHECK(it.status == 200);
}

TEST_CASE("time to live: a table that is being deleted has none") {
  PolyfillLab it;
  it.endpoint->state = "DELETING";
  CHECK(it.refused("DescribeTimeToLive", kNotes) ==
        "ValidationException: Cannot describe time to live while table is in DELETING state: "
        "Current table state is DELETING");
  CHECK(it.refused("UpdateTimeToLive", specification(true, "ends")) ==
        "ResourceNotFoundException: Requested resource not found: Table: notes not found");
}

}  // namespace dynatape::interceptors
