#include "cassettes/recent_calls.h"

#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

std::uint64_t hash_of(std::string_view invocation, const Fingerprint& key) {
  const std::string_view bytes(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
  return core::StableHash(0).add(invocation).add(bytes).value();
}

}  // namespace

std::optional<std::int64_t> RecentCalls::find(std::string_view invocation,
                                              const Fingerprint& key) const {
  if (invocation.empty()) return std::nullopt;
  const auto found = calls_.find(hash_of(invocation, key));
  if (found == calls_.end() || found->second.key != key) return std::nullopt;
  return found->second.call;
}

void RecentCalls::remember(std::string_view invocation, const Fingerprint& key, std::int64_t call) {
  if (invocation.empty()) return;
  const std::uint64_t hash = hash_of(invocation, key);
  if (!calls_.try_emplace(hash, Entry{key, call}).second) return;
  order_.push_back(hash);
  if (order_.size() <= kRemembered) return;
  calls_.erase(order_.front());
  order_.pop_front();
}

}  // namespace dynatape::cassettes
