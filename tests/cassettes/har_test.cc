#include "cassettes/har.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {

// The members that HAR 1.2 requires, by its specification.
TEST_CASE("har: every member that the format requires is there") {
  const support::TempDir dir;
  const std::string path = TapeBuilder()
                               .call("GetItem", R"({"TableName":"t"})")
                               .call("GetItem", "\xff", "\xff\x01", 502)
                               .write(dir, "a.tape");
  std::ostringstream out;
  REQUIRE(export_har(path, "1.2.3", out).has_value());
  const auto log = nlohmann::json::parse(out.str()).at("log");
  CHECK(log["version"] == "1.2");
  CHECK(log["creator"]["version"] == "1.2.3");
  REQUIRE(log["entries"].size() == 2);
  for (const auto& entry : log["entries"]) {
    for (const char* name :
         {"startedDateTime", "time", "request", "response", "cache", "timings"}) {
      CHECK(entry.contains(name));
    }
    for (const char* name : {"method", "url", "httpVersion", "cookies", "headers", "queryString",
                             "headersSize", "bodySize"}) {
      CHECK(entry["request"].contains(name));
    }
    for (const char* name : {"mimeType", "text"})
      CHECK(entry["request"]["postData"].contains(name));
    for (const char* name : {"status", "statusText", "httpVersion", "cookies", "headers", "content",
                             "redirectURL", "headersSize", "bodySize"}) {
      CHECK(entry["response"].contains(name));
    }
    for (const char* name : {"size", "mimeType"})
      CHECK(entry["response"]["content"].contains(name));
    for (const char* name : {"send", "wait", "receive"}) CHECK(entry["timings"][name].is_number());
    CHECK(entry["time"] == 5.0);
  }
  CHECK(log["entries"][0]["startedDateTime"] == "2023-11-14T22:13:20.000Z");
  CHECK(log["entries"][0]["request"]["url"] == "http://dynamodb.invalid/#GetItem");
  CHECK(log["entries"][1]["response"]["content"]["encoding"] == "base64");
  CHECK(log["entries"][1]["response"]["content"]["text"] == "/wE=");
}

}  // namespace dynatape::cassettes
