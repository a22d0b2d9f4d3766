#pragma once

// What two sequences of lines have in common, in order: what diffs and merges are made of.

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dynatape::cassettes {

/// Pairs of equal lines, rising on both sides: as many as there can be, as long as the sequences
/// differ in at most some thousand lines; else those at both ends, and between them the lines that
/// occur once on each side, as far as they stand in one order.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> common_lines(
    std::span<const std::string> a, std::span<const std::string> b);

}  // namespace dynatape::cassettes
