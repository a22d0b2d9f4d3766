#include "proxy/sessions/session_clock.h"

#include <catch2/catch.hpp>
#include <thread>

#include "proxy/sessions/clock_text.h"
#include "tests/support/manual_loop.h"

namespace dynatape::sessions {
namespace {

using namespace std::chrono_literals;
using core::Duration;

const core::TimePoint kNoon = parse_time("2026-10-09T12:00:00Z").value();

/// Somebody who sleeps on `clock` from now on.
struct Sleeper {
  Sleeper(const SessionClock& clock, core::Loop& loop, Duration delay) {
    core::start(sleep(clock, loop, delay, woken));
  }
  static core::Task<void> sleep(const SessionClock& clock, core::Loop& loop, Duration delay,
                                bool& woken) {
    co_await clock.sleep(loop, delay);
    woken = true;
  }
  bool woken = false;
};

}  // namespace

TEST_CASE("session clock: it is the system's until it is steered, and again after") {
  SessionClock clock;
  CHECK_FALSE(clock.read().steered);
  clock.set(kNoon);
  CHECK(clock.now() - kNoon < 1min);
  CHECK(clock.read().steered);
  clock.restart();
  CHECK_FALSE(clock.read().steered);
  const auto before = core::SystemClock().now();
  CHECK(clock.now() - before < 1min);
}

TEST_CASE("session clock: frozen it stands still, moves when advanced, and goes on when resumed") {
  SessionClock clock({kNoon, 0});
  CHECK(clock.now() == kNoon);
  clock.advance(90min);
  CHECK(clock.now() == kNoon + 90min);
  clock.set_rate(1);
  const auto resumed = clock.now();
  CHECK(resumed >= kNoon + 90min);
  CHECK(resumed < kNoon + 91min);
  CHECK(clock.monotonic() > Duration::zero());
}

TEST_CASE("session clock: scaled it passes that much faster") {
  SessionClock clock({kNoon, 1'000'000});
  const auto began = clock.monotonic();
  while (clock.monotonic() - began < 2ms) std::this_thread::yield();
  CHECK(clock.now() - kNoon >= 2'000s);
}

TEST_CASE("session clock: a sleep takes its time divided by the rate") {
  support::ManualLoop loop;
  const SessionClock clock({std::nullopt, 10});
  const Sleeper sleeper(clock, loop, 1s);
  loop.advance(90ms);
  CHECK_FALSE(sleeper.woken);
  loop.advance(11ms);
  CHECK(sleeper.woken);
}

TEST_CASE("session clock: frozen, a sleep takes real time, unless the clock is advanced past it") {
  support::ManualLoop loop;
  SessionClock clock({kNoon, 0});
  const Sleeper patient(clock, loop, 1s);
  const Sleeper hour(clock, loop, 1h);
  clock.advance(500ms);
  loop.run_ready();
  CHECK_FALSE(patient.woken);
  loop.advance(501ms);
  CHECK(patient.woken);
  CHECK_FALSE(hour.woken);
  clock.advance(1h);
  loop.run_ready();
  CHECK(hour.woken);
  loop.advance(2h);  // the timers that the clock overtook
}

TEST_CASE("session clock: a clock that is set back makes nobody sleep longer than they meant") {
  support::ManualLoop loop;
  SessionClock clock({kNoon, 0});
  const Sleeper sleeper(clock, loop, 1s);
  clock.set(kNoon - 24h);
  loop.run_ready();
  loop.advance(1001ms);
  CHECK(sleeper.woken);
  loop.advance(48h);  // the timers that the clock overtook
}

TEST_CASE("session clock: no sleep is lost, whatever threads do to the clock") {
  SessionClock clock({kNoon, 0});
  std::atomic<bool> stop = false;
  std::thread steering([&] {
    while (!stop) {
      clock.advance(1ms);
      std::this_thread::yield();
    }
  });
  support::ManualLoop loop;
  for (int i = 0; i < 2'000; ++i) loop.run(clock.sleep(loop, 2ms));
  stop = true;
  steering.join();
  loop.advance(1h);  // the timers that the clock overtook
  SUCCEED();
}

TEST_CASE("clock text: what a user writes is what is read") {
  CHECK(parse_clock("system").value() == ClockSetting{});
  CHECK(parse_clock("frozen").value() == ClockSetting{std::nullopt, 0});
  CHECK(parse_clock("frozen:2026-10-09T12:00:00Z").value() == ClockSetting{kNoon, 0});
  CHECK(parse_clock("x2.5").value() == ClockSetting{std::nullopt, 2.5});
  for (const char* const wrong :
       {"", "x", "x0", "x-1", "x1e3", "xnan", "x1000001", "frozen:", "frozen:noon", "Frozen"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_clock(wrong));
  }
  CHECK(to_text(parse_time("2026-10-09T12:00:00.000120Z").value()) == "2026-10-09T12:00:00.00012Z");
  CHECK(to_text(kNoon) == "2026-10-09T12:00:00Z");
  for (const char* const wrong :
       {"2026-10-09", "2026-10-09T12:00:00", "2026-10-09T12:00:00.Z",
        "2026-10-09T12:00:00.1234567Z", "2026-13-09T12:00:00Z", "1969-10-09T12:00:00Z",
        "2200-01-01T00:00:00Z", "2026-10-09T12:00:00ZZ"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_time(wrong));
  }
  CHECK(parse_span("1.5h").value() == 90min);
  CHECK(parse_span("250us").value() == 250us);
  CHECK(parse_span("7d").value() == 168h);
  for (const char* const wrong : {"", "s", "1", "-1s", "1 s", "1w", "99999999d", "1e3s"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_span(wrong));
  }
}

}  // namespace dynatape::sessions
