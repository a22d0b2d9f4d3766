#include "core/signature_time.h"

#include <catch2/catch.hpp>

#include "core/time_text.h"

namespace dynatape::core {

TEST_CASE("signature time: five minutes either way are near enough, and no second more") {
  using namespace std::chrono_literals;
  const TimePoint now = parse_time("2026-01-02T12:00:00Z").value();
  const auto error = [&](TimePoint signed_at) {
    return signature_time_error(amz_date(signed_at), signed_at, now).value_or("");
  };
  CHECK(error(now - 5min).empty());
  CHECK(error(now + 5min).empty());
  CHECK(error(now - 5min - 1s) ==
        "Signature expired: 20260102T115459Z is now earlier than 20260102T115500Z "
        "(20260102T120000Z - 5 min.)");
  CHECK(error(now + 5min + 1s) ==
        "Signature not yet current: 20260102T120501Z is still later than 20260102T120500Z "
        "(20260102T120000Z + 5 min.)");
}

}  // namespace dynatape::core
