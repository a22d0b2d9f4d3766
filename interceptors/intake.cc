#include "interceptors/intake.h"

#include <utility>

#include "core/upload.h"

namespace dynatape::interceptors {
namespace {

using core::Received;

core::Task<core::Result<core::Reply>> take_in(core::Upload& upload, core::Exchange& exchange,
                                              core::Next next) {
  Received received = co_await upload.receive(exchange.demands());
  switch (received.end) {
    case Received::End::whole:
      break;
    case Received::End::cut: {
      core::Delivery nothing{.cut_after = 0};
      nothing.ending = exchange.demands().cut_upload->what.ending;
      core::Response none;
      none.status = 0;  // nobody gets it
      co_return core::Reply{std::move(none), core::Source::fault, std::move(nothing)};
    }
    case Received::End::lost:
      co_return core::failure("the client was gone before its request was whole");
  }
  exchange.body_came(std::move(received.body), std::move(received.encoded_body));
  co_return co_await next(exchange);
}

}  // namespace

core::Task<core::Result<core::Reply>> Intake::handle(core::Exchange& exchange, core::Next next) {
  core::Upload* const upload = exchange.upload();
  return upload ? take_in(*upload, exchange, next) : next(exchange);
}

}  // namespace dynatape::interceptors
