#include "lab.h"

#include <catch2/catch.hpp>

namespace dynatape::interceptors {
namespace {

CallSpec with_member(std::string operation, std::string_view table, std::string_view member,
                     std::string_view key) {
  return {std::move(operation), R"({"TableName":")" + std::string(table) + R"(",")" +
                                    std::string(member) + R"(":{"pk":{"S":")" + std::string(key) +
                                    R"("}}})"};
}

}  // namespace

core::Request CallSpec::request() const {
  const core::Operation* known = core::find_operation(operation);
  const auto service = known ? known->service : core::Service::dynamodb;
  core::Request request{
      "POST",
      "/",
      {{"X-Amz-Target", std::string(core::target_prefix(service)) + "." + operation}},
      body,
      {}};
  if (!invocation.empty()) request.headers.add("amz-sdk-invocation-id", invocation);
  if (!region.empty()) {
    request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/" + region +
                                             "/dynamodb/aws4_request, Signature=0");
  }
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

CallSpec get_item(std::string_view table, std::string_view key) {
  return with_member("GetItem", table, "Key", key);
}
CallSpec put_item(std::string_view table, std::string_view key) {
  return with_member("PutItem", table, "Item", key);
}
CallSpec update_item(std::string_view table, std::string_view key) {
  return with_member("UpdateItem", table, "Key", key);
}

std::string one_rule(std::string_view then, std::string_view members) {
  return R"({"rules":[{"name":"r","then":)" + std::string(then) + std::string(members) + "}]}";
}

std::string throttle(std::string_view when, std::string_view members) {
  return one_rule(R"({"error":"ThrottlingException"})",
                  R"(,"when":)" + std::string(when) + std::string(members));
}

std::shared_ptr<const RuleSet> rules_of(std::string_view text) {
  auto rules = read_rules(text, "rules.json");
  if (!rules) FAIL(rules.error().message);
  return *rules;
}

std::string mistake_in(std::string_view text) {
  const auto rules = read_rules(text, "rules.json");
  if (rules) FAIL("the rules were accepted: " << text);
  return rules.error().message;
}

Lab::Lab(std::string_view text, RulesOptions options) {
  options.since = kStart;
  rules = make_rules_interceptor(rules_of(text), options);
  pipeline = {{rules}, upstream};
}

void Lab::edit(std::string_view text) {
  auto edited = make_rules_interceptor(
      rules_of(text), {.seed = {}, .session = "", .http = nullptr, .since = clock.now()});
  edited->take_over(*rules);
  rules = std::move(edited);
  pipeline.interceptors = {rules};
}

Lab::Lab(std::shared_ptr<core::Interceptor> interceptor)
    : pipeline{{std::move(interceptor)}, upstream} {}

core::Result<core::Reply> Lab::try_call(const CallSpec& spec) {
  core::Exchange exchange(next_id++, spec.request(), loop, clock, {session});
  const auto result = loop.run(core::run(pipeline, exchange));
  notes.assign(exchange.notes().begin(), exchange.notes().end());
  faults = exchange.faults();
  if (auto sent = exchange.take_when_sent()) sent(client_stays);
  return result;
}

core::Reply Lab::call(const CallSpec& spec) {
  auto result = try_call(spec);
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

std::string Lab::pattern(const CallSpec& spec, int n) {
  std::string pattern;
  for (int i = 0; i < n; ++i) pattern += faulted(spec) ? '!' : '.';
  return pattern;
}

}  // namespace dynatape::interceptors
