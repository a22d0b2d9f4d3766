#pragma once

// A part of a meaning as a person would write it: expressions with the names and values in place of
// placeholders.

#include <string>

#include "cassettes/meaning.h"

namespace dynatape::cassettes {

/// `price > 3 AND begins_with(sk, "order#")`, `SET a = 1 REMOVE b`, {id: "x", n: 3}. Sets stand in
/// << >>, binary values as b64"…".
[[nodiscard]] std::string print(const Node& node);

}  // namespace dynatape::cassettes
