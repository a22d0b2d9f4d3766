#pragma once

// What a run ends by saying: how many calls, where their answers came from, which faults arrived.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/cassette.h"
#include "interceptors/fault_tally.h"

namespace dynatape::sessions {

struct Summary {
  std::uint64_t calls = 0;
  std::uint64_t replayed = 0;
  std::uint64_t recorded = 0;
  std::uint64_t missed = 0;
  std::uint64_t synthesised = 0;  ///< answered by an emulator in the tape's place
  std::uint64_t passed_on = 0;    ///< misses that the upstream answered
  std::uint64_t unused = 0;       ///< interactions of the cassette that no call asked for
  std::uint64_t faults_planned = 0;
  std::uint64_t faults_delivered = 0;
  std::vector<std::string> misses;       ///< a line each: what was asked, and the nearest recording
  std::vector<std::string> stand_ins{};  ///< "GetItem orders/42": what was synthesised or passed on
  std::vector<std::string> unused_calls;       ///< "#12 GetItem orders/42", the first of them
  std::vector<std::string> problems;           ///< a line each: what could not be kept
  std::vector<std::string> undelivered;        ///< a line each: which fault, how often, why
  std::vector<std::string> lost_answers = {};  ///< a line each: what was applied, and its retries
  std::vector<std::string> halts = {};         ///< a line each: why the rules stopped
  std::vector<std::string> unanswered;         ///< a line each: how many calls got no answer, why

  bool operator==(const Summary&) const = default;
};

/// Adds what a cassette, and what rules have come to.
void add(const cassettes::CassetteSummary& tape, Summary& summary);
void add(const std::vector<interceptors::FaultTally>& tallies, Summary& summary);

/// Lines for standard error, each starting "dynatape: ". The first has every count. `session` is
/// named in each line, where it is not empty.
[[nodiscard]] std::string text(const Summary& summary, std::string_view session = {});

}  // namespace dynatape::sessions
