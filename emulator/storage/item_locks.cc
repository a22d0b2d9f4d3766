#include "emulator/storage/item_locks.h"

#include <algorithm>

namespace dynatape::storage {

bool ItemLocks::conflict(Holder holder, std::string_view table, std::string_view row_key,
                         bool transaction) const {
  if (!any()) return false;
  const std::lock_guard lock(mutex_);
  const auto found = items_.find({std::string(table), std::string(row_key)});
  if (found == items_.end()) return false;
  return std::ranges::any_of(found->second, [&](const Held& held) {
    return held.holder != holder && (held.transaction || transaction);
  });
}

bool ItemLocks::token_conflict(Holder holder, std::string_view token) const {
  if (!any()) return false;
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(token);
  return found != tokens_.end() && found->second != holder;
}

void ItemLocks::take(Holder holder, const Claims& claims) {
  const std::lock_guard lock(mutex_);
  for (const auto& item : claims.items) items_[item].push_back({holder, claims.transaction});
  if (!claims.token.empty()) tokens_.emplace(claims.token, holder);
  holders_.fetch_add(1, std::memory_order_release);
}

void ItemLocks::release(Holder holder) {
  const std::lock_guard lock(mutex_);
  for (auto item = items_.begin(); item != items_.end();) {
    std::erase_if(item->second, [&](const Held& held) { return held.holder == holder; });
    item = item->second.empty() ? items_.erase(item) : std::next(item);
  }
  std::erase_if(tokens_, [&](const auto& token) { return token.second == holder; });
  holders_.fetch_sub(1, std::memory_order_release);
}

}  // namespace dynatape::storage
