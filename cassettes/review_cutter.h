#pragma once

// Canonical JSON cut at the values that every run makes anew, and at the entries of what stands in
// no order, as review_entries.h marks them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/review.h"
#include "core/time.h"

namespace dynatape::cassettes {

/// Elements of a list that mark its entries: the next one is the first of its kind, or like the one
/// before but for generated values; none follows.
inline constexpr std::string_view kFirstEntry =
    "\x01"
    "first";
inline constexpr std::string_view kLikeEntry =
    "\x01"
    "like";
inline constexpr std::string_view kEndOfEntries =
    "\x01"
    "end";

class ReviewCutter {
 public:
  /// Of a recording made at `started`; a tape made of lines may not know when.
  explicit ReviewCutter(core::TimePoint started) {
    if (started != core::TimePoint()) around_ = started;
  }

  void append_json(std::string_view text);

  /// Entries that are equal but for their values; indices are those of pieces.
  std::vector<Group> groups() { return std::move(groups_); }
  std::vector<ReviewLine::Piece> pieces();

 private:
  void append_string(std::string_view content, std::string_view member);
  void append_text(std::string_view text);
  void append_number(std::string_view number);
  void cut(std::string_view kind, const std::string& offset, std::string_view value);
  [[nodiscard]] bool mark(std::string_view content);
  void close_group();

  std::optional<core::TimePoint> around_;
  std::string pending_;
  std::vector<ReviewLine::Piece> pieces_;
  std::vector<std::vector<std::size_t>> starts_;  ///< per open list: of alike entries
  std::vector<Group> groups_;
};

/// Whether a request has tokens that the service made, which only a review line cuts.
[[nodiscard]] bool has_tokens(const core::Request& request);

}  // namespace dynatape::cassettes
