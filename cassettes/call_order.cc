#include "cassettes/call_order.h"

#include <algorithm>
#include <numeric>

namespace dynatape::cassettes {

CallOrder::CallOrder(const TapeIndex& index)
    : index_(index),
      states_(index.calls(), State::waiting),
      next_(index.entries.size() + 1),
      waiting_(index.calls()) {
  std::iota(next_.begin(), next_.end(), 0U);
}

CallOrder::Before CallOrder::before(Ordinal call) {
  Before found;
  for (auto t = index_.touch_begin[call]; t < index_.touch_begin[call + 1]; ++t) {
    const auto [list, own] = index_.touches[t];
    const TapeIndex::Entry& mine = index_.entries[own];
    const auto mode = static_cast<Reach>(list % 4);
    for (std::uint32_t other = 0; other < 4; ++other) {
      const auto reach = static_cast<Reach>(other);
      if (!conflict(mode, reach)) continue;
      const std::uint32_t l = list - list % 4 + other;
      const std::uint32_t end = index_.list_begin[l + 1];
      for (auto e = next_waiting(index_.list_begin[l]); e < end && index_.entries[e].call < call;
           e = next_waiting(e + 1)) {
        const TapeIndex::Entry& entry = index_.entries[e];
        if (entry.high < mine.low || mine.high < entry.low) continue;
        if (reach == Reach::write_part || reach == Reach::write_whole) {
          found.write = std::min(found.write.value_or(entry.call), entry.call);
          break;  // the first of them says enough
        }
        found.reads.push_back(entry.call);
      }
    }
  }
  std::ranges::sort(found.reads);
  const auto [first, last] = std::ranges::unique(found.reads);
  found.reads.erase(first, last);
  return found;
}

void CallOrder::take(Ordinal call) { remove(call, State::taken); }

void CallOrder::give_back(Ordinal call) {
  states_[call] = State::waiting;
  ++waiting_;
  for (auto t = index_.touch_begin[call]; t < index_.touch_begin[call + 1]; ++t) {
    const auto [list, own] = index_.touches[t];
    // Those before it may look past it.
    for (auto e = index_.list_begin[list]; e <= own; ++e) {
      next_[e] = states_[index_.entries[e].call] == State::waiting ? e : e + 1;
    }
  }
}

bool CallOrder::overtaken(Ordinal call) const {
  for (auto t = index_.touch_begin[call]; t < index_.touch_begin[call + 1]; ++t) {
    const auto [list, own] = index_.touches[t];
    const TapeIndex::Entry& mine = index_.entries[own];
    for (std::uint32_t other = 0; other < 4; ++other) {
      if (!conflict(static_cast<Reach>(list % 4), static_cast<Reach>(other))) continue;
      const std::uint32_t l = list - list % 4 + other;
      for (auto e = index_.list_begin[l]; e < index_.list_begin[l + 1]; ++e) {
        const TapeIndex::Entry& entry = index_.entries[e];
        const bool reached = entry.high >= mine.low && mine.high >= entry.low;
        if (entry.call > call && reached && states_[entry.call] == State::taken) return true;
      }
    }
  }
  return false;
}

void CallOrder::pass(Ordinal call, std::optional<Ordinal> by) {
  if (states_[call] != State::waiting) return;
  remove(call, State::passed);
  if (by) passed_by_.emplace(call, *by);
}

std::optional<Ordinal> CallOrder::passed_by(Ordinal call) const {
  const auto found = passed_by_.find(call);
  return found == passed_by_.end() ? std::nullopt : std::optional(found->second);
}

void CallOrder::remove(Ordinal call, State state) {
  if (states_[call] == State::waiting) --waiting_;
  states_[call] = state;
  for (auto t = index_.touch_begin[call]; t < index_.touch_begin[call + 1]; ++t) {
    const std::uint32_t entry = index_.touches[t].entry;
    next_[entry] = entry + 1;
  }
}

std::uint32_t CallOrder::next_waiting(std::uint32_t entry) {
  while (next_[entry] != entry) {
    next_[entry] = next_[next_[entry]];
    entry = next_[entry];
  }
  return entry;
}

}  // namespace dynatape::cassettes
