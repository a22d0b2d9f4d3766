#include "proxy/sessions/road.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/time_text.h"
#include "core/upload.h"

namespace dynatape::sessions {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kPoll = 1ms;  // while a session changes its cassette

/// An answer in DynamoDB's error shape for what is not DynamoDB's fault.
core::Reply infrastructure_error(int status, std::string_view type, const std::string& message) {
  const nlohmann::ordered_json body = {{"__type", "com.dynatape#" + std::string(type)},
                                       {"message", message}};
  core::Response response{status, {{"Content-Type", "application/x-amz-json-1.0"}}, {}};
  response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return {std::move(response), core::Source::proxy, {}};
}

/// No SDK retries it: a session does not come by itself.
core::Reply no_session(const std::string& name) {
  return infrastructure_error(
      400, "SessionNotFoundException",
      "there is no session '" + name + "'; POST /_dynatape/v1/sessions creates one");
}

/// What is behind those who meet a connection: nothing.
class NoCall final : public core::Upstream {
 public:
  [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange&) override {
    co_return core::Reply{};
  }
};

ExchangeLog::Entry entry_of(core::Exchange& exchange, const core::Reply& reply) {
  auto entry = std::make_shared<LoggedExchange>();
  entry->id = exchange.id();
  entry->session = exchange.session();
  entry->started = exchange.started();
  entry->took = exchange.elapsed();
  entry->status = reply.response.status;
  entry->source = reply.source;
  entry->notes.assign(exchange.notes().begin(), exchange.notes().end());
  entry->faults.assign(exchange.faults().begin(), exchange.faults().end());
  entry->request = exchange.release();
  return entry;
}

core::Task<std::shared_ptr<const core::Pipeline>> pipeline_of(Session& session, core::Loop& loop) {
  auto pipeline = session.pipeline();
  while (!pipeline && !session.closed()) {
    co_await loop.sleep(kPoll);
    pipeline = session.pipeline();
  }
  co_return pipeline;
}

}  // namespace

core::Task<net::Answer> Road::carry(core::Request request, Sessions::Chosen chosen,
                                    core::Loop& loop, core::Upload* upload) {
  if (!chosen.session) co_return no_session(chosen.wanted);
  Session& session = *chosen.session;
  auto pipeline = session.pipeline();
  if (!pipeline) pipeline = co_await pipeline_of(session, loop);
  if (!pipeline) co_return no_session(session.name());
  if (upload && !pipeline->takes_uploads) {
    if (!co_await core::take_in(*std::exchange(upload, nullptr), request)) co_return core::Reply{};
  }
  session.arrived();
  const std::string_view prefix = chosen.by_path ? session.path_prefix() : std::string_view();
  core::Exchange exchange(next_id_.fetch_add(1, std::memory_order_relaxed), std::move(request),
                          loop, session.clock(), {session.name(), prefix});
  if (upload) exchange.expect_body(*upload);
  core::Reply reply;
  try {
    auto result = co_await core::run(*pipeline, exchange);
    if (result) {
      reply = std::move(*result);
    } else {
      session.failed(result.error().message);
      // Retryable, as an unreachable service is: what is behind may come back.
      reply = infrastructure_error(502, "UpstreamUnavailableException", result.error().message);
    }
  } catch (const std::exception& error) {
    session.failed(error.what());
    reply = infrastructure_error(500, "InternalProxyError", error.what());
  }
  auto told = exchange.take_when_sent();
  log_.add(entry_of(exchange, reply));
  net::Answer answer(std::move(reply));
  // The server stamps the default session's time.
  if (chosen.owner && session.clock().read().steered &&
      !answer.reply.response.headers.contains("Date")) {
    answer.reply.response.headers.add("Date", core::http_date(session.clock().now()));
  }
  if (told) {
    // With the pipeline, because what is told belongs to its interceptors.
    answer.sent = [pipeline = std::move(pipeline), then = std::move(told)](net::Sent sent) mutable {
      then(sent == net::Sent::whole);
    };
  }
  co_return answer;
}

core::Task<void> Road::meet_connection(Session& session, core::Loop& loop) {
  const auto pipeline = session.pipeline();
  if (!pipeline || !pipeline->doorkeeper) co_return;
  core::Exchange exchange(next_id_.fetch_add(1, std::memory_order_relaxed), {}, loop,
                          session.clock(), {session.name()});
  NoCall nothing;
  const auto result = co_await pipeline->doorkeeper->handle(exchange, core::Next({}, nothing));
  auto told = exchange.take_when_sent();
  if (!exchange.faults().empty()) {
    log_.add(
        entry_of(exchange, {{.status = 0, .headers = {}, .body = {}}, core::Source::fault, {}}));
  }
  if (told) told(result.has_value());
}

}  // namespace dynatape::sessions
