#include "emulator/storage/expiry.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace dynatape::storage {
namespace {

constexpr std::chrono::days kOldestExpiry{5 * 365};

/// Eight bytes, the highest first.
std::string sortable(std::uint64_t seconds) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(seconds >> shift & 0xff);
  return bytes;
}

std::uint64_t seconds_at(model::TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0));
}

}  // namespace

std::optional<std::string> expiry_key(std::string_view attribute, model::ItemView item,
                                      std::string_view table_key) {
  const auto value = item.find(attribute);
  if (!value || value->type() != model::Type::n) return std::nullopt;
  const std::string digits{value->text()};  // never with an exponent
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc{} || seconds < 0) return std::nullopt;
  return sortable(static_cast<std::uint64_t>(seconds)).append(table_key);
}

KeyRange expired_at(model::TimePoint now) {
  return {sortable(seconds_at(now - kOldestExpiry)), sortable(seconds_at(now))};
}

}  // namespace dynatape::storage
