#include "proxy/http/request_id.h"

#include <cstdint>

namespace dynatape::http {

RequestId::RequestId(core::Rng& rng) {
  static constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  static constexpr std::size_t kDigitsPerDraw = 12;  // 60 of 64 bits
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    if (i % kDigitsPerDraw == 0) bits = rng.next();
    text_[i] = kDigits[bits % kDigits.size()];
    bits /= kDigits.size();
  }
}

}  // namespace dynatape::http
