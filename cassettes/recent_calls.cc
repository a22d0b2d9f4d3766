#include "cassettes/recent_calls.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kFewestSlots = 64;

std::uint64_t hash_of(std::string_view invocation, const Fingerprint& key) {
  const std::string_view bytes(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
  return std::max<std::uint64_t>(core::StableHash(0).add(invocation).add(bytes).value(), 1);
}

}  // namespace

std::optional<std::int64_t> RecentCalls::find(std::string_view invocation,
                                              const Fingerprint& key) const {
  if (invocation.empty()) return std::nullopt;
  const std::uint64_t hash = hash_of(invocation, key);
  const auto found = latest_.find(hash);
  return found ? found : before_.find(hash);
}

void RecentCalls::renumber(const std::unordered_map<std::int64_t, std::int64_t>& numbers) {
  latest_.renumber(numbers);
  before_.renumber(numbers);
}

void RecentCalls::remember(std::string_view invocation, const Fingerprint& key, std::int64_t call) {
  if (invocation.empty()) return;
  const std::uint64_t hash = hash_of(invocation, key);
  if (before_.find(hash)) return;
  if (latest_.size() == kRemembered) before_ = std::exchange(latest_, {});
  latest_.add(hash, call);
}

/// Its own place, or the empty one where it would be; there is always one.
std::size_t RecentCalls::Table::place_of(std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = hash & mask;
  while (slots_[place].hash != 0 && slots_[place].hash != hash) place = (place + 1) & mask;
  return place;
}

std::optional<std::int64_t> RecentCalls::Table::find(std::uint64_t hash) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[place_of(hash)];
  return slot.hash == hash ? std::optional(slot.call) : std::nullopt;
}

void RecentCalls::Table::add(std::uint64_t hash, std::int64_t call) {
  if (size_ * 2 >= slots_.size()) grow();
  Slot& slot = slots_[place_of(hash)];
  if (slot.hash == hash) return;
  slot = {hash, call};
  ++size_;
}

void RecentCalls::Table::renumber(const std::unordered_map<std::int64_t, std::int64_t>& numbers) {
  for (Slot& slot : slots_) {
    const auto found = slot.hash == 0 ? numbers.end() : numbers.find(slot.call);
    if (found != numbers.end()) slot.call = found->second;
  }
}

void RecentCalls::Table::grow() {
  const auto old =
      std::exchange(slots_, std::vector<Slot>(std::max(kFewestSlots, slots_.size() * 2)));
  for (const Slot& slot : old) {
    if (slot.hash != 0) slots_[place_of(slot.hash)] = slot;
  }
}

}  // namespace dynatape::cassettes
