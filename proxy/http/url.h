#pragma once

// The address of an upstream.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace dynatape::http {

struct Url {
  std::string host;  ///< without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string path;  ///< "" or "/prefix", without a slash at the end

  bool operator==(const Url&) const = default;
};

/// Reads `http://host[:port][/path]`. The error says what is wrong with the URL.
[[nodiscard]] core::Result<Url> parse_url(std::string_view text);

/// As the Host header has it: the port only where it is not 80.
[[nodiscard]] std::string authority(std::string_view host, std::uint16_t port);

/// `http://host[:port][/path]`
[[nodiscard]] std::string written(const Url& url);

}  // namespace dynatape::http
