#include "cassettes/diff.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "cassettes/alignment.h"
#include "cassettes/json_difference.h"
#include "cassettes/review_tape.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;
using Lines = std::vector<ReviewLine>;

/// Which value of one tape stands for which of the other.
class Correspondence {
 public:
  /// What is at odds with the lines before it, in words; empty where the two lines agree. They
  /// have one skeleton.
  std::vector<std::string> unify(const ReviewLine& left, const ReviewLine& right) {
    std::vector<std::string> problems;
    for (std::size_t i = 0; i < left.pieces.size(); ++i) {
      const auto& [text, kind, value] = left.pieces[i];
      const std::string& other = right.pieces[i].value;
      if (value.empty()) continue;
      const auto [there, fresh] = right_of_.try_emplace({kind, value}, other, left.id);
      const auto [back, fresh_back] = left_of_.try_emplace({kind, other}, value, right.id);
      if (there->second.first != other) {
        problems.push_back(odds(kind, value, other, there->second));
      } else if (back->second.first != value) {
        problems.push_back(odds(kind, other, value, back->second));
      }
    }
    return problems;
  }

 private:
  using Bound = std::pair<std::string, std::int64_t>;
  using Bindings = std::map<std::pair<std::string, std::string>, Bound>;

  static std::string odds(const std::string& kind, const std::string& value,
                          const std::string& other, const Bound& bound) {
    return kind + " " + value + " corresponds to " + other + ", but in #" +
           std::to_string(bound.second) + " it was " + bound.first;
  }

  Bindings right_of_;
  Bindings left_of_;
};

class Comparison {
 public:
  Comparison(const Lines& left, const Lines& right, std::ostream& out)
      : left_(left), right_(right), out_(out) {}

  DiffCounts run() {
    for (const ReviewLine& line : left_) left_skeletons_.push_back(line.skeleton());
    for (const ReviewLine& line : right_) right_skeletons_.push_back(line.skeleton());
    std::size_t i = 0;
    std::size_t j = 0;
    for (const auto& [next_i, next_j] : common_lines(left_skeletons_, right_skeletons_)) {
      gap(i, next_i, j, next_j);
      pair(next_i, next_j);
      i = next_i + 1;
      j = next_j + 1;
    }
    gap(i, left_.size(), j, right_.size());
    return counts_;
  }

 private:
  /// Two lines with one skeleton.
  void pair(std::size_t i, std::size_t j) {
    const auto problems = values_.unify(left_[i], right_[j]);
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
        only('-', left_[i], left_skeletons_[i]);
        ++counts_.removed;
        continue;
      }
      used[partner - j] = true;
      changed(i, partner);
      const json before = json::parse(left_skeletons_[i]);
      const json after = json::parse(right_skeletons_[partner]);
      for (const JsonDifference& one : json_differences(before, after)) {
        out_ << "    " << sentence(one) << '\n';
      }
    }
    for (std::size_t k = j; k < j_end; ++k) {
      if (used[k - j]) continue;
      only('+', right_[k], right_skeletons_[k]);
      ++counts_.added;
    }
  }

  [[nodiscard]] bool alike(std::size_t i, std::size_t k, bool same_request) const {
    if (left_[i].operation != right_[k].operation) return false;
    if (left_[i].operation.empty() && !same_request) return false;
    const json before = json::parse(left_skeletons_[i])["request"];
    const json after = json::parse(right_skeletons_[k])["request"];
    if (same_request) return before == after;
    const auto table = [](const json& request) {
      const auto body = request.find("body");
      return body != request.end() && body->is_object() ? body->value("TableName", json()) : json();
    };
    return table(before) == table(after);
  }

  void changed(std::size_t i, std::size_t j) {
    ++counts_.changed;
    out_ << "~ #" << left_[i].id << " → #" << right_[j].id << ' ' << left_[i].operation << '\n';
  }

  void only(char side, const ReviewLine& line, const std::string& skeleton) {
    out_ << side << " #" << line.id << ' ' << skeleton << '\n';
  }

  const Lines& left_;
  const Lines& right_;
  std::ostream& out_;
  std::vector<std::string> left_skeletons_;
  std::vector<std::string> right_skeletons_;
  Correspondence values_;
  DiffCounts counts_;
};

}  // namespace

core::Result<DiffCounts> diff(const std::string& a, const std::string& b, std::ostream& out) {
  auto order = natural_order(a);
  if (order && *order == ReviewOrder::recorded) order = natural_order(b);
  if (!order) return std::unexpected(order.error());
  const auto left = review_lines(a, *order);
  if (!left) return std::unexpected(left.error());
  const auto right = review_lines(b, *order);
  if (!right) return std::unexpected(right.error());
  return Comparison(*left, *right, out).run();
}

}  // namespace dynatape::cassettes
