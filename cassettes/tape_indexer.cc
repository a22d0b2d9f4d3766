#include "cassettes/tape_indexer.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <tuple>

#include "cassettes/volatile.h"

namespace dynatape::cassettes {
namespace {

constexpr std::uint32_t kToTheEnd = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kModes = 4;

/// Some pair of its touches must keep its order.
bool has_conflict(std::vector<RawTouch>::const_iterator begin,
                  std::vector<RawTouch>::const_iterator end) {
  if (begin->call == (end - 1)->call && end - begin < 2) return false;
  std::array<std::size_t, kModes> count{};
  for (auto touch = begin; touch != end; ++touch) ++count[static_cast<std::size_t>(touch->mode)];
  for (std::size_t a = 0; a < kModes; ++a) {
    for (std::size_t b = a; b < kModes; ++b) {
      const bool pair = a == b ? count[a] > 1 : count[a] > 0 && count[b] > 0;
      if (pair && conflict(static_cast<Reach>(a), static_cast<Reach>(b))) return true;
    }
  }
  return false;
}

}  // namespace

void TapeIndexer::add(const Passage& passage) {
  const auto* operation = core::find_operation(passage.operation());
  const int status = passage.status();
  if (operation && status == 200 &&
      std::ranges::find(kDescribing, operation->name) != kDescribing.end()) {
    keys_.learn_description(passage.answer());
  }
  if (next_ == index_.calls() || index_.answers[next_] != passage.id()) return;  // an early attempt
  const Ordinal call = next_++;
  if (!operation) return;
  index_.operations[call] = static_cast<std::uint8_t>(operation - std::begin(core::kOperations));
  add_holes(call, passage, operation);
  const std::string error = status >= 400 ? error_type(passage.answer()) : "";
  for (Effect& effect : effects_of({operation, passage.request(), status, error}, keys_)) {
    if (effect.range) ranges_.push_back(std::move(*effect.range));
    const auto range = effect.range ? static_cast<std::uint32_t>(ranges_.size()) : 0;
    raw_.push_back({effect.resource, effect.mode, call, range});
  }
}

void TapeIndexer::add_calls(std::vector<Place> places) {
  struct Call {
    std::uint32_t answer;
    Fingerprint key;
  };
  std::vector<Call> calls;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> attempts;  // last id, id
  for (std::size_t i = 0; i < places.size();) {
    std::size_t end = i + 1;
    while (end < places.size() && places[end].key == places[i].key &&
           places[end].call == places[i].call) {
      ++end;
    }
    const auto last = static_cast<std::uint32_t>(places[end - 1].id);
    calls.push_back({last, places[i].key});
    for (std::size_t a = i; a < end && end - i > 1; ++a) {
      attempts.emplace_back(last, static_cast<std::uint32_t>(places[a].id));
    }
    i = end;
  }
  std::vector<Place>().swap(places);
  std::ranges::sort(calls, {}, &Call::answer);
  for (const Call& call : calls) {
    index_.answers.push_back(call.answer);
    call_keys_.push_back(call.key);
  }
  index_.operations.assign(calls.size(), TapeIndex::kNoOperation);
  std::ranges::sort(attempts);
  for (const auto& [last, id] : attempts) {
    const auto call = std::ranges::lower_bound(index_.answers, last) - index_.answers.begin();
    index_.attempts.push_back({static_cast<Ordinal>(call), id});
  }
}

/// Its literals, and the key of its shape, where it has some that are volatile.
void TapeIndexer::add_holes(Ordinal call, const Passage& passage,
                            const core::Operation* operation) {
  if (!rules_.binds() && !may_be_volatile(passage.request(), passage.started())) return;
  const core::Request request{"POST", "/", {}, std::string(passage.request()), {}};
  const Shape shape = volatile_shape(request, operation, passage.started(), rules_);
  if (shape.holes.empty()) return;
  call_keys_[call] = shape.key;
  index_.hole_begin.resize(call + 1, static_cast<std::uint32_t>(index_.hole_end.size()));
  std::vector<std::string_view> literals;
  for (const Hole& hole : shape.holes) {
    index_.hole_text.insert(index_.hole_text.end(), hole.text.begin(), hole.text.end());
    index_.hole_end.push_back(static_cast<std::uint32_t>(index_.hole_text.size()));
    literals.push_back(hole.text);
  }
  valued_.emplace_back(values_of(shape, literals), call);
}

void TapeIndexer::add_keys() {
  std::vector<Ordinal> order(index_.calls());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](Ordinal a, Ordinal b) {
    return std::tie(call_keys_[a], a) < std::tie(call_keys_[b], b);
  });
  for (const Ordinal call : order) {
    if (index_.keys.empty() || index_.keys.back() != call_keys_[call]) {
      index_.first.push_back(static_cast<std::uint32_t>(index_.sequence.size()));
      index_.keys.push_back(call_keys_[call]);
    }
    index_.sequence.push_back(call);
  }
  index_.first.push_back(static_cast<std::uint32_t>(index_.sequence.size()));
  std::vector<Fingerprint>().swap(call_keys_);
  if (valued_.empty()) return;
  index_.hole_begin.resize(index_.calls() + 1, static_cast<std::uint32_t>(index_.hole_end.size()));
  std::ranges::sort(valued_);
  for (const auto& [values, call] : valued_) {
    index_.values.push_back(values);
    index_.valued.push_back(call);
  }
}

/// The ends of all ranges in a partition, sorted.
std::vector<std::string_view> TapeIndexer::bounds_of(
    std::vector<RawTouch>::const_iterator begin, std::vector<RawTouch>::const_iterator end) const {
  std::vector<std::string_view> bounds;
  for (auto touch = begin; touch != end; ++touch) {
    if (touch->range == 0) continue;
    const SortRange& range = ranges_[touch->range - 1];
    bounds.push_back(range.low);
    if (range.high) bounds.push_back(*range.high);
  }
  std::ranges::sort(bounds);
  const auto [first, last] = std::ranges::unique(bounds);
  bounds.erase(first, last);
  return bounds;
}

void TapeIndexer::add_group(std::vector<RawTouch>::iterator begin,
                            std::vector<RawTouch>::iterator end) {
  if (!has_conflict(begin, end)) return;
  const auto bounds = bounds_of(begin, end);
  const auto rank = [&](std::string_view bound) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(bounds, bound) - bounds.begin());
  };
  const auto resource = static_cast<std::uint32_t>(index_.list_begin.size() / kModes);
  for (std::uint32_t mode = 0; mode < kModes; ++mode) {
    index_.list_begin.push_back(static_cast<std::uint32_t>(index_.entries.size()));
    for (; begin != end && static_cast<std::uint32_t>(begin->mode) == mode; ++begin) {
      TapeIndex::Entry entry{begin->call, 0, kToTheEnd};
      if (begin->range != 0) {
        const SortRange& range = ranges_[begin->range - 1];
        entry.low = rank(range.low);
        if (range.high) entry.high = rank(*range.high);
      }
      touches_.push_back({begin->call,
                          {resource * static_cast<std::uint32_t>(kModes) + mode,
                           static_cast<std::uint32_t>(index_.entries.size())}});
      index_.entries.push_back(entry);
    }
  }
}

TapeIndex TapeIndexer::finish() && {
  add_keys();
  std::ranges::sort(raw_, {}, &RawTouch::order);
  for (auto begin = raw_.begin(); begin != raw_.end();) {
    auto end = begin;
    while (end != raw_.end() && end->resource == begin->resource) ++end;
    add_group(begin, end);
    begin = end;
  }
  index_.list_begin.push_back(static_cast<std::uint32_t>(index_.entries.size()));
  std::vector<RawTouch>().swap(raw_);
  index_.touch_begin.assign(index_.calls() + 1, 0);
  for (const Numbered& one : touches_) ++index_.touch_begin[one.call + 1];
  for (std::size_t c = 1; c < index_.touch_begin.size(); ++c) {
    index_.touch_begin[c] += index_.touch_begin[c - 1];
  }
  index_.touches.resize(touches_.size());
  auto fill = index_.touch_begin;
  for (const Numbered& one : touches_) index_.touches[fill[one.call]++] = one.touch;
  return std::move(index_);
}

}  // namespace dynatape::cassettes
