#pragma once

// Which header fields a tape keeps: those on a list, so that a header nobody thought of is never
// stored.

#include "core/headers.h"

namespace dynatape::cassettes {

/// What names the operation, the client, its attempts and what it can read.
[[nodiscard]] core::Headers stored_request_headers(const core::Headers& headers);
/// What says what the body is, and the request id under which the service logged the call.
[[nodiscard]] core::Headers stored_response_headers(const core::Headers& headers);
/// What a replayed answer takes from the tape. Everything that is about the delivery (length, date,
/// checksum, encoding, request id) is made anew when the answer leaves.
[[nodiscard]] core::Headers replayed_headers(const core::Headers& headers);

}  // namespace dynatape::cassettes
