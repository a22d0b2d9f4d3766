#include "interceptors/record.h"

#include <string>
#include <utility>

#include "cassettes/error_response.h"

namespace dynatape::interceptors {
namespace {

core::Reply refusal(core::Exchange& exchange, const std::string& what, const core::Error& error) {
  exchange.note("record", error.message);
  return {cassettes::error_response("RecordingFailedException", what + error.message),
          core::Source::cassette,
          {}};
}

}  // namespace

core::Task<core::Result<core::Reply>> Record::handle(core::Exchange& exchange, core::Next next) {
  if (const auto failure = cassette_->refuses()) {
    co_return refusal(exchange, "not carried out, because recording has failed: ", *failure);
  }
  auto draft = cassette_->draft(exchange);
  if (!draft) co_return refusal(exchange, "not carried out, nor recorded: ", draft.error());
  auto reply = co_await next(exchange);
  if (!reply) co_return reply;
  auto note = co_await cassette_->record(exchange, std::move(*draft), reply->response);
  if (!note) co_return refusal(exchange, "carried out, but not recorded: ", note.error());
  exchange.note(name(), std::move(*note));
  co_return reply;
}

}  // namespace dynatape::interceptors
