#pragma once

// How deep a client's JSON may be nested before it is not copied or written out: both recurse, and
// a hostile body must not exhaust the stack.

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dynatape::cassettes {

/// DynamoDB's own documents nest to 32 levels, some 70 of JSON; what is deeper it rejects.
inline constexpr int kDeepestJson = 200;

[[nodiscard]] inline bool deeper_than(int levels, const nlohmann::json& value) {
  if (!value.is_structured()) return false;
  if (levels == 0) return true;
  return std::ranges::any_of(value, [&](const auto& one) { return deeper_than(levels - 1, one); });
}

}  // namespace dynatape::cassettes
