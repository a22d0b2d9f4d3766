#pragma once

// Replaces secrets wherever they turn up in a text: as they are, and inside JSON and percent
// escapes, base64 (also in lines), hexadecimal, gzip and zlib, up to four encodings deep. It never
// fails: what hides a secret and cannot be cleaned is replaced as a whole.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

/// Stands where a secret stood. In a compressed value it replaces the value.
inline constexpr std::string_view kRedacted = "REDACTED";

/// Shorter values are not looked for in bodies: they are the dummies of tests ("x", "test"), which
/// every item may hold. AWS makes no credential that short.
inline constexpr std::size_t kShortestSecret = 16;

/// Replaces `secrets` in `text`, in every encoding named above; how many were replaced.
[[nodiscard]] int scrub(std::string& text, std::span<const std::string> secrets);

}  // namespace dynatape::cassettes
