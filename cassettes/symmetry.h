#pragma once

// Values that a tape cannot tell apart so far. Two threads begin alike, and which of them meets
// which recording is a guess; when they part, the guess may prove wrong. Then it may be taken back:
// if all that was answered would have been answered the same with two recorded values exchanged,
// wherever they occur, and with the values that came along with them.
//
//   recorded:  put A, put B, update B        live:  put X, put Y, update X
//
// X was taken for A. Exchanging A and B makes of "put A" "put B", which was answered the same.

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cassettes/call_order.h"
#include "cassettes/shape.h"
#include "cassettes/tape_index.h"

namespace dynatape::cassettes {

/// What stands in the place of what.
struct Exchange {
  using Value = std::pair<std::string_view, std::string_view>;
  std::vector<Value> values;  ///< recorded ones, each pair once
  /// A call that was answered, and the one that it becomes; where both were answered, in both
  /// directions.
  std::vector<std::pair<Ordinal, Ordinal>> calls;
};

/// What is asked about a tape's calls.
struct CallFacts {
  std::function<CallOrder::State(Ordinal)> state;
  std::function<const Shape*(Ordinal)> shape;         ///< null where it cannot be read
  std::function<bool(Ordinal, Ordinal)> same_answer;  ///< but for generated values
};

class Symmetry {
 public:
  /// `index` must outlive this.
  explicit Symmetry(const TapeIndex& index);

  /// The exchange that `wanted` takes, where there is one: found within a bounded search.
  [[nodiscard]] std::optional<Exchange> find(const std::vector<Exchange::Value>& wanted,
                                             const CallFacts& facts) const;

 private:
  class Search;
  /// In order; literals that are no identifiers have theirs too.
  [[nodiscard]] std::span<const Ordinal> mentioning(std::string_view value) const;

  const TapeIndex& index_;
  std::unordered_map<std::string_view, std::vector<Ordinal>> mentions_;
  std::vector<std::uint32_t> key_of_;  ///< per call: the place of its key
};

}  // namespace dynatape::cassettes
