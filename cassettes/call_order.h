#pragma once

// Which recorded calls have been replayed, and whether the next one may be: all that it conflicts
// with and that were recorded before it come first. Constant time per call, whatever the tape's
// length, as long as few calls before it are outstanding. Not for two threads at once.

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "cassettes/tape_index.h"

namespace dynatape::cassettes {

class CallOrder {
 public:
  /// `index` must outlive this.
  explicit CallOrder(const TapeIndex& index);

  enum class State : std::uint8_t {
    waiting,  ///< not called yet
    taken,    ///< it has answered
    passed,   ///< a read that others have overtaken: its answer would be out of date
  };
  [[nodiscard]] State state(Ordinal call) const { return states_[call]; }

  /// What stands before a call.
  struct Before {
    std::optional<Ordinal> write = {};  ///< one that the call's answer depends on
    std::vector<Ordinal> reads = {};    ///< whose answers the call would make untrue

    [[nodiscard]] bool clear() const { return !write && reads.empty(); }
    [[nodiscard]] Ordinal first() const { return write ? *write : reads.front(); }
  };
  [[nodiscard]] Before before(Ordinal call);

  void take(Ordinal call);
  /// One that is taken waits again. It takes as long as the lists are that it stands in.
  void give_back(Ordinal call);
  /// Whether a later one that conflicts with it is taken.
  [[nodiscard]] bool overtaken(Ordinal call) const;
  /// Gives up on a read, because of `by`, or because another answer was given in its place.
  void pass(Ordinal call, std::optional<Ordinal> by = std::nullopt);
  /// Which call overtook one that is passed.
  [[nodiscard]] std::optional<Ordinal> passed_by(Ordinal call) const;

  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  void remove(Ordinal call, State state);
  [[nodiscard]] std::uint32_t next_waiting(std::uint32_t entry);

  const TapeIndex& index_;
  std::vector<State> states_;
  std::vector<std::uint32_t> next_;  ///< per entry: itself, or one nearer to the next that waits
  std::unordered_map<Ordinal, Ordinal> passed_by_;
  std::size_t waiting_;
};

}  // namespace dynatape::cassettes
