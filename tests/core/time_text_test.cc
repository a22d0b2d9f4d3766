#include "core/time_text.h"

#include <catch2/catch.hpp>

namespace dynatape::core {

using namespace std::chrono_literals;

TEST_CASE("time text: dates as RFC 9110 writes them") {
  CHECK(http_date(TimePoint(784111777s)) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(TimePoint(0s)) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(TimePoint(951782399s + 999ms)) == "Mon, 28 Feb 2000 23:59:59 GMT");
}

TEST_CASE("time text: as many decimals as are asked for, cut off") {
  const TimePoint time(951782399s + 999999us);
  CHECK(iso_time(time) == "2000-02-28T23:59:59Z");
  CHECK(iso_time(time, 1) == "2000-02-28T23:59:59.9Z");
  CHECK(iso_time(time, 3) == "2000-02-28T23:59:59.999Z");
  CHECK(iso_time(TimePoint(5us), 6) == "1970-01-01T00:00:00.000005Z");
  CHECK(iso_time(TimePoint(-1us), 6) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("time text: as signatures write times") {
  CHECK(amz_date(TimePoint(951782399s + 999ms)) == "20000228T235959Z");
}

}  // namespace dynatape::core
