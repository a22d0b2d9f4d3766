#pragma once

// "Did you mean": the known name that is closest to a mistyped one.

#include <span>
#include <string>
#include <string_view>

namespace dynatape::interceptors {

/// The name of `known` nearest to `given` by edits (case costs nothing), or "" where none is near
/// enough to be what was meant.
[[nodiscard]] std::string_view nearest_name(std::string_view given,
                                            std::span<const std::string_view> known);

/// `; did you mean "table"?`, or "" where nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view given,
                                       std::span<const std::string_view> known);

/// "a, b, c", in the order given.
[[nodiscard]] std::string joined(std::span<const std::string_view> names);

}  // namespace dynatape::interceptors
