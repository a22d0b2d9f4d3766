#include "interceptors/counting.h"

namespace dynatape::interceptors {

std::uint64_t KeyCounts::next(std::uint64_t key) {
  Shard& shard = shards_[key % kShards];
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.counts.find(key); found != shard.counts.end()) {
    return ++found->second;
  }
  if (shard.counts.size() < kMostKeys / kShards) shard.counts.emplace(key, 1);
  return 1;
}

std::optional<LogicalCall> RecentCalls::next_attempt(std::uint64_t id) {
  Shard& shard = shards_[id % kShards];
  const std::lock_guard lock(shard.mutex);
  for (Calls* calls : {&shard.young, &shard.old}) {
    if (const auto found = calls->find(id); found != calls->end()) {
      ++found->second.attempt;
      return found->second;
    }
  }
  return std::nullopt;
}

void RecentCalls::remember(std::uint64_t id, LogicalCall call) {
  Shard& shard = shards_[id % kShards];
  const std::lock_guard lock(shard.mutex);
  if (shard.young.size() >= kRemembered / kShards) {
    shard.old = std::move(shard.young);
    shard.young.clear();
  }
  shard.young.insert_or_assign(id, std::move(call));
}

}  // namespace dynatape::interceptors
