#pragma once

// A tape as lines of JSON, one per recording, and back: for version control, for tools that speak
// JSON, and to move a tape between formats. docs/cassette-format.md describes a line.
//
// Invariant: reading the lines that were written, and writing them again, gives the same bytes; and
// what is read answers every request as what was written does.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/recording.h"
#include "cassettes/tape_settings.h"
#include "core/result.h"

namespace dynatape::cassettes {

enum class LineForm {
  readable,  ///< without what differs from run to run and no replay looks at
  exact,     ///< everything that the tape holds, request bodies to the byte
};

/// Writes the recordings of one tape, in their order.
class LineWriter {
 public:
  explicit LineWriter(LineForm form) : form_(form) {}
  /// Without the line's end.
  [[nodiscard]] std::string line(const Recording& recording);

 private:
  /// Where the moment of the recording matters and no line has said it, the moment.
  [[nodiscard]] std::optional<core::TimePoint> to_tell(const Recording& recording);

  const LineForm form_;
  std::int64_t lines_ = 0;
  std::map<std::int64_t, std::int64_t> line_of_call_;  ///< the id of a first attempt to its line
  std::optional<core::TimePoint> told_;
};

/// Reads lines as LineWriter makes them, or as people edit them. An error names the member, its
/// value and what would be right.
class LineReader {
 public:
  enum class Answers {
    required,
    optional,  ///< a line without a response has status 0
  };
  explicit LineReader(Answers answers = Answers::required) : answers_(answers) {}
  /// `line` without its end. Ids count the lines.
  [[nodiscard]] core::Result<Recording> read(std::string_view line);

 private:
  const Answers answers_;
  std::vector<std::int64_t> call_of_line_;
  std::optional<core::TimePoint> told_;
};

/// Every line of `lines`, of which there must be one; empty ones are passed by. `name` is what
/// errors call them. What a first line says about the tape goes to `settings`.
[[nodiscard]] core::Result<void> read_lines(
    std::istream& lines, const std::string& name,
    const std::function<core::Result<void>(const Recording&)>& visit,
    LineReader::Answers answers = LineReader::Answers::required, TapeSettings* settings = nullptr);

}  // namespace dynatape::cassettes
