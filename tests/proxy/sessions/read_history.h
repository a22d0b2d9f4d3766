#pragma once

// What concurrent clients wrote and read of counters, and whether a read of it was legal. Each
// write makes the next version of its item, so that versions tell which writes a read has seen.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

namespace dynatape::sessions {

struct HistoryEvent {
  std::string item;
  std::int64_t version;  ///< made or seen; 0: no item
  core::TimePoint invoked;
  core::TimePoint answered;
  std::uint64_t began = 0;  ///< in one order of all beginnings and ends, which time may not tell
  std::uint64_t ended = 0;
};

struct History {
  std::vector<HistoryEvent> writes;
  std::vector<HistoryEvent> reads;
  std::vector<HistoryEvent> consistent_reads;
};

/// How far a read may lag.
struct AllowedLag {
  core::Duration age{0};
  std::int64_t writes = 0;  ///< to its own item
};

/// The first read that no legal execution explains, in words: it saw a version that nobody had
/// begun to write, or missed one that had been acknowledged longer ago than it may lag, or more
/// writes ago.
[[nodiscard]] std::optional<std::string> illegal_read(const History& history, AllowedLag lag);

}  // namespace dynatape::sessions
