#include "interceptors/fault.h"

#include <utility>

namespace dynatape::interceptors {

Firing::Firing(Firing&& other) noexcept
    : rule_(other.rule_), counter_(std::exchange(other.counter_, nullptr)), rng_(other.rng_) {}

Firing::~Firing() { undelivered("the exchange ended early"); }

void Firing::delivered(core::Exchange& exchange) {
  exchange.when_sent([firing = std::move(*this)](bool whole) mutable {
    if (!whole) return firing.undelivered("the client was gone");
    if (FaultCounter* counter = std::exchange(firing.counter_, nullptr)) counter->deliver();
  });
}

void Firing::undelivered(std::string_view reason) {
  if (FaultCounter* counter = std::exchange(counter_, nullptr)) counter->miss(reason);
}

}  // namespace dynatape::interceptors
