#include "interceptors/meters.h"

#include <algorithm>

namespace dynatape::interceptors {

Meter::Meter(const Rate& rate, core::TimePoint now) : rate_(rate) {
  if (rate.most != 0) bucket_.emplace(rate.most, rate.burst, now);
  if (rate.at_once != 0) growth_.emplace(rate.at_once, rate.burst, now);
}

void Meter::change(const Rate& rate, core::TimePoint now) {
  if (rate == rate_) return;
  if (rate.most == 0) {
    bucket_.reset();
  } else if (bucket_ && rate.limit == rate_.limit) {
    bucket_->change(rate.most, rate.burst, now);
  } else {
    bucket_.emplace(rate.most, rate.burst, now);
  }
  if (rate.at_once != 0) {
    // What was provisioned is what an on-demand table takes from the start.
    const std::int64_t at_once = std::max(rate.at_once, rate_.on_demand ? 0 : rate_.most);
    growth_ ? growth_->warm(at_once, now)
            : static_cast<void>(growth_.emplace(at_once, rate.burst, now));
  }
  rate_ = rate;
}

std::optional<Limit> Meter::exceeded(MicroUnits least, core::TimePoint now) {
  if (bucket_ && bucket_->at(now) < least) return rate_.limit;
  if (rate_.at_once == 0 || !growth_ || growth_->at(now) >= least) return std::nullopt;
  return growth_->at_quota() ? Limit::account : Limit::growth;
}

void Meter::take(MicroUnits units, core::TimePoint now) {
  if (bucket_) bucket_->take(units);
  if (rate_.at_once != 0 && growth_) growth_->take(units, now);
}

std::optional<Exceeded> Meters::admit(std::span<const Draw> draws, core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (const Draw& draw : draws) {
    if (const auto limit = meter(draw, now).exceeded(draw.least, now)) {
      return Exceeded{draw.resource, draw.access, *limit, draw.rate.on_demand};
    }
  }
  for (const Draw& draw : draws) meter(draw, now).take(draw.reserve, now);
  return std::nullopt;
}

void Meters::take(const Draw& draw, MicroUnits units, core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  meter(draw, now).take(units, now);
}

void Meters::forget(const std::string& region, const std::string& table) {
  const std::lock_guard lock(mutex_);
  const auto first = meters_.lower_bound({Resource{region, table, "", "", ""}, Access::read});
  const auto last = std::find_if(first, meters_.end(), [&](const auto& meter) {
    const Resource& resource = meter.first.first;
    return resource.region != region || resource.table != table;
  });
  meters_.erase(first, last);
}

Meter& Meters::meter(const Draw& draw, core::TimePoint now) {
  const auto key = std::pair(draw.resource, draw.access);
  const auto found = meters_.find(key);
  if (found != meters_.end()) {
    found->second.change(draw.rate, now);
    return found->second;
  }
  if (meters_.size() >= kMostMeters) return spare_;
  return meters_.emplace(key, Meter(draw.rate, now)).first->second;
}

}  // namespace dynatape::interceptors
