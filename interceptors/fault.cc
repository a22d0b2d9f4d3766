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

void Firing::delivered(core::Exchange& exchange) {
  exchange.when_sent([firing = std::move(*this)](bool whole) mutable {
    if (!whole) return firing.undelivered("the client was gone");
    FaultCounter* const counter = std::exchange(firing.counter_, nullptr);
    if (!counter) return;
    counter->deliver();
    if (firing.planned_) firing.planned_->end();
  });
}

void Firing::delivered_to_whoever_stays(core::Exchange& exchange) {
  exchange.when_sent([firing = std::move(*this)](bool) mutable {
    if (FaultCounter* counter = std::exchange(firing.counter_, nullptr)) counter->deliver();
  });
}

void Firing::undelivered(std::string_view reason) {
  FaultCounter* const counter = std::exchange(counter_, nullptr);
  if (!counter) return;
  counter->miss(reason);
  if (planned_) planned_->end(reason);
}

}  // namespace dynatape::interceptors
