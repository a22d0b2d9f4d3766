#pragma once

// A tape in the form in which it is replayed: its calls in order, which of them have one key, and
// which of them must keep their order. A value, made in one pass over the tape; of a long tape it
// is kept in the file, because that pass reads every request.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/effects.h"
#include "cassettes/fingerprint.h"
#include "cassettes/match_rules.h"
#include "cassettes/shape.h"
#include "core/result.h"

namespace dynatape::cassettes {

class Store;

/// A call's place among the calls of its tape, from 0, in the order of their last answers.
using Ordinal = std::uint32_t;

struct TapeIndex {
  static constexpr std::uint32_t kVersion = 1;
  /// A shorter tape is read through faster than an index of it is worth keeping.
  static constexpr std::size_t kWorthKeeping = 1'000;
  static constexpr std::uint8_t kNoOperation = 255;

  std::vector<std::uint32_t> answers;    ///< per call: the id of its last attempt
  std::vector<std::uint8_t> operations;  ///< per call: its place in kOperations

  /// Sorted; the calls with keys[k] are sequence[first[k]] up to sequence[first[k + 1]].
  std::vector<Fingerprint> keys;
  std::vector<std::uint32_t> first;
  std::vector<Ordinal> sequence;

  /// The volatile literals of the calls, in the order of their shapes' holes: literal h of call c,
  /// h from hole_begin[c] up to hole_begin[c + 1], ends in hole_text at hole_end[h]. Empty where no
  /// call has any. The key of a call that has some is its shape's.
  std::vector<std::uint32_t> hole_begin;
  std::vector<std::uint32_t> hole_end;
  std::vector<char> hole_text;
  /// Those calls again, by values_of() their shape and identifiers, and then in order.
  std::vector<std::uint64_t> values;
  std::vector<Ordinal> valued;

  /// Of the calls with several attempts, the ids of all of these, in order.
  struct Attempt {
    Ordinal call;
    std::uint32_t id;
  };
  std::vector<Attempt> attempts;

  /// A call in the list of those that reach one resource in one mode: list = resource * 4 + mode.
  /// Resources on which nothing can conflict are left out.
  struct Entry {
    Ordinal call;
    std::uint32_t low;  ///< ranks among the sort keys of the partition
    std::uint32_t high;
  };
  std::vector<std::uint32_t> list_begin;  ///< entries[list_begin[l]] up to that of the next list
  std::vector<Entry> entries;
  struct Touch {
    std::uint32_t list;
    std::uint32_t entry;
  };
  std::vector<std::uint32_t> touch_begin;  ///< per call, and one more
  std::vector<Touch> touches;

  [[nodiscard]] std::size_t calls() const { return answers.size(); }
  [[nodiscard]] std::vector<std::string_view> literals(Ordinal call) const;
};

/// A hash of what a request is about, whichever the order of its entries: its shape, and the
/// literals in those of its holes that are identifiers.
[[nodiscard]] std::uint64_t values_of(const Shape& shape,
                                      const std::vector<std::string_view>& literals);

/// That of a tape: the kept one where it still is true, else made anew.
[[nodiscard]] core::Result<TapeIndex> tape_index(Store& store, const MatchRules& rules = {});
/// Keeps it in the file of a recorder, where the tape is long enough.
[[nodiscard]] core::Result<void> keep_index(Store& store);

/// Closes it for good, with its index where that can be kept: it only makes opening faster.
[[nodiscard]] core::Result<void> close_with_index(Store& store);

/// The keys of the tables that a tape is about, as far as they stay the same.
[[nodiscard]] core::Result<TableKeys> table_keys(Store& store);

}  // namespace dynatape::cassettes
