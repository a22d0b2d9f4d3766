#pragma once

// What the writer and the reader of lines have in common.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynatape::cassettes {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

/// The headers that a line need not tell, sorted by name: of a request for an operation, and of an
/// answer.
[[nodiscard]] HeaderFields usual_request_headers(std::string_view operation);
[[nodiscard]] HeaderFields usual_response_headers();

/// In quotes.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace dynatape::cassettes
