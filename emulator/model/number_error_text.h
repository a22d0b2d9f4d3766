#pragma once

// What the service says of a number that it cannot store.

#include <string_view>

#include "emulator/model/number.h"

namespace dynatape::model {

/// "Number overflow. Attempting to store …"; of a malformed number the part before the number
/// itself.
[[nodiscard]] std::string_view number_error_text(NumberError error);

}  // namespace dynatape::model
