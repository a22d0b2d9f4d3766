#include "cassettes/diff.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <sstream>
#include <utility>
#include <vector>

#include "cassettes/alignment.h"
#include "cassettes/compared.h"
#include "cassettes/difference.h"
#include "cassettes/generated.h"
#include "cassettes/json_difference.h"
#include "cassettes/review_cutter.h"
#include "cassettes/review_tape.h"
#include "core/call.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;
using Lines = std::vector<ReviewLine>;

/// A time of one run, and one of the other, read alike.
std::string masked(const std::string& text, core::TimePoint around) {
  std::string out;
  std::size_t at = 0;
  for (const Generated& found : find_generated(text, around)) {
    out.append(text, at, found.begin - at).append("<").append(found.kind).append(found.offset) +=
        '>';
    at = found.end;
  }
  return out.append(text, at);
}

std::vector<std::string> texts_of(const std::vector<Compared>& lines) {
  std::vector<std::string> texts;
  for (const Compared& line : lines) texts.push_back(line.text);
  return texts;
}

class Comparison {
 public:
  Comparison(const Lines& left, const Lines& right, std::ostream& out)
      : left_(left), right_(right), out_(out) {}

  DiffCounts run() {
    for (const ReviewLine& line : left_) lefts_.push_back(compared(line));
    for (const ReviewLine& line : right_) rights_.push_back(compared(line));
    std::size_t i = 0;
    std::size_t j = 0;
    for (const auto& [next_i, next_j] : common_lines(texts_of(lefts_), texts_of(rights_))) {
      gap(i, next_i, j, next_j);
      pair(next_i, next_j);
      i = next_i + 1;
      j = next_j + 1;
    }
    gap(i, left_.size(), j, right_.size());
    return counts_;
  }

 private:
  /// Two lines with one text.
  void pair(std::size_t i, std::size_t j) {
    const auto problems = values_.unify(lefts_[i], left_[i].id, rights_[j], right_[j].id);
    if (problems.empty()) {
      ++counts_.same;
      return;
    }
    changed(i, j);
    for (const std::string& problem : problems) out_ << "    " << problem << '\n';
  }

  /// Lines without a counterpart: those of one operation are taken for one that has changed, the
  /// first for the first.
  void gap(std::size_t i, std::size_t i_end, std::size_t j, std::size_t j_end) {
    std::vector<bool> used(j_end - j, false);
    for (; i < i_end; ++i) {
      std::size_t partner = j_end;
      for (const bool same_request : {true, false}) {
        for (std::size_t k = j; k < j_end && partner == j_end; ++k) {
          if (!used[k - j] && alike(i, k, same_request)) partner = k;
        }
      }
      if (partner == j_end) {
        only('-', left_[i]);
        ++counts_.removed;
        continue;
      }
      used[partner - j] = true;
      changed(i, partner);
      for (const JsonDifference& one : parts(left_[i], right_[partner])) {
        out_ << "    " << sentence(one) << '\n';
      }
    }
    for (std::size_t k = j; k < j_end; ++k) {
      if (used[k - j]) continue;
      only('+', right_[k]);
      ++counts_.added;
    }
  }

  [[nodiscard]] bool alike(std::size_t i, std::size_t k, bool same_request) const {
    const ReviewLine& left = left_[i];
    const ReviewLine& right = right_[k];
    if (left.operation != right.operation) return false;
    if (left.operation.empty() && !same_request) return false;
    if (same_request) return request_parts(left, right).empty();
    return core::Call(left.recording.request).tables() ==
           core::Call(right.recording.request).tables();
  }

  /// In what two requests of one operation differ, by what they mean.
  static std::vector<JsonDifference> request_parts(const ReviewLine& left,
                                                   const ReviewLine& right) {
    const auto* operation = core::find_operation(left.operation);
    if (!operation || has_tokens(left.recording.request) || has_tokens(right.recording.request)) {
      return json_differences(json::parse(left.skeleton())["request"],
                              json::parse(right.skeleton())["request"]);
    }
    std::vector<JsonDifference> parts;
    for (const auto& [path, in_left, in_right] :
         differences(meaning_of(left.recording.request, operation),
                     meaning_of(right.recording.request, operation))) {
      if (masked(in_left, left.recording.started) == masked(in_right, right.recording.started)) {
        continue;
      }
      parts.push_back({path, in_left, in_right});
    }
    return parts;
  }

  static std::vector<JsonDifference> parts(const ReviewLine& left, const ReviewLine& right) {
    auto parts = request_parts(left, right);
    for (JsonDifference& one : parts) one.path.insert(0, "request.");
    const auto rest = [](const ReviewLine& line) {
      return json::parse(review_line_of_answer(line.recording).skeleton());
    };
    for (JsonDifference& one : json_differences(rest(left), rest(right))) {
      parts.push_back(std::move(one));
    }
    return parts;
  }

  void changed(std::size_t i, std::size_t j) {
    ++counts_.changed;
    out_ << "~ #" << left_[i].id << " → #" << right_[j].id << ' ' << left_[i].operation << '\n';
  }

  void only(char side, const ReviewLine& line) {
    out_ << side << " #" << line.id << ' ' << line.skeleton() << '\n';
  }

  const Lines& left_;
  const Lines& right_;
  std::ostream& out_;
  std::vector<Compared> lefts_;
  std::vector<Compared> rights_;
  Correspondence values_;
  DiffCounts counts_;
};

}  // namespace

core::Result<DiffCounts> diff(const std::string& a, const std::string& b, std::ostream& out) {
  // A program without threads is compared in the order of its calls. Where threads interleaved in
  // another way, the order that does not show it finds less to tell.
  std::optional<DiffCounts> least;
  std::string told;
  for (const auto order : {ReviewOrder::recorded, ReviewOrder::canonical}) {
    const auto left = review_lines(a, order);
    if (!left) return std::unexpected(left.error());
    const auto right = review_lines(b, order);
    if (!right) return std::unexpected(right.error());
    std::ostringstream text;
    const DiffCounts counts = Comparison(*left, *right, text).run();
    if (least && counts.differences() >= least->differences()) continue;
    least = counts;
    told = text.str();
    if (!counts.differ()) break;
  }
  out << told;
  return *least;
}

}  // namespace dynatape::cassettes
