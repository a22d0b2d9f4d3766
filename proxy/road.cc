#include "proxy/road.h"

#include <exception>
#include <nlohmann/json.hpp>

namespace dynatape::proxy {
namespace {

/// An answer in DynamoDB's error shape for what is not DynamoDB's fault.
core::Reply infrastructure_error(int status, std::string_view type, const std::string& message) {
  const nlohmann::ordered_json body = {{"__type", "com.dynatape#" + std::string(type)},
                                       {"message", message}};
  core::Response response{status, {{"Content-Type", "application/x-amz-json-1.0"}}, {}};
  response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return {std::move(response), core::Source::proxy, {}};
}

}  // namespace

Road::Road(std::shared_ptr<const core::Pipeline> pipeline, const core::Clock& clock)
    : clock_(clock), pipeline_(std::move(pipeline)) {}

core::Task<core::Reply> Road::carry(core::Request request, core::Loop& loop) {
  const auto pipeline = current();
  core::Exchange exchange(next_id_.fetch_add(1, std::memory_order_relaxed), std::move(request),
                          loop, clock_);
  std::string failure;
  try {
    auto reply = co_await core::run(*pipeline, exchange);
    if (reply) co_return std::move(*reply);
    // Retryable, as an unreachable service is: what is behind may come back.
    co_return infrastructure_error(502, "UpstreamUnavailableException", reply.error().message);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  co_return infrastructure_error(500, "InternalProxyError", failure);
}

void Road::replace(std::shared_ptr<const core::Pipeline> pipeline) {
  const std::lock_guard lock(mutex_);
  pipeline_ = std::move(pipeline);
}

std::shared_ptr<const core::Pipeline> Road::current() const {
  const std::lock_guard lock(mutex_);
  return pipeline_;
}

}  // namespace dynatape::proxy
