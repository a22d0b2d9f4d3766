#include "interceptors/upstream_call.h"

#include <utility>

#include "core/json.h"
#include "core/operation.h"
#include "interceptors/error_body.h"

namespace dynatape::interceptors {
namespace {

using core::dumped;

core::Request request_like(const core::Request& client, std::string_view operation,
                           const ordered_json& params) {
  core::Request request{"POST", client.target, client.headers, dumped(params), {}};
  const core::Operation* known = core::find_operation(operation);
  const auto service = known ? known->service : core::Service::dynamodb;
  request.headers.set("X-Amz-Target",
                      std::string(core::target_prefix(service)) + "." + std::string(operation));
  for (const std::string_view name :
       {"Content-Encoding", "Content-Length", "Accept-Encoding", "amz-sdk-invocation-id",
        "amz-sdk-request", "x-amz-content-sha256"}) {
    request.headers.erase(name);
  }
  return request;
}

std::string member(const core::Response& response, const char* name, const char* other) {
  const auto body = ordered_json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return {};
  for (const char* const one : {name, other}) {
    if (body.contains(one) && body.at(one).is_string()) return body.at(one).get<std::string>();
  }
  return {};
}

}  // namespace

core::Task<Attempt<ordered_json>> call_upstream(core::Exchange& exchange, core::Upstream& upstream,
                                                std::string operation, ordered_json params) {
  std::string prefix = exchange.signed_target();
  prefix.resize(prefix.size() - exchange.request().target.size());
  core::Exchange inner(exchange.id(), request_like(exchange.request(), operation, params),
                       exchange.loop(), exchange.clock(), {exchange.session(), prefix});
  auto reply = co_await upstream.send(inner);
  if (!reply) co_return std::unexpected(Answer(std::unexpected(reply.error())));
  if (reply->response.status != 200) co_return std::unexpected(Answer(*std::move(reply)));
  auto body = ordered_json::parse(reply->response.body, nullptr, /*allow_exceptions=*/false);
  if (body.is_object()) co_return body;
  co_return std::unexpected(
      Answer(core::failure("the upstream answered " + operation + " with what is no JSON object")));
}

core::Task<Attempt<std::optional<ordered_json>>> ScannedPages::next() {
  if (scan_.is_null()) co_return std::nullopt;
  auto page = co_await call_upstream(exchange_, upstream_, "Scan", scan_);
  if (!page) co_return std::unexpected(page.error());
  if (page->contains("LastEvaluatedKey")) {
    scan_["ExclusiveStartKey"] = std::move(page->at("LastEvaluatedKey"));
  } else {
    scan_ = nullptr;
  }
  co_return page->value("Items", ordered_json::array());
}

core::Reply success(const ordered_json& body) {
  return {{200, {{"Content-Type", "application/x-amz-json-1.0"}}, dumped(body)},
          core::Source::proxy,
          {}};
}

core::Reply exception(const core::Exchange& exchange, std::string_view name, std::string message) {
  ErrorShape shape;
  shape.exception = find_exception(name);
  shape.message = std::move(message);
  return {{shape.exception->status,
           {{"Content-Type", "application/x-amz-json-1.0"}},
           error_body(shape, exchange.call()).value_or("{}")},
          core::Source::proxy,
          {}};
}

std::unexpected<Answer> refusal(const core::Exchange& exchange, std::string_view name,
                                std::string message) {
  return std::unexpected(Answer(exception(exchange, name, std::move(message))));
}

std::string exception_name(const core::Response& response) {
  const std::string type = member(response, "__type", "code");
  return type.substr(type.rfind('#') + 1);
}

std::string exception_message(const core::Response& response) {
  return member(response, "message", "Message");
}

}  // namespace dynatape::interceptors
