#include "cassettes/learn.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "cassettes/alignment.h"
#include "cassettes/generated.h"
#include "cassettes/kept_match_rules.h"
#include "cassettes/scope.h"
#include "cassettes/shown.h"
#include "cassettes/takes.h"

namespace dynatape::cassettes {
namespace {

using Kind = Node::Kind;
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

constexpr std::size_t kShownBytes = 80;
/// A shorter value may be the same by chance, or stand where it means something else.
constexpr std::size_t kLeastText = 4;
constexpr std::size_t kLeastNumber = 6;

/// Which values stand for which, wherever they met.
class Correspondence {
 public:
  void meet(const std::string& first, const std::string& second) {
    seconds_[first].insert(second);
    firsts_[second].insert(first);
  }
  [[nodiscard]] bool one_to_one(const std::string& first, const std::string& second) const {
    return alone(seconds_, first, second) && alone(firsts_, second, first);
  }

 private:
  using Met = std::map<std::string, std::set<std::string>>;

  static bool alone(const Met& met, const std::string& from, const std::string& to) {
    const auto found = met.find(from);
    return found == met.end() || (found->second.size() == 1 && found->second.contains(to));
  }

  Met seconds_;
  Met firsts_;
};

/// Table, path and kind of a value.
using Place = std::tuple<std::string, std::string, Kind>;

struct Seen {
  std::vector<std::pair<std::string, std::string>> pairs;  ///< that differ
  bool in_batches = false;  ///< among entries in no order, which do not tell their counterpart
};

class Lessons {
 public:
  Lessons(const Take& first, const Take& second) : first_(first), second_(second) {}

  void learn() {
    for (const auto& [i, j] : counterparts()) compare(first_.calls[i], second_.calls[j]);
  }

  /// Judges each place.
  [[nodiscard]] Lesson take() const {
    Lesson lesson;
    std::map<std::string, MatchRule> rules;  // by table
    for (const auto& [place, seen] : places_) {
      const auto& [table, path, kind] = place;
      LearnedPlace learned{table,
                           path,
                           cut(seen.pairs.front().first, kShownBytes),
                           cut(seen.pairs.front().second, kShownBytes),
                           seen.pairs.size(),
                           {},
                           {}};
      MatchRule& rule = rules[table];
      judge(place, seen, learned, rule);
      lesson.places.push_back(std::move(learned));
    }
    std::vector<MatchRule> proposed;
    for (auto& [table, rule] : rules) {
      if (rule.bound.empty() && rule.loosened.empty()) continue;
      if (!table.empty()) rule.tables.push_back(table);
      proposed.push_back(std::move(rule));
    }
    lesson.rules = MatchRules(std::move(proposed));
    return lesson;
  }

 private:
  /// Calls of the same meaning are each other's; between them, those of the same form.
  [[nodiscard]] Pairs counterparts() const {
    Pairs pairs;
    std::size_t i = 0;
    std::size_t j = 0;
    auto same = common_lines(first_.meanings, second_.meanings);
    same.emplace_back(first_.calls.size(), second_.calls.size());
    for (const auto& [next_i, next_j] : same) {
      const auto forms_i = std::span(first_.forms).subspan(i, next_i - i);
      const auto forms_j = std::span(second_.forms).subspan(j, next_j - j);
      for (const auto& [a, b] : common_lines(forms_i, forms_j)) pairs.emplace_back(i + a, j + b);
      if (next_i < first_.calls.size()) pairs.emplace_back(next_i, next_j);
      i = next_i + 1;
      j = next_j + 1;
    }
    return pairs;
  }

  void compare(const TakenCall& left, const TakenCall& right) {
    const auto& lefts = left.form.holes;
    const auto& rights = right.form.holes;
    std::vector<bool> grouped(lefts.size(), false);
    for (const auto& [begin, entries, holes] : left.form.groups) {
      std::fill_n(grouped.begin() + static_cast<std::ptrdiff_t>(begin), entries * holes, true);
    }
    for (std::size_t i = 0; i < lefts.size() && i < rights.size(); ++i) {
      const std::string& a = lefts[i].text;
      const std::string& b = rights[i].text;
      if (grouped[i] || lefts[i].tag == kKnown) continue;
      if (masked(a, left.started) == masked(b, right.started)) {
        if (a == b) values_.meet(a, b);
        continue;
      }
      values_.meet(a, b);
      places_[place_of(left, lefts[i])].pairs.emplace_back(a, b);
    }
    compare_groups(left, right, grouped);
  }

  /// Values of entries in no order: only whether one of them is in both takes can be told.
  void compare_groups(const TakenCall& left, const TakenCall& right,
                      const std::vector<bool>& grouped) {
    std::map<std::string, std::pair<std::multiset<std::string>, std::multiset<std::string>>> sides;
    for (std::size_t i = 0; i < grouped.size() && i < right.form.holes.size(); ++i) {
      if (!grouped[i]) continue;
      auto& [ours, theirs] = sides[left.form.holes[i].path];
      ours.insert(masked(left.form.holes[i].text, left.started));
      theirs.insert(masked(right.form.holes[i].text, right.started));
    }
    for (std::size_t i = 0; i < grouped.size() && i < right.form.holes.size(); ++i) {
      const Hole& hole = left.form.holes[i];
      if (!grouped[i] || hole.tag == kKnown) continue;
      const auto& [ours, theirs] = sides[hole.path];
      if (ours == theirs) continue;
      Seen& seen = places_[place_of(left, hole)];
      seen.in_batches = true;
      seen.pairs.emplace_back(hole.text, right.form.holes[i].text);
    }
  }

  static std::string masked(const std::string& text, core::TimePoint around) {
    std::string out;
    std::size_t at = 0;
    for (const Generated& found : find_generated(text, around)) {
      out.append(text, at, found.begin - at).append("\x01").append(found.kind);
      out.append(found.offset).append("\x01");
      at = found.end;
    }
    return out.append(text, at);
  }

  static Place place_of(const TakenCall& call, const Hole& hole) {
    const auto table = call.tables.find(hole.path);
    return {table == call.tables.end() ? "" : table->second, std::string(within_scope(hole.path)),
            hole.kind};
  }

  void judge(const Place& place, const Seen& seen, LearnedPlace& learned, MatchRule& rule) const {
    const auto& [table, path, kind] = place;
    if (is_identifier(seen, kind)) {
      learned.verdict = "bind";
      rule.bound.emplace_back(path);
      return;
    }
    if (is_key(table, path)) {
      learned.problem =
          "it may tell items apart, and its values do not stand for each other one to one";
      return;
    }
    const Loosening as = kind == Kind::number_value   ? Loosening::any_number
                         : kind == Kind::string_value ? Loosening::any_string
                                                      : Loosening::any_binary;
    const auto* const row = std::ranges::find(kLoosenings, as, &LooseningRow::loosening);
    learned.verdict = row->name;
    rule.loosened.push_back({PathPattern(path), as});
  }

  [[nodiscard]] bool is_identifier(const Seen& seen, Kind kind) const {
    if (kind == Kind::binary_value) return false;
    const std::size_t least = kind == Kind::number_value ? kLeastNumber : kLeastText;
    std::set<std::string> in_second;
    for (const auto& [first, second] : seen.pairs) in_second.insert(second);
    return std::ranges::all_of(seen.pairs, [&](const auto& pair) {
      const auto& [first, second] = pair;
      if (first.size() < least || second.size() < least) return false;
      return seen.in_batches ? !in_second.contains(first) : values_.one_to_one(first, second);
    });
  }

  [[nodiscard]] bool is_key(const std::string& table, const std::string& path) const {
    constexpr std::string_view kKeys[] = {"Key", "Keys", "KeyConditionExpression", "KeyConditions",
                                          "ExclusiveStartKey"};
    if (std::ranges::find(kKeys, parameter_of(path)) != std::end(kKeys)) return true;
    const auto* key = first_.keys.find(table);
    // Where the tape does not tell them, any attribute of an item may be one.
    if (!key) return parameter_of(path) == "Item" && std::ranges::count(path, '.') == 1;
    return std::ranges::any_of(key->names,
                               [&](const std::string& name) { return path == "Item." + name; });
  }

  const Take& first_;
  const Take& second_;
  Correspondence values_;
  std::map<Place, Seen> places_;
};

/// How many calls have a counterpart, in whatever order.
std::size_t alike(std::vector<std::string> first, std::vector<std::string> second) {
  std::ranges::sort(first);
  std::ranges::sort(second);
  std::vector<std::string> both;
  std::ranges::set_intersection(first, second, std::back_inserter(both));
  return both.size();
}

}  // namespace

core::Result<Lesson> learn(const std::string& first, const std::string& second) {
  const auto kept = kept_match_rules(first);
  if (!kept) return std::unexpected(kept.error());
  const auto left = read_take(first, *kept);
  if (!left) return std::unexpected(left.error());
  const auto right = read_take(second, *kept);
  if (!right) return std::unexpected(right.error());
  Lessons lessons(*left, *right);
  lessons.learn();
  Lesson lesson = lessons.take();
  const MatchRules all = joined(*kept, lesson.rules);
  lesson.calls = std::max(left->calls.size(), right->calls.size());
  lesson.alike = alike(left->meanings, right->meanings);
  lesson.alike_with_rules = alike(meanings_under(*left, all), meanings_under(*right, all));
  return lesson;
}

}  // namespace dynatape::cassettes
