#include "cassettes/review_order.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace dynatape::cassettes {
namespace {

using Colour = std::uint64_t;

constexpr int kMostRounds = 64;  // of refinement; each looks one call further
constexpr std::size_t kUnseen = SIZE_MAX;

Colour mix(Colour a, Colour b) {
  a ^= b + 0x9e3779b97f4a7c15 + (a << 6) + (a >> 2);
  a *= 0xff51afd7ed558ccd;
  return a ^ (a >> 33);
}

/// FNV-1a: the same on every machine, because the order is shown.
Colour colour_of(std::string_view text) {
  Colour colour = 0xcbf29ce484222325;
  for (const char c : text) colour = (colour ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return colour;
}

using Neighbours = std::vector<std::vector<std::size_t>>;

Colour mix_all(Colour start, std::vector<Colour> colours) {
  std::ranges::sort(colours);
  for (const Colour one : colours) start = mix(start, one);
  return start;
}

/// Colour refinement (Weisfeiler and Leman): a call's colour tells its skeleton, the colours of its
/// values and those of the calls before and behind it; a value's in which calls and places it
/// stands.
class Refinement {
 public:
  Refinement(std::span<const OrderedCall> calls, const Neighbours& followers)
      : calls_(calls), followers_(followers) {
    for (const OrderedCall& call : calls) colours_.push_back(colour_of(call.skeleton));
  }

  std::vector<Colour> run() {
    std::size_t distinct = 0;
    for (int round = 0; round < kMostRounds; ++round) {
      refine();
      const std::size_t now = std::set<Colour>(colours_.begin(), colours_.end()).size();
      if (now == std::exchange(distinct, now)) break;
    }
    return std::move(colours_);
  }

 private:
  void refine() {
    std::unordered_map<std::string_view, std::vector<Colour>> places;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      for (std::size_t slot = 0; slot < calls_[i].values.size(); ++slot) {
        places[calls_[i].values[slot]].push_back(mix(colours_[i], slot));
      }
    }
    std::unordered_map<std::string_view, Colour> values;
    for (auto& [value, stands] : places) values[value] = mix_all(1, std::move(stands));
    std::vector<Colour> next(calls_.size());
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      next[i] = colours_[i];
      for (const std::string& value : calls_[i].values) next[i] = mix(next[i], values[value]);
      next[i] = mix_all(mix(next[i], 2), colours_at(calls_[i].after));
      next[i] = mix_all(mix(next[i], 3), colours_at(followers_[i]));
    }
    colours_ = std::move(next);
  }

  [[nodiscard]] std::vector<Colour> colours_at(const std::vector<std::size_t>& calls) const {
    std::vector<Colour> colours;
    colours.reserve(calls.size());
    for (const std::size_t call : calls) colours.push_back(colours_[call]);
    return colours;
  }

  const std::span<const OrderedCall> calls_;
  const Neighbours& followers_;
  std::vector<Colour> colours_;
};

Neighbours followers_of(std::span<const OrderedCall> calls) {
  Neighbours followers(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    for (const std::size_t before : calls[i].after) followers[before].push_back(i);
  }
  return followers;
}

class Ordering {
 public:
  explicit Ordering(std::span<const OrderedCall> calls)
      : calls_(calls),
        followers_(followers_of(calls)),
        colours_(Refinement(calls, followers_).run()),
        places_(calls.size()) {
    for (const OrderedCall& call : calls) missing_.push_back(call.after.size());
  }

  std::vector<std::size_t> run() {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (missing_[i] == 0) offer(i);
    }
    std::vector<std::size_t> order;
    while (!ready_.empty()) {
      const std::size_t next = std::get<4>(ready_.extract(ready_.begin()).value());
      places_[next] = order.size();
      order.push_back(next);
      for (const std::string& value : calls_[next].values) meet(value);
      for (const std::size_t follower : followers_[next]) {
        if (--missing_[follower] == 0) offer(follower);
      }
    }
    return order;
  }

 private:
  using Places = std::vector<std::size_t>;
  using Entry = std::tuple<std::string_view, Colour, Places, Places, std::size_t>;

  [[nodiscard]] Entry entry(std::size_t call) const {
    Places numbers;
    for (const std::string& value : calls_[call].values) {
      const auto number = numbers_.find(value);
      numbers.push_back(number == numbers_.end() ? kUnseen : number->second);
    }
    Places before;
    for (const std::size_t other : calls_[call].after) before.push_back(places_[other]);
    std::ranges::sort(before);
    return {calls_[call].skeleton, colours_[call], std::move(numbers), std::move(before), call};
  }

  void offer(std::size_t call) {
    ready_.insert(entry(call));
    for (const std::string& value : calls_[call].values) {
      if (!numbers_.contains(value)) waiting_[value].push_back(call);
    }
  }

  /// Numbers a value, which moves the calls with it forward.
  void meet(const std::string& value) {
    if (numbers_.contains(value)) return;
    const auto waiting = waiting_.extract(value);
    std::set<std::size_t> moved;
    if (!waiting.empty()) {
      for (const std::size_t call : waiting.mapped()) {
        if (ready_.erase(entry(call)) > 0) moved.insert(call);
      }
    }
    numbers_.emplace(value, numbers_.size());
    for (const std::size_t call : moved) ready_.insert(entry(call));
  }

  const std::span<const OrderedCall> calls_;
  const Neighbours followers_;
  const std::vector<Colour> colours_;
  Places places_;                     ///< of the calls that have come
  std::vector<std::size_t> missing_;  ///< per call: how many that it must follow are to come
  std::set<Entry> ready_;
  std::unordered_map<std::string_view, std::size_t> numbers_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> waiting_;
};

}  // namespace

std::vector<std::size_t> review_order(std::span<const OrderedCall> calls) {
  return Ordering(calls).run();
}

}  // namespace dynatape::cassettes
