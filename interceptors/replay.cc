#include "interceptors/replay.h"

#include <utility>

#include "cassettes/error_response.h"

namespace dynatape::interceptors {

core::Task<core::Result<core::Reply>> Replay::handle(core::Exchange& exchange, core::Next next) {
  auto answer = co_await cassette_->replay(exchange);
  if (!answer) {
    exchange.note(name(), answer.error().message);
    co_return core::Reply{
        cassettes::error_response("CassetteFailedException", answer.error().message),
        core::Source::cassette,
        {}};
  }
  auto& found = *answer;
  if (!found) co_return co_await next(exchange);
  exchange.note(name(), std::move(found->note));
  co_return core::Reply{std::move(found->response), core::Source::cassette, {}};
}

}  // namespace dynatape::interceptors
