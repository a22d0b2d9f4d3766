#pragma once

// How the holes of two requests of one shape meet. Entries that only their holes tell apart stand
// in no order, so which of them meet is a matter of what is known about their values.

#include <cstddef>
#include <functional>
#include <vector>

#include "cassettes/shape.h"

namespace dynatape::cassettes {

/// What decides: whether hole `hole` of the one may meet place `place` of the other, and whether
/// something speaks for it.
struct Meeting {
  std::function<bool(std::size_t place, std::size_t hole)> may;
  std::function<bool(std::size_t place, std::size_t hole)> known;
};

/// For each of `holes` places, the hole that meets it. Places outside of groups meet their own.
[[nodiscard]] std::vector<std::size_t> arranged(const std::vector<Group>& groups, std::size_t holes,
                                                const Meeting& meeting);

/// Numbers the holes by what they belong together with: the entry of a group, the element of a
/// transaction or batch of statements, or else the whole request.
[[nodiscard]] std::vector<std::size_t> units_of(const Shape& shape);

}  // namespace dynatape::cassettes
