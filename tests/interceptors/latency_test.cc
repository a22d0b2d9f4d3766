#include "interceptors/latency.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "interceptors/duration_text.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

/// Draws in rising order.
std::vector<core::Duration> draws(const Latency& latency, std::size_t n, std::uint64_t seed) {
  core::Rng rng(seed);
  std::vector<core::Duration> drawn(n);
  for (core::Duration& wait : drawn) wait = latency.draw(rng);
  std::ranges::sort(drawn);
  return drawn;
}

double in_ms(core::Duration duration) { return static_cast<double>(duration.count()) / 1000; }

std::string rule(std::string_view latency) {
  return one_rule("{\"latency\":" + std::string(latency) + "}");
}

}  // namespace

TEST_CASE("latency: a fixed wait is that long, in its short form too") {
  for (const char* form : {R"("20ms")", R"({"fixed":"20ms"})"}) {
    Lab lab(rule(form));
    const core::Reply reply = lab.call(get_item("t", "a"));
    CHECK(lab.loop.elapsed() == 20ms);
    CHECK(reply.source == core::Source::emulator);
    CHECK(lab.notes == std::vector<core::Note>{{"latency", "r: 20ms"}});
  }
}

TEST_CASE("latency: the call goes on only after the wait") {
  const Lab lab(rule(R"("20ms")"));
  LabLoop loop;
  core::Exchange exchange(1, get_item("t", "a").request(), loop, lab.clock);
  core::start([](const core::Pipeline& pipeline, core::Exchange& of) -> core::Task<void> {
    (void)co_await core::run(pipeline, of);
  }(lab.pipeline, exchange));
  loop.advance(19'999us);
  CHECK(lab.upstream->calls == 0);
  CHECK(lab.rules->tallies().front().delivered == 0);
  loop.advance(1us);
  CHECK(lab.upstream->calls == 1);
  CHECK(lab.rules->tallies().front().delivered == 0);
  exchange.take_when_sent()(true);
  CHECK(lab.rules->tallies().front().delivered == 1);
}

TEST_CASE("latency: lognormal hits its median and its 99th percentile") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const auto drawn = draws({Latency::Lognormal{20ms, 400ms}}, 100'000, seed);
    INFO("seed " << seed);
    CHECK(in_ms(drawn[50'000]) == Approx(20).epsilon(0.03));
    CHECK(in_ms(drawn[99'000]) == Approx(400).epsilon(0.05));
    CHECK(drawn.front() >= 0us);
  }
}

TEST_CASE("latency: lognormal with one value for both percentiles is fixed") {
  CHECK(draws({Latency::Lognormal{20ms, 20ms}}, 1000, 1) ==
        std::vector<core::Duration>(1000, 20ms));
}

TEST_CASE("latency: uniform fills its range evenly and never leaves it") {
  const auto drawn = draws({Latency::Uniform{10ms, 20ms}}, 100'000, 1);
  CHECK(drawn.front() >= 10ms);
  CHECK(drawn.back() <= 20ms);
  CHECK(in_ms(drawn[10'000]) == Approx(11).epsilon(0.01));
  CHECK(in_ms(drawn[50'000]) == Approx(15).epsilon(0.01));
  CHECK(in_ms(drawn[90'000]) == Approx(19).epsilon(0.01));
}

TEST_CASE("latency: normal has its mean and deviation, and is never negative") {
  const auto drawn = draws({Latency::Normal{50ms, 10ms}}, 100'000, 1);
  double sum = 0;
  double squares = 0;
  for (const core::Duration wait : drawn) {
    sum += in_ms(wait);
    squares += (in_ms(wait) - 50) * (in_ms(wait) - 50);
  }
  CHECK(sum / 100'000 == Approx(50).epsilon(0.01));
  CHECK(std::sqrt(squares / 100'000) == Approx(10).epsilon(0.02));
  CHECK(draws({Latency::Normal{1ms, 10ms}}, 10'000, 1).front() == 0us);
}

TEST_CASE("latency: the waits of a workload follow the distribution, and repeat with the seed") {
  const auto waits = [] {
    Lab lab(rule(R"({"lognormal":{"p50":"20ms","p99":"400ms"}})"));
    std::vector<core::Duration> each;
    for (int i = 0; i < 5000; ++i) {
      const core::Duration before = lab.loop.elapsed();
      lab.call(get_item("t", "k" + std::to_string(i % 500)));
      each.push_back(lab.loop.elapsed() - before);
    }
    return each;
  };
  auto each = waits();
  CHECK(each == waits());
  std::ranges::sort(each);
  CHECK(in_ms(each[2500]) == Approx(20).epsilon(0.1));
  CHECK(in_ms(each[4950]) == Approx(400).epsilon(0.25));
}

}  // namespace dynatape::interceptors
