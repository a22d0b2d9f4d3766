#include "proxy/sessions/gates.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

namespace dynatape::sessions {
namespace {

using nlohmann::json;

core::Request request_of(const json& http) {
  core::Request request;
  request.method = http["method"].get<std::string>();
  request.target = http["path"].get<std::string>();
  for (const auto& [name, value] : http["headers"].items()) {
    request.headers.add(name, value.get<std::string>());
  }
  if (http.contains("host")) request.headers.add("Host", http["host"].get<std::string>());
  if (http["body"].is_string()) request.body = http["body"].get<std::string>();
  return request;
}

core::Request list_tables() {
  return {"POST",
          "/",
          {{"X-Amz-Target", "DynamoDB_20120810.ListTables"},
           {"Content-Type", "application/x-amz-json-1.0"},
           {"X-Amz-Date", "20261009T000000Z"},
           {"Authorization",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=h, Signature=s"}},
          "{}",
          {}};
}

}  // namespace

TEST_CASE("gates: every recorded protocol case is answered as the service answered it") {
  std::ifstream file(DYNATAPE_SOURCE_DIR "/tests/golden/data/protocol.jsonl");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const json recorded = json::parse(line);
    INFO(line);
    const auto answer = refused_at_gate(request_of(recorded["request"]));
    REQUIRE(answer.has_value());
    CHECK(answer->status == recorded["status"].get<int>());
    CHECK(answer->body == recorded["body"].get<std::string>());
    for (const auto& [name, value] : recorded.value("headers", json::object()).items()) {
      if (name.starts_with("Access-Control-")) {
        CHECK(answer->headers.get(name) == value.get<std::string>());
      }
    }
  }
  CHECK(cases == 20);
}

TEST_CASE("gates: a well-formed call passes, and echoes its content type") {
  auto request = list_tables();
  CHECK_FALSE(refused_at_gate(request).has_value());
  CHECK(answer_content_type(request) == "application/x-amz-json-1.0");
  request.headers.set("Content-Type", "application/json; charset=utf-8");
  CHECK(answer_content_type(request) == "application/json");
}

TEST_CASE("gates: a signed call without any date is told which headers would do") {
  auto request = list_tables();
  request.headers.erase("X-Amz-Date");
  const auto answer = refused_at_gate(request);
  REQUIRE(answer.has_value());
  CHECK(answer->body.find("either a 'X-Amz-Date' or a 'Date' header") != std::string::npos);
}

TEST_CASE("gates: with signers a wrong signature is refused, after the body's form") {
  const aws::Key key{"a", "secret"};
  const Signers signers{{&key, 1}, core::TimePoint(std::chrono::seconds(1'791'504'000))};
  auto request = list_tables();
  CHECK_FALSE(refused_at_gate(request).has_value());
  const auto refused = refused_at_gate(request, signers);
  REQUIRE(refused.has_value());
  CHECK(refused->status == 400);
  CHECK(refused->body ==
        R"({"__type":"com.amazon.coral.service#InvalidSignatureException",)"
        R"("message":"'Host' must be a 'SignedHeader' in the AWS Authorization."})");
  request.body = "not JSON";
  CHECK(refused_at_gate(request, signers)->body ==
        R"({"__type":"com.amazon.coral.service#SerializationException"})");
}

}  // namespace dynatape::sessions
