#include "core/signature_time.h"

#include "core/time_text.h"

namespace dynatape::core {
namespace {

std::string minutes_text(std::chrono::seconds duration) {
  return std::to_string(std::chrono::ceil<std::chrono::minutes>(duration).count()) + " min.)";
}

}  // namespace

std::optional<std::string> signature_time_error(std::string_view written, TimePoint signed_at,
                                                TimePoint now, std::chrono::seconds lifetime) {
  if (const TimePoint oldest = now - lifetime; signed_at < oldest) {
    return "Signature expired: " + std::string(written) + " is now earlier than " +
           amz_date(oldest) + " (" + amz_date(now) + " - " + minutes_text(lifetime);
  }
  if (const TimePoint newest = now + kSigningWindow; signed_at > newest) {
    return "Signature not yet current: " + std::string(written) + " is still later than " +
           amz_date(newest) + " (" + amz_date(now) + " + " + minutes_text(kSigningWindow);
  }
  return std::nullopt;
}

}  // namespace dynatape::core
