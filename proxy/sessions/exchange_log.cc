#include "proxy/sessions/exchange_log.h"

#include <algorithm>
#include <utility>

namespace dynatape::sessions {

void ExchangeLog::add(Entry entry) {
  std::vector<Entry> gone;  // freed after the lock is
  const std::lock_guard lock(mutex_);
  for (const auto& weak : followers_) {
    if (const auto follower = weak.lock()) follower->put(entry);
  }
  bytes_ += entry->request.body.size();
  entries_.push_back(std::move(entry));
  while (entries_.size() > kMostEntries || (bytes_ > kMostBytes && entries_.size() > 1)) {
    bytes_ -= entries_.front()->request.body.size();
    gone.push_back(std::move(entries_.front()));
    entries_.pop_front();
  }
}

std::vector<ExchangeLog::Entry> ExchangeLog::recent() const {
  const std::lock_guard lock(mutex_);
  return {entries_.rbegin(), entries_.rend()};
}

void ExchangeLog::forget(std::string_view session) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) { return entry->session == session; });
  bytes_ = 0;
  for (const Entry& entry : entries_) bytes_ += entry->request.body.size();
}

std::shared_ptr<ExchangeLog::Follower> ExchangeLog::follow() {
  auto follower = std::make_shared<Follower>();
  const std::lock_guard lock(mutex_);
  std::erase_if(followers_, [](const auto& weak) { return weak.expired(); });
  followers_.push_back(follower);
  return follower;
}

void ExchangeLog::Follower::put(const Entry& entry) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() == kMostWaiting) {
    waiting_.pop_front();
    ++dropped_;
  }
  waiting_.push_back(entry);
  if (wakeup_) wakeup_->wake();
}

core::Task<std::optional<ExchangeLog::Follower::News>> ExchangeLog::Follower::next(
    core::Loop& loop, core::Duration patience) {
  const auto wakeup = std::make_shared<core::Wakeup>(loop);
  {
    const std::lock_guard lock(mutex_);
    wakeup_ = wakeup;
    if (stopped_ || !waiting_.empty()) wakeup->wake();
  }
  static_cast<void>(co_await wakeup->wait(patience));  // whichever ended it, what has come counts
  const std::lock_guard lock(mutex_);
  wakeup_ = nullptr;
  if (stopped_) co_return std::nullopt;
  News news;
  news.entries.assign(waiting_.begin(), waiting_.end());
  news.dropped = std::exchange(dropped_, 0);
  waiting_.clear();
  co_return news;
}

void ExchangeLog::Follower::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (wakeup_) wakeup_->wake();
}

}  // namespace dynatape::sessions
