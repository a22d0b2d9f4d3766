#pragma once

// A recording as people review it: a line of JSON in which everything that differs between two
// takes of one test is gone or is a placeholder, so that two takes of an unchanged test read the
// same. It is for reading and comparing only; lines.h has the form that can be read back.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassettes/recording.h"
#include "cassettes/shape.h"

namespace dynatape::cassettes {

/// A line cut at the values that are made anew in every run.
struct ReviewLine {
  std::int64_t id = 0;
  std::int64_t call = 0;
  std::string operation;
  /// Text, and the value behind it; the last one has none.
  struct Piece {
    std::string text;
    std::string kind;   ///< "uuid", "time+30d"; empty: no value
    std::string value;  ///< as recorded; empty for times, which no number tells apart

    bool operator==(const Piece&) const = default;
  };
  std::vector<Piece> pieces;
  std::vector<Group> groups = {};  ///< of pieces: entries alike but for their values, in no order
  Recording recording = {};        ///< what it is a line of

  /// With `<uuid>` in the place of each value: equal for two takes of one call.
  [[nodiscard]] std::string skeleton() const;
};

[[nodiscard]] ReviewLine review_line(const Recording& recording);
/// The same without the request's body.
[[nodiscard]] ReviewLine review_line_of_answer(const Recording& recording);

/// Numbers values in the order in which it meets them: `<uuid:1>`.
class Numbering {
 public:
  /// The line as JSON.
  [[nodiscard]] std::string text(const ReviewLine& line);

 private:
  [[nodiscard]] std::vector<std::size_t> arranged(const ReviewLine& line) const;

  std::map<std::pair<std::string, std::string>, std::size_t> numbers_;  ///< by kind and value
  std::map<std::string, std::size_t> last_;                             ///< by kind
};

}  // namespace dynatape::cassettes
