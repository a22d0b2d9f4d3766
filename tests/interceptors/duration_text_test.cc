#include "interceptors/duration_text.h"

#include <catch2/catch.hpp>

namespace dynatape::interceptors {

TEST_CASE("duration: a number and a unit") {
  using namespace std::chrono_literals;
  CHECK(parse_duration("250us") == 250us);
  CHECK(parse_duration("20ms") == 20ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("0.25ms") == 250us);
  CHECK(parse_duration("2m") == 2min);
  CHECK(parse_duration("24h") == 24h);
  CHECK(parse_duration("0ms") == 0us);
}

TEST_CASE("duration: anything else is none") {
  for (const char* text :
       {"", "20", "ms", "20 ms", " 20ms", "20ms ", "20MS", "-1ms", "+1ms", "1e3ms", ".5s", "1.s",
        "1.5us", "0.0001ms", "25h", "99999999999h", "999999999999999999999s", "1.5.5s", "1d"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("duration: its text reads back as the same") {
  using namespace std::chrono_literals;
  CHECK(to_text(1500ms) == "1.5s");
  CHECK(to_text(90s) == "90s");
  CHECK(to_text(2min) == "2m");
  CHECK(to_text(212'345us) == "212.345ms");
  CHECK(to_text(0us) == "0ms");
  for (core::Duration duration = 1us; duration < kLongestDuration; duration = duration * 7 + 3us) {
    CHECK(parse_duration(to_text(duration)) == duration);
  }
}

}  // namespace dynatape::interceptors
