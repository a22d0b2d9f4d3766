#pragma once

// Base64 (RFC 4648, with padding), as strictly as the service reads it.

#include <expected>
#include <string>
#include <string_view>

namespace dynatape::wire {

/// The bytes, or the service's own words for what is wrong with `text`.
[[nodiscard]] std::expected<std::string, std::string> decode_base64(std::string_view text);

void append_base64(std::string& out, std::string_view bytes);

}  // namespace dynatape::wire
