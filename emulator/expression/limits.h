#pragma once

// What the service bounds in an expression (developer guide, "Expression parameters", and captures
// of its refusals). Every recursion of this folder is bounded by one of these.

#include <cstddef>
#include <cstdint>

namespace dynatape::expression {

inline constexpr std::size_t kMaxExpressionBytes = 4096;
/// `#name` or `:value` with its sign.
inline constexpr std::size_t kMaxPlaceholderBytes = 255;
/// ExpressionAttributeNames and ExpressionAttributeValues together.
inline constexpr std::size_t kMaxSubstitutionBytes = std::size_t{2} * 1024 * 1024;
inline constexpr std::size_t kMaxOperators = 300;
inline constexpr std::size_t kMaxInOperands = 100;
/// Elements of a document path: one attribute name and the nesting that an item may have below it.
inline constexpr std::size_t kMaxPathElements = 32;
inline constexpr std::uint32_t kMaxListIndex = 2147483647;
/// How deep parentheses, NOTs and calls may stand inside each other. More than kMaxOperators levels
/// cannot be reached without redundant parentheses, too many operators or a misplaced function.
inline constexpr std::size_t kMaxNesting = 320;

}  // namespace dynatape::expression
