#pragma once

// Rows of the table of interactions as values, and the other way round.

#include <string>
#include <string_view>

#include "cassettes/recording.h"
#include "cassettes/sqlite.h"
#include "cassettes/store.h"

namespace dynatape::cassettes {

/// "name: value" lines.
[[nodiscard]] std::string lines_of(const core::Headers& headers);
[[nodiscard]] core::Headers headers_of(std::string_view lines);

[[nodiscard]] std::string_view bytes_of(const Fingerprint& key);
[[nodiscard]] Fingerprint fingerprint_from(std::string_view bytes);

/// Of a row of SELECT *.
[[nodiscard]] Recording recording_from(const Statement& row);
/// Of a row of id, call, operation, started_us, method, target, request_headers, request_body.
[[nodiscard]] Question question_from(const Statement& row);

}  // namespace dynatape::cassettes
