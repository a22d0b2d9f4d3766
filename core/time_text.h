#pragma once

// Instants in UTC, in the forms that users, logs, signatures and HTTP write them in.

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace dynatape::core {

/// "2026-11-20T16:23:01Z" as ISO 8601 (extended) and RFC 3339 write it; `decimals` of a second, 0
/// to 6, are cut off and not rounded: "2026-11-20T16:23:01.250Z".
[[nodiscard]] std::string iso_time(TimePoint time, int decimals = 0);

/// "2026-10-09T12:00:00Z", also with up to six decimals of a second; years 1970 to 2199.
[[nodiscard]] Result<TimePoint> parse_time(std::string_view text);
/// What parse_time reads, with as many decimals as the time has.
[[nodiscard]] std::string to_text(TimePoint time);

/// "20261120T162301Z": ISO 8601 (basic), as Signature Version 4 writes times.
[[nodiscard]] std::string amz_date(TimePoint time);

/// "Fri, 20 Nov 2026 16:23:01 GMT": the Date header of RFC 9110.
[[nodiscard]] std::string http_date(TimePoint time);

}  // namespace dynatape::core
