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

core::Task<net::Answer> Road::carry(core::Request request, core::Loop& loop) {
  auto pipeline = current();
  core::Exchange exchange(next_id_.fetch_add(1, std::memory_order_relaxed), std::move(request),
                          loop, clock_);
  core::Reply reply;
  try {
    auto result = co_await core::run(*pipeline, exchange);
    // Retryable, as an unreachable service is: what is behind may come back.
    reply = result
                ? std::move(*result)
                : infrastructure_error(502, "UpstreamUnavailableException", result.error().message);
  } catch (const std::exception& error) {
    reply = infrastructure_error(500, "InternalProxyError", error.what());
  }
  net::Answer answer(std::move(reply));
  if (auto then = exchange.take_when_sent()) {
    // With the pipeline, because what is told belongs to its interceptors.
    answer.sent = [pipeline = std::move(pipeline), then = std::move(then)](net::Sent sent) mutable {
      then(sent == net::Sent::whole);
    };
  }
  co_return answer;
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
