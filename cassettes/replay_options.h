#pragma once

// How a tape is replayed, as plain values with their defaults. docs/replay.md explains each.

#include <string>
#include <vector>

#include "core/time.h"

namespace dynatape::cassettes {

/// What answers a call beyond the last recorded one of its kind.
enum class Repeats {
  miss,   ///< nothing
  last,   ///< the last answer again
  cycle,  ///< the answers from the first one on
};

/// What answers a call that was recorded with several attempts.
enum class Retries {
  collapsed,  ///< its last attempt, at once
  faithful,   ///< attempt by attempt, failures included
  fresh,      ///< its last attempt that the service itself did not fail
};

/// What becomes of a call that the tape has no answer to.
enum class OnMiss {
  fail,      ///< an error that says why
  upstream,  ///< it goes on to the upstream
  emulate,   ///< an emulator answers it, as far as what was replayed so far determines the answer
};

/// Of the calls of an operation on a table; "" is any.
struct RepeatRule {
  std::string operation;
  std::string table;
  Repeats repeats = Repeats::miss;

  bool operator==(const RepeatRule&) const = default;
};

struct ReplayOptions {
  std::vector<RepeatRule> repeats = {};  ///< the last that applies counts
  Retries retries = Retries::collapsed;
  /// Calls that conflict must come in their recorded order.
  bool ordered = true;
  /// How long a call waits for those that must come before it, while no other call is answered.
  core::Duration patience = std::chrono::seconds(1);
  /// An answer takes what it took when it was recorded, times this; 0: no time at all.
  double time_factor = 0;
  OnMiss on_miss = OnMiss::fail;

  bool operator==(const ReplayOptions&) const = default;
};

}  // namespace dynatape::cassettes
