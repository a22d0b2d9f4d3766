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
  if (const auto found = shard.young.find(id); found != shard.young.end()) {
    ++found->second.attempt;
    return found->second;
  }
  const auto found = shard.old.find(id);
  if (found == shard.old.end()) return std::nullopt;
  LogicalCall call = std::move(found->second);
  shard.old.erase(found);
  ++call.attempt;
  insert(shard, id, call);
  return call;
}

void RecentCalls::remember(std::uint64_t id, LogicalCall call) {
  Shard& shard = shards_[id % kShards];
  const std::lock_guard lock(shard.mutex);
  insert(shard, id, std::move(call));
}

void RecentCalls::insert(Shard& shard, std::uint64_t id, LogicalCall call) {
  if (shard.young.size() >= kRemembered / kShards) {
    shard.old = std::move(shard.young);
    shard.young.clear();
  }
  shard.young.insert_or_assign(id, std::move(call));
}

}  // namespace dynatape::interceptors
