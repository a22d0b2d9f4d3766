#include "interceptors/lineup.h"

#include <algorithm>

namespace dynatape::interceptors {
namespace {

constexpr unsigned kLengthBits = 24;
constexpr std::uint64_t kMostLength = (std::uint64_t{1} << kLengthBits) - 1;
constexpr std::uint64_t kMostFirst = (std::uint64_t{1} << (64 - kLengthBits)) - 1;

/// Rules by chance that are looked at in one go.
constexpr std::size_t kTogether = 8;

/// Whether a rule that counts may be asked together with the others of its counter.
bool only_counts(const Gate& gate) { return gate.counter && !gate.needs.more; }

bool is_by_chance_alone(const Gate& gate) {
  return !gate.certain && !gate.needs.more && !gate.needs.ordinals && !gate.needs.attempts;
}

}  // namespace

void CountedRules::add(std::size_t place, const Gate& gate) {
  places_.push_back(place);
  entries_.push_back({gate.ordinals, gate.id});
}

void CountedRules::pick(std::uint64_t ordinal, std::vector<std::uint64_t>& picked) const {
  const std::uint64_t quiet = quiet_.load(std::memory_order_relaxed);
  if (ordinal - (quiet >> kLengthBits) < (quiet & kMostLength)) return;
  std::uint64_t next = Ordinals::kNever;
  for (const Entry& entry : entries_) {
    if (entry.ordinals.has(ordinal)) picked.push_back(entry.id);
    next = std::min(next, entry.ordinals.none_before(ordinal + 1));
  }
  if (ordinal < kMostFirst) {
    const std::uint64_t length = std::min(next - (ordinal + 1), kMostLength);
    quiet_.store((ordinal + 1) << kLengthBits | length, std::memory_order_relaxed);
  }
}

void DrawnRules::add(std::size_t place, const Gate& gate) {
  entries_.push_back({gate.prefix, gate.threshold, place});
}

void DrawnRules::pick(std::uint64_t about, std::vector<std::size_t>& places) const {
  const auto look = [&](std::span<const Entry> entries) {
    for (const Entry& entry : entries) {
      if (entry.hits(about)) places.push_back(entry.place);
    }
  };
  // Mostly none of several hits: then nothing else is done about them.
  std::span<const Entry> left = entries_;
  for (; left.size() >= kTogether; left = left.subspan(kTogether)) {
    const auto together = left.first<kTogether>();
    unsigned hits = 0;
    for (const Entry& entry : together) hits += entry.hits(about);
    if (hits > 0) [[unlikely]]
      look(together);
  }
  look(left);
}

Lineup::Lineup(std::span<const std::size_t> places, std::span<const Gate> gates) {
  for (const std::size_t place : places) {
    const Gate& gate = gates[place];
    if (is_by_chance_alone(gate)) {
      drawn.add(place, gate);
    } else if (only_counts(gate)) {
      auto of = std::ranges::find(counted, gate.counter,
                                  [](const auto& rules) { return &rules->counter(); });
      if (of == counted.end()) {
        of = counted.insert(of, std::make_unique<CountedRules>(*gate.counter));
      }
      (*of)->add(place, gate);
    } else {
      others.push_back(place);
    }
  }
}

}  // namespace dynatape::interceptors
