#include "session_lab.h"

#include <catch2/catch.hpp>

namespace dynatape::sessions {
namespace {

using nlohmann::json;

core::Request request_of(std::string_view operation, const json& parameters) {
  return {"POST",
          "/",
          {{"X-Amz-Target", "DynamoDB_20120810." + std::string(operation)},
           {"X-Amz-Date", "20260101T000000Z"},
           {"Content-Type", "application/x-amz-json-1.0"},
           {"Authorization",
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/dynamodb/aws4_request, "
            "SignedHeaders=host, Signature=0"}},
          parameters.dump(),
          {}};
}

}  // namespace

std::string Seen::type() const {
  const std::string type = body.value("__type", "");
  return type.substr(type.find('#') + 1);
}

Seen Caller::call(std::string_view operation, const json& parameters) {
  const auto pipeline = session_.pipeline();
  core::Exchange exchange(next_id_++, request_of(operation, parameters), loop_, session_.clock());
  const auto result = loop_.run(core::run(*pipeline, exchange));
  if (auto sent = exchange.take_when_sent()) sent(true);
  if (!result) throw std::runtime_error(result.error().message);
  return {result->response.status, json::parse(result->response.body)};
}

json Caller::ok(std::string_view operation, const json& parameters) {
  Seen seen = call(operation, parameters);
  // Not told to Catch, which knows one thread.
  if (seen.status == 200) return std::move(seen.body);
  throw std::runtime_error(std::string(operation) + " " + parameters.dump() + ": " +
                           seen.body.dump());
}

std::shared_ptr<Session> session_of(const std::string& text) {
  SessionSettings settings;
  if (!text.empty()) settings.rules = RuleText{text, "rules.json"};
  constexpr std::chrono::seconds kNewYear2026{1'767'225'600};
  settings.clock = {.start = core::TimePoint(kNewYear2026), .rate = 0};
  auto session = Session::open(std::move(settings), Shared{});
  if (!session) throw std::runtime_error(session.error().message);
  return *session;
}

std::string one_rule(const json& when, const json& then) {
  return json{{"rules", {{{"name", "r"}, {"when", when}, {"then", then}}}}}.dump();
}

interceptors::FaultTally tally_of(const Session& session) { return session.tallies().at(0); }

json table_of(const std::string& name, const std::string& sort_type) {
  json table = {{"TableName", name},
                {"BillingMode", "PAY_PER_REQUEST"},
                {"AttributeDefinitions", {{{"AttributeName", "pk"}, {"AttributeType", "S"}}}},
                {"KeySchema", {{{"AttributeName", "pk"}, {"KeyType", "HASH"}}}}};
  if (sort_type.empty()) return table;
  table["AttributeDefinitions"].push_back({{"AttributeName", "sk"}, {"AttributeType", sort_type}});
  table["KeySchema"].push_back({{"AttributeName", "sk"}, {"KeyType", "RANGE"}});
  return table;
}

}  // namespace dynatape::sessions
