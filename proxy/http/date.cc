#include "proxy/http/date.h"

#include "core/time_text.h"

namespace dynatape::http {
std::string_view DateCache::now() {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
  if (second != second_) {
    second_ = second;
    text_ = core::http_date(second);
  }
  return text_;
}

}  // namespace dynatape::http
