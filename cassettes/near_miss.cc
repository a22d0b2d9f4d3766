#include "cassettes/near_miss.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kCandidates = 1'000;
constexpr std::int64_t kPage = 32;  // candidates in memory at a time
constexpr double kElsewhere = 4;
constexpr double kLeast = 0.1;

/// From kLeast to 1: how much of the longer one stands in both, at its beginning or its end.
double apart(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return 1;
  const auto longer = static_cast<double>(std::max(a.size(), b.size()));
  const auto head = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  a.remove_prefix(head);
  b.remove_prefix(head);
  std::size_t tail = 0;
  while (tail < std::min(a.size(), b.size()) && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  return std::max(kLeast, 1 - static_cast<double>(head + tail) / longer);
}

/// The text of one side of a difference, with tags in the place of what its holes hold.
std::string masked(std::string text, std::string_view path, const Shape& shape) {
  for (const Hole& hole : shape.holes) {
    const auto at = hole.path == path ? text.find(hole.text) : std::string::npos;
    if (at != std::string::npos) text.replace(at, hole.text.size(), "<" + hole.tag + ">");
  }
  return text;
}

class Search {
 public:
  Search(const Missed& missed, const MatchRules& rules,
         const std::function<bool(std::int64_t)>& waits)
      : operation_(missed.operation),
        rules_(rules),
        waits_(waits),
        meaning_(meaning_of(missed.request, missed.operation, rules)),
        shape_(volatile_shape(missed.request, missed.operation, missed.started, rules)) {}

  void look_at(Question candidate) {
    const auto* operation = core::find_operation(candidate.operation);
    auto found = differences(meaning_, meaning_of(candidate.request, operation, rules_));
    leave_out_generated(found, candidate, operation);
    const double far = distance(found) + (operation == operation_ ? 0 : kElsewhere);
    const bool waits = waits_(candidate.id);
    const bool nearer =
        !nearest_ || far < nearest_->distance || (far == nearest_->distance && waits && !waiting_);
    if (!nearer) return;
    nearest_ = Nearest{std::move(candidate), std::move(found), far};
    waiting_ = waits;
  }

  [[nodiscard]] std::optional<Nearest> take() { return std::move(nearest_); }

 private:
  void leave_out_generated(std::vector<Difference>& found, const Question& candidate,
                           const core::Operation* operation) const {
    if (shape_.holes.empty()) return;
    const Shape recorded = volatile_shape(candidate.request, operation, candidate.started, rules_);
    std::erase_if(found, [&](const Difference& one) {
      return !one.live.empty() &&
             masked(one.live, one.path, shape_) == masked(one.recorded, one.path, recorded);
    });
  }

  const core::Operation* operation_;
  const MatchRules& rules_;
  const std::function<bool(std::int64_t)>& waits_;
  const Meaning meaning_;
  const Shape shape_;
  std::optional<Nearest> nearest_;
  bool waiting_ = false;
};

core::Result<std::optional<Nearest>> search(Store& store, Search search,
                                            std::optional<std::string_view> operation) {
  std::int64_t last = 0;
  for (std::size_t seen = 0; seen < kCandidates;) {
    const auto left = static_cast<std::int64_t>(kCandidates - seen);
    auto page = store.questions(last, std::min(kPage, left), operation);
    if (!page) return std::unexpected(page.error());
    if (page->empty()) break;
    seen += page->size();
    last = page->back().id;
    for (Question& candidate : *page) search.look_at(std::move(candidate));
  }
  return search.take();
}

}  // namespace

core::Result<std::optional<Nearest>> find_nearest(Store& store, const Missed& missed,
                                                  const MatchRules& rules,
                                                  const std::function<bool(std::int64_t)>& waits) {
  const Search begun(missed, rules, waits);
  auto nearest = search(store, begun, missed.operation ? missed.operation->name : "");
  if (nearest && !*nearest) nearest = search(store, begun, std::nullopt);
  return nearest;
}

double distance(const std::vector<Difference>& differences) {
  double sum = 0;
  for (const auto& [path, live, recorded] : differences) {
    const bool table = path == kTableName || path.ends_with(".TableName");
    sum += table ? kElsewhere : apart(live, recorded);
  }
  return sum;
}

}  // namespace dynatape::cassettes
