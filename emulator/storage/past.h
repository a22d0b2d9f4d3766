#pragma once

// What a database was before its latest writes, for reads that lag behind them. It keeps whole
// roots, which share all but what was written since, and a bounded number of them. Its owner guards
// it from other threads.

#include <cstdint>
#include <deque>
#include <span>
#include <string>

#include "emulator/model/schema.h"
#include "emulator/storage/root.h"

namespace dynatape::storage {

/// How far back a read of some tables looks.
struct Lag {
  std::chrono::microseconds age{};  ///< as they were so long ago ...
  std::uint64_t writes = 0;         ///< ... or, if not 0, before so many of their latest writes
  std::span<const std::string> tables = {};
};

class Past {
 public:
  /// Older writes than these are seen by all.
  static constexpr std::size_t kMostWrites = 1000;

  /// `replaced` was what the database held until `until`.
  void add(Root replaced, model::TimePoint until);

  /// What a read at `now` that lags so much finds in the place of `current`: at most the state of
  /// `age` ago, and of no moment at which one of the tables had another definition. nullptr where
  /// its tables have not been written since.
  [[nodiscard]] const Root* find(const Root& current, model::TimePoint now, const Lag& lag) const;

 private:
  struct Moment {
    Root root;
    model::TimePoint until;
  };
  std::deque<Moment> moments_;  ///< in the order of `until`
};

}  // namespace dynatape::storage
