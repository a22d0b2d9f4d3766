#pragma once

// What the service says of a JSON value that is not what its member's type wants, and of a text
// that is no number it stores.

#include <optional>
#include <string>
#include <string_view>

#include "emulator/model/number.h"
#include "emulator/wire/json.h"

namespace dynatape::wire {

/// The texts before and after the validation framework of 2026; see model::Behaviour.
enum class Wording { older, newer };

inline constexpr std::string_view kUnexpectedStructure =
    "Start of structure or map found where not expected";

/// A boolean, which may also be sent as "true", "yes", "1", "false", "no" or "0".
[[nodiscard]] std::optional<bool> boolean_of(const Json& json);

/// The words for a JSON value that cannot become a Java `type`: "NUMBER_VALUE cannot be converted
/// to String".
[[nodiscard]] std::string conversion_error(const Json& json, std::string_view type);

/// Why `text` is no number.
[[nodiscard]] std::string number_problem(std::string_view text, model::NumberError error,
                                         Wording wording);

}  // namespace dynatape::wire
