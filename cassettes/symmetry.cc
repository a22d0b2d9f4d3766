#include "cassettes/symmetry.h"

#include <algorithm>
#include <span>

#include "cassettes/arrangement.h"
#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

// Bounds of a search; a program that parts later than that has its miss.
constexpr std::size_t kMostCalls = 400;
constexpr std::size_t kMostSteps = 4'000;

}  // namespace

/// Extends the exchange call by call, and goes back where that leads nowhere.
class Symmetry::Search {
 public:
  Search(const Symmetry& tape, const CallFacts& facts) : tape_(tape), facts_(facts) {}

  std::optional<Exchange> run(const std::vector<Exchange::Value>& wanted) {
    for (const auto& [a, b] : wanted) {
      if (!pair(a, b)) return std::nullopt;
    }
    if (!solve()) return std::nullopt;
    Exchange found;
    for (const auto& [a, b] : partners_) {
      if (a < b) found.values.emplace_back(a, b);
    }
    for (const auto& [from, to] : images_) {
      if (from != to) found.calls.emplace_back(from, to);
    }
    std::ranges::sort(found.calls);
    return found;
  }

 private:
  /// What was added since is taken back.
  struct Mark {
    std::size_t values;
    std::size_t calls;
  };
  [[nodiscard]] Mark mark() const { return {added_.size(), mapped_.size()}; }
  void back_to(const Mark& mark) {
    for (; added_.size() > mark.values; added_.pop_back()) partners_.erase(added_.back());
    for (; mapped_.size() > mark.calls; mapped_.pop_back()) {
      targets_.erase(images_.at(mapped_.back()));
      images_.erase(mapped_.back());
    }
  }

  [[nodiscard]] std::optional<std::string_view> partner(std::string_view value) const {
    const auto found = partners_.find(value);
    return found == partners_.end() ? std::nullopt : std::optional(found->second);
  }

  /// Whether `a` may become `b`, and `b` `a`.
  [[nodiscard]] bool may_pair(std::string_view a, std::string_view b) const {
    if (const auto of_a = partner(a)) return *of_a == b;
    return !partner(b);
  }
  bool pair(std::string_view a, std::string_view b) {
    if (!may_pair(a, b)) return false;
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
      if (partners_.try_emplace(from, to).second) added_.push_back(from);
    }
    return true;
  }

  [[nodiscard]] bool answered(Ordinal call) const {
    return facts_.state(call) == CallOrder::State::taken;
  }
  bool map(Ordinal from, Ordinal to) {
    if (images_.contains(from) || !targets_.try_emplace(to, from).second) return false;
    images_.emplace(from, to);
    mapped_.push_back(from);
    return true;
  }

  /// The first answered call that an exchanged value is in and that has become no other yet, and
  /// such a value.
  [[nodiscard]] std::optional<std::pair<Ordinal, std::string_view>> open_call() const {
    for (const std::string_view value : added_) {
      if (partners_.at(value) == value) continue;
      for (const Ordinal call : tape_.mentioning(value)) {
        if (answered(call) && !images_.contains(call)) return std::pair(call, value);
      }
    }
    return std::nullopt;
  }

  bool solve() {
    const auto open = open_call();
    if (!open) return true;
    const auto [call, value] = *open;
    if (images_.size() >= kMostCalls) return false;
    // A call that it may be itself is the likeliest.
    std::vector<Ordinal> candidates(1, call);
    for (const Ordinal other : tape_.mentioning(partners_.at(value))) {
      if (other != call) candidates.push_back(other);
    }
    for (const Ordinal other : candidates) {
      if (tape_.key_of_[other] != tape_.key_of_[call]) continue;
      if (facts_.state(other) == CallOrder::State::passed) continue;
      if (++steps_ > kMostSteps) return false;
      const Mark before = mark();
      if (becomes(call, other) && solve()) return true;
      back_to(before);
    }
    return false;
  }

  bool becomes(Ordinal call, Ordinal other) {
    const Shape* shape = facts_.shape(call);
    if (!shape || !map(call, other)) return false;
    if (other != call && answered(other) && !map(other, call)) return false;
    const auto ours = tape_.index_.literals(call);
    const auto theirs = tape_.index_.literals(other);
    if (ours.size() != shape->holes.size() || theirs.size() != ours.size()) return false;
    const auto identifier = [&](std::size_t i) { return one_to_one(shape->holes[i].tag); };
    const auto met = arranged(
        shape->groups, ours.size(),
        {.may =
             [&](std::size_t place, std::size_t hole) {
               return !identifier(place) || may_pair(ours[place], theirs[hole]);
             },
         .known =
             [&](std::size_t place, std::size_t hole) {
               return identifier(place) && (partner(ours[place]) || ours[place] == theirs[hole]);
             }});
    for (std::size_t i = 0; i < met.size(); ++i) {
      if (identifier(i) && !pair(ours[i], theirs[met[i]])) return false;
    }
    return call == other || facts_.same_answer(call, other);
  }

  const Symmetry& tape_;
  const CallFacts& facts_;
  std::unordered_map<std::string_view, std::string_view> partners_;
  std::unordered_map<Ordinal, Ordinal> images_;
  std::unordered_map<Ordinal, Ordinal> targets_;
  std::vector<std::string_view> added_;
  std::vector<Ordinal> mapped_;
  std::size_t steps_ = 0;
};

Symmetry::Symmetry(const TapeIndex& index) : index_(index), key_of_(index.calls()) {
  for (std::uint32_t k = 0; k < index.keys.size(); ++k) {
    for (auto place = index.first[k]; place < index.first[k + 1]; ++place) {
      key_of_[index.sequence[place]] = k;
    }
  }
  for (Ordinal call = 0; call < index.calls(); ++call) {
    for (const std::string_view literal : index.literals(call)) {
      auto& calls = mentions_[literal];
      if (calls.empty() || calls.back() != call) calls.push_back(call);
    }
  }
}

std::span<const Ordinal> Symmetry::mentioning(std::string_view value) const {
  const auto found = mentions_.find(value);
  return found == mentions_.end() ? std::span<const Ordinal>() : found->second;
}

std::optional<Exchange> Symmetry::find(const std::vector<Exchange::Value>& wanted,
                                       const CallFacts& facts) const {
  return Search(*this, facts).run(wanted);
}

}  // namespace dynatape::cassettes
