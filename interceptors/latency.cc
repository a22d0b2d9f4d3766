#include "interceptors/latency.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "interceptors/duration_text.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

/// The 99th percentile of the standard normal distribution.
constexpr double kZ99 = 2.3263478740408408;

core::Duration clamped(double microseconds) {
  const auto longest = static_cast<double>(kLongestDuration.count());
  return core::Duration(std::llround(std::clamp(microseconds, 0.0, longest)));
}

double in_us(core::Duration duration) { return static_cast<double>(duration.count()); }

core::Duration draw_from(const Latency::Fixed& fixed, core::Rng&) { return fixed.value; }
core::Duration draw_from(const Latency::Uniform& range, core::Rng& rng) {
  return clamped(in_us(range.min) + rng.uniform() * in_us(range.max - range.min));
}
core::Duration draw_from(const Latency::Normal& normal, core::Rng& rng) {
  return clamped(in_us(normal.mean) + rng.normal() * in_us(normal.stddev));
}
core::Duration draw_from(const Latency::Lognormal& lognormal, core::Rng& rng) {
  const double sigma = std::log(in_us(lognormal.p99) / in_us(lognormal.p50)) / kZ99;
  return clamped(in_us(lognormal.p50) * std::exp(sigma * rng.normal()));
}

std::string text_of(const Latency::Fixed& fixed) { return to_text(fixed.value); }
std::string text_of(const Latency::Uniform& range) {
  return to_text(range.min) + " to " + to_text(range.max);
}
std::string text_of(const Latency::Normal& normal) {
  return to_text(normal.mean) + " on average, with a standard deviation of " +
         to_text(normal.stddev);
}
std::string text_of(const Latency::Lognormal& lognormal) {
  return "half the time up to " + to_text(lognormal.p50) + ", 99 times of 100 up to " +
         to_text(lognormal.p99);
}

/// Two durations under an object's only members.
std::pair<core::Duration, core::Duration> read_pair(const JsonField& field, std::string_view first,
                                                    std::string_view second) {
  const std::array names{first, second};
  field.only(names);
  const auto read = [&](std::string_view name) {
    return field.required(name, "\"" + std::string(name) + "\", a duration").duration();
  };
  const core::Duration one = read(first);
  return {one, read(second)};
}

Latency read_latency(const JsonField& options) {
  if (options.is_string()) return {Latency::Fixed{options.duration()}};
  const auto names = options.member_names();
  if (options.is_object() && names.size() != 1) {
    options.mistake("it takes exactly one of fixed, uniform, normal, lognormal");
  }
  if (const auto field = options.member("uniform")) {
    const auto [min, max] = read_pair(*field, "min", "max");
    if (min > max) field->mistake("min " + to_text(min) + " is above max " + to_text(max));
    return {Latency::Uniform{min, max}};
  }
  if (const auto field = options.member("normal")) {
    const auto [mean, stddev] = read_pair(*field, "mean", "stddev");
    return {Latency::Normal{mean, stddev}};
  }
  if (const auto field = options.member("lognormal")) {
    const auto [p50, p99] = read_pair(*field, "p50", "p99");
    if (p50 <= core::Duration::zero()) field->mistake("p50 must be above 0");
    if (p50 > p99) field->mistake("p50 " + to_text(p50) + " is above p99 " + to_text(p99));
    return {Latency::Lognormal{p50, p99}};
  }
  if (const auto field = options.member("fixed")) return {Latency::Fixed{field->duration()}};
  options.must_be(R"(a duration such as "20ms", or an object)");
  return {Latency::Fixed{core::Duration::zero()}};
}

class LatencyFault final : public Fault {
 public:
  explicit LatencyFault(Latency latency) : latency_(latency) {}

  [[nodiscard]] std::string_view name() const override { return "latency"; }
  [[nodiscard]] std::string describe() const override {
    return "waits " + std::visit([](const auto& shape) { return text_of(shape); }, latency_.shape);
  }
  [[nodiscard]] bool draws() const override {
    return !std::holds_alternative<Latency::Fixed>(latency_.shape);
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    const core::Duration wait = latency_.draw(firing.rng());
    exchange.note("latency", std::string(firing.rule()) + ": " + to_text(wait));
    co_await exchange.clock().sleep(exchange.loop(), wait);
    firing.delivered(exchange);
    co_return co_await inner(exchange);
  }

 private:
  Latency latency_;
};

}  // namespace

core::Duration Latency::draw(core::Rng& rng) const {
  return std::visit([&](const auto& from) { return draw_from(from, rng); }, shape);
}

std::unique_ptr<const Fault> make_latency(const JsonField& options) {
  return std::make_unique<LatencyFault>(read_latency(options));
}

}  // namespace dynatape::interceptors
