#pragma once

// An order of calls that two takes of one test share, however its concurrent calls interleaved.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace dynatape::cassettes {

struct OrderedCall {
  std::string skeleton;             ///< the call without its generated values ...
  std::vector<std::string> values;  ///< ... and those, in their places
  std::vector<std::size_t> after;   ///< calls, by their index, that must stand before it
};

/// Indices of all calls. Each stands behind those that it must follow; among those that may come
/// next, the one with the least skeleton does; among those with one skeleton, what decides is in
/// which calls and places their values occur, and which of these have occurred before. Only calls
/// that all of this cannot tell apart keep the order in which they are given.
[[nodiscard]] std::vector<std::size_t> review_order(std::span<const OrderedCall> calls);

}  // namespace dynatape::cassettes
