#pragma once

// Answers that a cassette gives in its own name, in DynamoDB's error shape.

#include <string_view>

#include "core/message.h"

namespace dynatape::cassettes {

/// HTTP 400 with a type that no SDK retries: "com.dynatape#CassetteMissException".
[[nodiscard]] core::Response error_response(std::string_view type, std::string_view message);

}  // namespace dynatape::cassettes
