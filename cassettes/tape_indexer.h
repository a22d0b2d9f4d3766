#pragma once

// Makes the index of a tape in one pass over it: the calls and their keys are known beforehand, the
// effects and the volatile literals of each come with its passage.

#include <array>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "cassettes/store.h"
#include "cassettes/tape_index.h"

namespace dynatape::cassettes {

/// Whose answers describe a table, and so its key.
inline constexpr std::array<std::string_view, 4> kDescribing = {"CreateTable", "DescribeTable",
                                                                "UpdateTable", "DeleteTable"};

/// An effect of a call of the tape.
struct RawTouch {
  std::uint64_t resource;
  Reach mode;
  Ordinal call;
  std::uint32_t range;  ///< its place in the ranges from 1, or 0

  [[nodiscard]] auto order() const { return std::tuple(resource, mode, call); }
};

class TapeIndexer {
 public:
  /// `places` is sorted; `rules` must outlive it.
  TapeIndexer(std::vector<Place> places, TableKeys keys, const MatchRules& rules)
      : keys_(std::move(keys)), rules_(rules) {
    add_calls(std::move(places));
  }

  /// The tape's passages, in order.
  void add(const Passage& passage);
  TapeIndex finish() &&;

 private:
  void add_calls(std::vector<Place> places);
  void add_holes(Ordinal call, const Passage& passage, const core::Operation* operation);
  void add_keys();
  void add_group(std::vector<RawTouch>::iterator begin, std::vector<RawTouch>::iterator end);
  [[nodiscard]] std::vector<std::string_view> bounds_of(
      std::vector<RawTouch>::const_iterator begin, std::vector<RawTouch>::const_iterator end) const;

  TapeIndex index_;
  TableKeys keys_;
  const MatchRules& rules_;
  Ordinal next_ = 0;
  std::vector<Fingerprint> call_keys_;
  std::vector<std::pair<std::uint64_t, Ordinal>> valued_;
  std::vector<RawTouch> raw_;
  std::vector<SortRange> ranges_;
  struct Numbered {
    Ordinal call;
    TapeIndex::Touch touch;
  };
  std::vector<Numbered> touches_;
};

}  // namespace dynatape::cassettes
