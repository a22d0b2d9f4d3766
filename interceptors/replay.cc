#include "interceptors/replay.h"

#include <algorithm>
#include <utility>

#include "cassettes/error_response.h"
#include "interceptors/duration_text.h"

namespace dynatape::interceptors {

core::Task<core::Result<core::Reply>> Replay::handle(core::Exchange& exchange, core::Next next) {
  const core::TimePoint came = exchange.clock().now();
  auto answer = co_await cassette_->replay(exchange);
  if (!answer) {
    exchange.note(name(), answer.error().message);
    co_return core::Reply{
        cassettes::error_response("CassetteFailedException", answer.error().message),
        core::Source::cassette,
        {}};
  }
  auto& found = *answer;
  if (!found) {
    if (!cassette_->records()) exchange.note(name(), "miss, passed on to the upstream");
    co_return co_await next(exchange);
  }
  if (found->takes > core::Duration::zero()) found->note += ", taking " + to_text(found->takes);
  exchange.note(name(), std::move(found->note));
  if (found->takes > core::Duration::zero()) {
    const auto passed = std::max(core::Duration::zero(), exchange.clock().now() - came);
    co_await exchange.clock().sleep(exchange.loop(), found->takes - passed);
  }
  co_return core::Reply{std::move(found->response), found->source, {}};
}

}  // namespace dynatape::interceptors
