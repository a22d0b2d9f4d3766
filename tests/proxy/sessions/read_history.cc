#include "read_history.h"

#include <algorithm>
#include <map>

namespace dynatape::sessions {
namespace {

using Writes = std::map<std::string, std::vector<const HistoryEvent*>>;

/// The latest version of `item` that `counts` among the writes; 0 for none.
template <class Counts>
std::int64_t latest(const Writes& writes, const std::string& item, Counts counts) {
  std::int64_t version = 0;
  const auto of_item = writes.find(item);
  if (of_item == writes.end()) return version;
  for (const HistoryEvent* write : of_item->second) {
    if (counts(*write)) version = std::max(version, write->version);
  }
  return version;
}

std::optional<std::string> problem(const Writes& writes, const HistoryEvent& read, AllowedLag lag) {
  const auto newest = latest(writes, read.item,
                             [&](const HistoryEvent& write) { return write.began <= read.ended; });
  const auto oldest = latest(writes, read.item, [&](const HistoryEvent& write) {
    return lag.age > core::Duration::zero() ? write.answered <= read.invoked - lag.age
                                            : write.ended < read.began;
  });
  if (read.version <= newest && read.version >= oldest - lag.writes) return std::nullopt;
  return "a read of " + read.item + " saw version " + std::to_string(read.version) +
         " where it may see " + std::to_string(oldest - lag.writes) + " to " +
         std::to_string(newest);
}

}  // namespace

std::optional<std::string> illegal_read(const History& history, AllowedLag lag) {
  Writes writes;
  for (const HistoryEvent& write : history.writes) writes[write.item].push_back(&write);
  for (const HistoryEvent& read : history.reads) {
    if (auto found = problem(writes, read, lag)) return found;
  }
  for (const HistoryEvent& read : history.consistent_reads) {
    if (auto found = problem(writes, read, {})) return "consistently, " + *found;
  }
  return std::nullopt;
}

}  // namespace dynatape::sessions
