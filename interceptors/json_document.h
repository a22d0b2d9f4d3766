#pragma once

// JSON text with // and /* */ comments to a document, with mistakes told by line and column, and
// members that stand twice refused.

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/result.h"

namespace dynatape::interceptors {

/// The error is one line: "rules.json:3:14: ...".
[[nodiscard]] core::Result<nlohmann::json> parse_json_with_comments(std::string_view text,
                                                                    std::string_view file_name);

}  // namespace dynatape::interceptors
