#include "proxy/sessions/holds.h"

#include <algorithm>

namespace dynatape::sessions {
namespace {

constexpr core::Duration kPoll = std::chrono::milliseconds(1);

}  // namespace

core::Task<void> Holds::wait(core::Exchange& exchange, core::Hold hold) {
  const core::Clock& clock = exchange.clock();
  const auto entry = std::make_shared<Entry>();
  entry->held = {exchange.id(), hold.rule, std::string(exchange.call().name()), clock.now()};
  {
    const std::lock_guard lock(mutex_);
    entries_.push_back(entry);
  }
  // By the session's clock and by real time: a clock that stands still holds nobody for ever.
  const core::TimePoint until = entry->held.since + hold.at_most;
  const core::Duration real_until = clock.monotonic() + hold.at_most;
  while (!entry->released && clock.now() < until && clock.monotonic() < real_until) {
    co_await exchange.loop().sleep(kPoll);
  }
  const std::lock_guard lock(mutex_);
  std::erase(entries_, entry);
}

std::vector<Holds::Held> Holds::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Held> held;
  for (const auto& entry : entries_) {
    if (!entry->released) held.push_back(entry->held);
  }
  return held;
}

std::size_t Holds::release(std::string_view rule) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& entry : entries_) {
    if (!rule.empty() && entry->held.rule != rule) continue;
    if (!entry->released.exchange(true)) ++count;
  }
  return count;
}

}  // namespace dynatape::sessions
