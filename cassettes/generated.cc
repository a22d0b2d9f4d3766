#include "cassettes/generated.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>

namespace dynatape::cassettes {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::minutes;

constexpr microseconds kNear = days(1);
constexpr microseconds kSlack = minutes(15);  // around whole days
constexpr std::int64_t kFarthestDays = 400;
// The lengths of the words that values begin with.
constexpr std::size_t kDashedUuidWord = 8;
constexpr std::size_t kPlainUuid = 32;
constexpr std::size_t kYear = 4;
constexpr std::size_t kUlid = 26;
constexpr std::size_t kKsuid = 27;
constexpr std::int64_t kKsuidEpoch = 1'400'000'000;  // seconds; segmentio/ksuid

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Every character of every request is asked for.
constexpr auto kWord = [] {
  std::array<bool, 256> word{};
  for (unsigned c = 0; c < word.size(); ++c) {
    word[c] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  return word;
}();
bool is_word(char c) { return kWord[static_cast<unsigned char>(c)]; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Digits of seconds, milli-, micro- or nanoseconds since 1970.
bool is_count_of_time(std::size_t digits) {
  return digits == 10 || digits == 13 || digits == 16 || digits == 19;
}

/// How far a time is from the recording, where that makes it one of its times.
std::optional<std::string> nearness(microseconds distance, bool days_away) {
  if (distance > -kNear && distance < kNear) return "";
  if (!days_away) return std::nullopt;
  const auto count = std::chrono::round<days>(distance);
  const auto off = std::chrono::abs(distance - count);
  if (std::abs(count.count()) > kFarthestDays || off > kSlack) return std::nullopt;
  return (count.count() > 0 ? "+" : "") + std::to_string(count.count()) + "d";
}

class Finder {
 public:
  Finder(std::string_view text, std::optional<core::TimePoint> around)
      : text_(text), around_(around) {}

  std::vector<Generated> all() {
    for (std::size_t at = 0; at < text_.size();) {
      if (!is_word(text_[at])) {
        ++at;
        continue;
      }
      // Only the beginning of a word can be the beginning of a value.
      const std::size_t end = word_end(at);
      auto found = may_begin(at, end) ? value_at(at, end - at) : std::nullopt;
      at = found ? found->end : end;
      if (!found) continue;
      if (is_word(text_[at - 1])) at = word_end(at);
      found_.push_back(std::move(*found));
    }
    return std::move(found_);
  }

 private:
  using Found = std::optional<Generated>;

  /// Most words are told by their length to be none.
  [[nodiscard]] bool may_begin(std::size_t at, std::size_t end) const {
    const std::size_t word = end - at;
    const bool dash = end < text_.size() && text_[end] == '-';
    if (word == kPlainUuid || word == kUlid || word == kKsuid) return true;
    if (dash && (word == kDashedUuidWord || word == kYear)) return true;
    std::size_t digits = 0;
    while (digits < word && is_digit(text_[at + digits])) ++digits;
    return digits == 1 || is_count_of_time(digits);
  }

  [[nodiscard]] Found value_at(std::size_t at, std::size_t word) const {
    if (word == kDashedUuidWord || word == kPlainUuid) {
      if (auto uuid = uuid_at(at)) return uuid;
    }
    if (!around_) return std::nullopt;
    if (is_digit(text_[at])) {
      if (word == kYear) {
        if (auto time = timestamp_at(at)) return time;
      }
      if (auto time = digits_at(at)) return time;
    }
    if (word == kUlid) return ulid_at(at);
    return word == kKsuid ? ksuid_at(at) : std::nullopt;
  }

  [[nodiscard]] std::size_t word_end(std::size_t at) const {
    while (at < text_.size() && is_word(text_[at])) ++at;
    return at;
  }

  /// With dashes, or without them where version and variant stand in their places.
  [[nodiscard]] Found uuid_at(std::size_t at) const {
    const std::string_view rest = text_.substr(at);
    const bool dashed = rest.size() >= 36 && rest[8] == '-';
    const std::size_t size = dashed ? 36 : 32;
    if (rest.size() < size || word_end(at + size) != at + size) return std::nullopt;
    for (std::size_t i = 0; i < size; ++i) {
      const bool dash = dashed && (i == 8 || i == 13 || i == 18 || i == 23);
      if (dash ? rest[i] != '-' : !is_hex(rest[i])) return std::nullopt;
    }
    const bool marked = rest[12] == '4' && std::string_view("89abAB").contains(rest[16]);
    if (!dashed && !marked) return std::nullopt;
    return Generated{at, at + size, "uuid", ""};
  }

  [[nodiscard]] Found time_at(std::size_t begin, std::size_t end, microseconds since_epoch,
                              std::string_view kind, bool days_away) const {
    const auto offset = nearness(since_epoch - around_->time_since_epoch(), days_away);
    if (!offset) return std::nullopt;
    return Generated{begin, end, kind, *offset};
  }

  [[nodiscard]] std::optional<std::int64_t> number(std::size_t at, std::size_t size) const {
    if (at + size > text_.size()) return std::nullopt;
    std::int64_t value = 0;
    const char* last = text_.data() + at + size;
    const auto [end, error] = std::from_chars(text_.data() + at, last, value);
    if (error != std::errc() || end != last || text_[at] == '-') return std::nullopt;
    return value;
  }

  /// 2026-01-02T03:04:05, with a fraction and a zone where there are; a blank may stand for the T.
  [[nodiscard]] Found timestamp_at(std::size_t at) const {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
    if (text_.size() - at < kForm.size()) return std::nullopt;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
      const char c = text_[at + i];
      const bool fits = kForm[i] == 'd'   ? is_digit(c)
                        : kForm[i] == 'T' ? c == 'T' || c == ' '
                                          : c == kForm[i];
      if (!fits) return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year(static_cast<int>(*number(at, 4))),
        std::chrono::month(static_cast<unsigned>(*number(at + 5, 2))),
        std::chrono::day(static_cast<unsigned>(*number(at + 8, 2)))};
    if (!date.ok()) return std::nullopt;
    std::size_t end = at + kForm.size();
    if (end < text_.size() && text_[end] == '.') {
      for (++end; end < text_.size() && is_digit(text_[end]);) ++end;
    }
    const microseconds zone = zone_at(end);
    const microseconds time =
        std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*number(at + 11, 2)) +
        minutes(*number(at + 14, 2)) + std::chrono::seconds(*number(at + 17, 2)) - zone;
    return time_at(at, end, time, "time", false);
  }

  /// Passes a zone by at `end`; how far it is ahead of UTC.
  [[nodiscard]] microseconds zone_at(std::size_t& end) const {
    if (end >= text_.size()) return microseconds(0);
    const char sign = text_[end];
    if (sign == 'Z' || sign == 'z') ++end;
    if (sign != '+' && sign != '-') return microseconds(0);
    const auto hours = number(end + 1, 2);
    const bool colon = end + 3 < text_.size() && text_[end + 3] == ':';
    const auto rest = number(end + (colon ? 4 : 3), 2);
    if (!hours || !rest) return microseconds(0);
    end += colon ? 6 : 5;
    const microseconds ahead = std::chrono::hours(*hours) + minutes(*rest);
    return sign == '+' ? ahead : -ahead;
  }

  /// Seconds, with a fraction or an exponent where there is one, milli-, micro- or nanoseconds.
  [[nodiscard]] Found digits_at(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    const std::size_t digits = end - at;
    if (digits == 1) return scientific_at(at);
    const auto value = number(at, digits);
    if (!value || !is_count_of_time(digits)) return std::nullopt;
    if (digits == 10 && end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
      for (++end; end < text_.size() && is_digit(text_[end]);) ++end;
    }
    if (word_end(end) != end) return std::nullopt;
    const std::int64_t since_epoch = digits == 10   ? *value * 1'000'000
                                     : digits == 13 ? *value * 1'000
                                     : digits == 16 ? *value
                                                    : *value / 1'000;
    return time_at(at, end, microseconds(since_epoch), "time", true);
  }

  /// 1.760000000123E9, as the service writes times.
  [[nodiscard]] Found scientific_at(std::size_t at) const {
    double value = 0;
    const char* last = text_.data() + text_.size();
    const auto [end, error] = std::from_chars(text_.data() + at, last, value);
    const std::string_view written(text_.data() + at, end);
    if (error != std::errc() || !(written.ends_with("E9") || written.ends_with("e9"))) {
      return std::nullopt;
    }
    const std::size_t behind = at + written.size();
    if (word_end(behind) != behind) return std::nullopt;
    return time_at(at, behind, microseconds(static_cast<std::int64_t>(value * 1e6)), "time", true);
  }

  /// 26 characters of Crockford's base32; the first ten are milliseconds.
  [[nodiscard]] Found ulid_at(std::size_t at) const {
    constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < kUlid; ++i) {
      const auto digit = kAlphabet.find(text_[at + i]);
      if (digit == std::string_view::npos || (i == 0 && digit > 7)) return std::nullopt;
      if (i < 10) milliseconds = milliseconds * 32 + static_cast<std::int64_t>(digit);
    }
    if (milliseconds > INT64_MAX / 1'000) return std::nullopt;
    return time_at(at, at + kUlid, microseconds(milliseconds * 1'000), "ulid", false);
  }

  /// 27 characters of base62, which are 20 bytes; the first four are seconds.
  [[nodiscard]] Found ksuid_at(std::size_t at) const {
    constexpr std::string_view kAlphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::array<std::uint32_t, 20> bytes{};
    for (std::size_t i = 0; i < kKsuid; ++i) {
      const auto digit = kAlphabet.find(text_[at + i]);
      if (digit == std::string_view::npos) return std::nullopt;
      auto carry = static_cast<std::uint32_t>(digit);
      for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
        carry += *byte * 62;
        *byte = carry & 0xff;
        carry >>= 8;
      }
      if (carry != 0) return std::nullopt;
    }
    const std::int64_t seconds = bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    return time_at(at, at + kKsuid, std::chrono::seconds(seconds + kKsuidEpoch), "ksuid", false);
  }

  const std::string_view text_;
  const std::optional<core::TimePoint> around_;
  std::vector<Generated> found_;
};

}  // namespace

std::vector<Generated> find_generated(std::string_view text,
                                      std::optional<core::TimePoint> around) {
  return Finder(text, around).all();
}

}  // namespace dynatape::cassettes
