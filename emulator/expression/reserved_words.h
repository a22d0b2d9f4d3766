#pragma once

// The 573 words that cannot be written bare as an attribute name in an expression (developer guide,
// "Reserved words").

#include <string_view>

namespace dynatape::expression {

/// In any case: "Status" is reserved because STATUS is.
[[nodiscard]] bool is_reserved(std::string_view word);

}  // namespace dynatape::expression
