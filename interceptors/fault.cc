#include "interceptors/fault.h"

#include <utility>

namespace dynatape::interceptors {

Firing::Firing(Firing&& other) noexcept
    : rule_(other.rule_),
      counter_(std::exchange(other.counter_, nullptr)),
      rng_(other.rng_),
      planned_(std::move(other.planned_)),
      http_(other.http_) {}

Firing::~Firing() { undelivered("the exchange ended early"); }

void Firing::delivered(core::Exchange& exchange, bool drives_away) {
  exchange.when_sent([firing = std::move(*this), drives_away](bool whole) mutable {
    if (!whole && !drives_away) return firing.undelivered("the client was gone");
    FaultCounter* const counter = std::exchange(firing.counter_, nullptr);
    if (!counter) return;
    counter->deliver();
    if (firing.planned_) firing.planned_->end();
  });
}

void Firing::undelivered(std::string_view reason) {
  FaultCounter* const counter = std::exchange(counter_, nullptr);
  if (!counter) return;
  counter->miss(reason);
  if (planned_) planned_->end(reason);
}

core::Task<core::Result<core::Reply>> Inner::witnessed(core::Exchange& exchange, core::Next next,
                                                       Behind& behind) {
  auto result = co_await next(exchange);
  if (result) {
    behind.status = result->response.status;
    if (behind.status >= 400) behind.error = result->response.body;
  }
  co_return result;
}

core::Task<core::Result<core::Reply>> AnswerFault::handle(core::Exchange& exchange, Firing& firing,
                                                          Inner inner) const {
  auto result = co_await inner(exchange);
  if (!result) {
    firing.undelivered("there was no answer");
    co_return result;
  }
  exchange.note(name(), std::string(firing.rule()) + ": " + note(*result));
  change(*result, exchange);
  firing.delivered(exchange, drives_away());
  co_return result;
}

}  // namespace dynatape::interceptors
