#pragma once

// Values as messages show them: of bounded length.

#include <cstddef>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

/// At most `bytes` of a text and "…", not ending within a UTF-8 character.
[[nodiscard]] std::string cut(std::string_view text, std::size_t bytes);

/// The same of a value on one of two sides; "absent" where it is "".
[[nodiscard]] std::string shown(std::string_view value, std::size_t bytes);

}  // namespace dynatape::cassettes
