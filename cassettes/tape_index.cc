#include "cassettes/tape_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "cassettes/store.h"
#include "cassettes/volatile.h"
#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

constexpr std::uint32_t kToTheEnd = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kModes = 4;
constexpr std::size_t kPartBytes = 1 << 20;
/// Of each operation that names keys, for tables that are never described.
constexpr std::int64_t kKeysLookedAt = 1'000;

constexpr std::array<std::string_view, 4> kDescribing = {"CreateTable", "DescribeTable",
                                                         "UpdateTable", "DeleteTable"};

/// An effect of a call of the tape.
struct RawTouch {
  std::uint64_t resource;
  Reach mode;
  Ordinal call;
  std::uint32_t range;  ///< its place in the ranges from 1, or 0

  [[nodiscard]] auto order() const { return std::tuple(resource, mode, call); }
};

class Indexer {
 public:
  Indexer(std::vector<Place> places, TableKeys keys, const MatchRules& rules)
      : keys_(std::move(keys)), rules_(rules) {
    add_calls(std::move(places));
  }

  void add(const Passage& passage);
  TapeIndex finish() &&;

 private:
  void add_calls(std::vector<Place> places);
  void add_holes(Ordinal call, const Passage& passage, const core::Operation* operation);
  void add_keys();
  void add_group(std::vector<RawTouch>::iterator begin, std::vector<RawTouch>::iterator end);
  [[nodiscard]] std::vector<std::string_view> bounds_of(
      std::vector<RawTouch>::const_iterator begin, std::vector<RawTouch>::const_iterator end) const;

  TapeIndex index_;
  TableKeys keys_;
  const MatchRules& rules_;
  Ordinal next_ = 0;
  std::vector<Fingerprint> call_keys_;
  std::vector<std::pair<std::uint64_t, Ordinal>> valued_;
  std::vector<RawTouch> raw_;
  std::vector<SortRange> ranges_;
  struct Numbered {
    Ordinal call;
    TapeIndex::Touch touch;
  };
  std::vector<Numbered> touches_;
};

void Indexer::add_calls(std::vector<Place> places) {
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
void Indexer::add_holes(Ordinal call, const Passage& passage, const core::Operation* operation) {
  if (!may_be_volatile(passage.request(), passage.started())) return;
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

void Indexer::add_keys() {
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

void Indexer::add(const Passage& passage) {
  const auto* operation = core::find_operation(passage.operation());
  const int status = passage.status();
  const auto& describing = kDescribing;
  if (operation && status == 200 &&
      std::ranges::find(describing, operation->name) != describing.end()) {
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

/// The ends of all ranges in a partition, sorted.
std::vector<std::string_view> Indexer::bounds_of(std::vector<RawTouch>::const_iterator begin,
                                                 std::vector<RawTouch>::const_iterator end) const {
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

void Indexer::add_group(std::vector<RawTouch>::iterator begin,
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

TapeIndex Indexer::finish() && {
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

core::Result<TapeIndex> made_anew(Store& store, const MatchRules& rules = {}) {
  auto places = store.places(rules);
  if (!places) return std::unexpected(places.error());
  auto keys = table_keys(store);
  if (!keys) return std::unexpected(keys.error());
  Indexer indexer(std::move(*places), std::move(*keys), rules);
  const auto read = store.each([&](const Passage& passage) { indexer.add(passage); });
  if (!read) return std::unexpected(read.error());
  return std::move(indexer).finish();
}

/// Calls `visit` with each of the vectors, always in the same order.
template <class Index, class Visit>
void for_each_vector(Index& index, Visit visit) {
  visit(index.answers);
  visit(index.operations);
  visit(index.keys);
  visit(index.first);
  visit(index.sequence);
  visit(index.hole_begin);
  visit(index.hole_end);
  visit(index.hole_text);
  visit(index.values);
  visit(index.valued);
  visit(index.attempts);
  visit(index.list_begin);
  visit(index.entries);
  visit(index.touch_begin);
  visit(index.touches);
}

constexpr std::size_t kVectors = 15;
/// What a kept index begins with; read on a machine of the other byte order, it is another number.
struct Head {
  std::uint32_t magic = 0x44545849;
  std::uint32_t version = TapeIndex::kVersion;
  std::uint32_t key_version = kKeyVersion;
  std::uint32_t last_id = 0;
  std::array<std::uint64_t, kVectors> sizes{};
};

/// Writes bytes as parts of kPartBytes.
class PartWriter {
 public:
  explicit PartWriter(Store& store) : store_(store) {}

  core::Result<void> write(const void* data, std::size_t size) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
      const std::size_t some = std::min(size, kPartBytes - part_.size());
      part_.append(at, some);
      at += some;
      size -= some;
      if (part_.size() < kPartBytes) continue;
      if (auto flushed = flush(); !flushed) return flushed;
    }
    return {};
  }
  core::Result<void> flush() {
    if (part_.empty()) return {};
    const std::uint32_t sum = core::crc32(part_);
    part_.insert(0, reinterpret_cast<const char*>(&sum), sizeof sum);
    auto kept = store_.keep_index_part(number_++, part_);
    part_.clear();
    return kept;
  }

 private:
  Store& store_;
  std::string part_;
  std::int64_t number_ = 0;
};

/// Takes parts in order and fills an index from them.
class PartReader {
 public:
  /// False where the parts are no index of this version and of a tape that ends at `last_id`.
  bool take(std::string_view part, std::int64_t last_id) {
    std::uint32_t sum = 0;
    if (part.size() < sizeof sum) return false;
    std::memcpy(&sum, part.data(), sizeof sum);
    part.remove_prefix(sizeof sum);
    if (sum != core::crc32(part)) return false;  // damaged
    if (vector_ == 0) {
      if (part.size() < sizeof(Head)) return false;
      std::memcpy(&head_, part.data(), sizeof head_);
      const Head right;
      if (head_.magic != right.magic || head_.version != right.version ||
          head_.key_version != right.key_version ||
          head_.last_id != static_cast<std::uint64_t>(last_id)) {
        return false;
      }
      part.remove_prefix(sizeof head_);
      std::size_t i = 0;
      for_each_vector(index_, [&](auto& vector) {
        using Value = typename std::remove_reference_t<decltype(vector)>::value_type;
        vector.resize(head_.sizes[i]);
        targets_[i] = {reinterpret_cast<char*>(vector.data()), vector.size() * sizeof(Value)};
        ++i;
      });
      vector_ = 1;
    }
    while (!part.empty() && vector_ <= kVectors) {
      auto& [at, left] = targets_[vector_ - 1];
      const std::size_t some = std::min(left, part.size());
      if (some > 0) std::memcpy(at, part.data(), some);
      at += some;
      left -= some;
      part.remove_prefix(some);
      if (left == 0) ++vector_;
    }
    return part.empty();
  }
  [[nodiscard]] bool complete() const {
    return vector_ > 0 &&
           std::ranges::all_of(targets_, [](const auto& t) { return t.second == 0; });
  }
  TapeIndex index_;

 private:
  Head head_;
  std::size_t vector_ = 0;  ///< being filled, from 1; 0 before the head
  std::array<std::pair<char*, std::size_t>, kVectors> targets_{};
};

}  // namespace

std::vector<std::string_view> TapeIndex::literals(Ordinal call) const {
  std::vector<std::string_view> literals;
  if (hole_begin.empty()) return literals;
  for (auto hole = hole_begin[call]; hole < hole_begin[call + 1]; ++hole) {
    const std::uint32_t begin = hole == 0 ? 0 : hole_end[hole - 1];
    literals.emplace_back(hole_text.data() + begin, hole_end[hole] - begin);
  }
  return literals;
}

std::uint64_t values_of(const Shape& shape, const std::vector<std::string_view>& literals) {
  std::vector<std::string_view> identifiers(literals.size());
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (one_to_one(shape.holes[i].tag)) identifiers[i] = literals[i];
  }
  for (const Group& group : shape.groups) {
    std::vector<std::vector<std::string_view>> entries;
    auto at = identifiers.begin() + static_cast<std::ptrdiff_t>(group.first);
    for (std::size_t e = 0; e < group.entries; ++e) {
      const auto begin = at + static_cast<std::ptrdiff_t>(e * group.holes);
      entries.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(group.holes));
    }
    std::ranges::sort(entries);
    for (const auto& entry : entries) at = std::ranges::copy(entry, at).out;
  }
  core::StableHash hash(0);
  hash.add({reinterpret_cast<const char*>(shape.key.bytes.data()), shape.key.bytes.size()});
  for (const std::string_view identifier : identifiers) hash.add(identifier);
  return hash.value();
}

core::Result<TapeIndex> tape_index(Store& store, const MatchRules& rules) {
  if (!rules.empty()) return made_anew(store, rules);  // what is kept has other keys
  const auto last_id = store.last_id();
  if (!last_id) return std::unexpected(last_id.error());
  PartReader reader;
  bool right = true;
  const auto read = store.each_index_part([&](std::string_view part) {
    right = right && reader.take(part, *last_id);
    return right;
  });
  if (!read) return std::unexpected(read.error());
  if (right && reader.complete()) return std::move(reader.index_);
  return made_anew(store);
}

core::Result<void> keep_index(Store& store) {
  const auto last_id = store.last_id();
  if (!last_id) return std::unexpected(last_id.error());
  if (*last_id < static_cast<std::int64_t>(TapeIndex::kWorthKeeping)) return store.drop_index();
  const auto index = made_anew(store);
  if (!index) return std::unexpected(index.error());
  if (auto begun = store.begin_index(); !begun) return begun;
  Head head;
  head.last_id = static_cast<std::uint32_t>(*last_id);
  std::size_t i = 0;
  for_each_vector(*index, [&](const auto& vector) { head.sizes[i++] = vector.size(); });
  PartWriter writer(store);
  auto done = writer.write(&head, sizeof head);
  for_each_vector(*index, [&](const auto& vector) {
    using Value = typename std::remove_reference_t<decltype(vector)>::value_type;
    if (done) done = writer.write(vector.data(), vector.size() * sizeof(Value));
  });
  if (done) done = writer.flush();
  const auto ended = store.end_index(done.has_value());
  return done ? ended : done;
}

core::Result<TableKeys> table_keys(Store& store) {
  TableKeys keys;
  for (const std::string_view operation : kDescribing) {
    const auto read = store.each(
        [&](const Passage& passage) {
          if (passage.status() == 200) keys.learn_description(passage.answer());
        },
        operation);
    if (!read) return std::unexpected(read.error());
  }
  for (const std::string_view operation : {"GetItem", "UpdateItem", "DeleteItem"}) {
    const auto some = store.questions(0, kKeysLookedAt, operation);
    if (!some) return std::unexpected(some.error());
    for (const Question& question : *some) keys.learn_key(question.request.body);
  }
  return keys;
}

}  // namespace dynatape::cassettes
