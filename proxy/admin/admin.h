#pragma once

// The admin API under /_dynatape/v1: who may call it, and which routes it has. A web page may not:
// requests that name a foreign Host or carry a foreign Origin are refused, and an address that is
// not loopback requires a token.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/message.h"

namespace dynatape::admin {

/// What the routes draw on; the composition root fills it in.
struct Services {
  std::string version;
  std::function<std::string()> metrics;  ///< Prometheus text
};

/// Who may call.
struct Access {
  std::string listen_host;  ///< as given to --listen
  std::string token;  ///< required of every call if not empty, as `Authorization: Bearer TOKEN`
};

struct Route {
  std::string_view method;
  std::string_view path;  ///< below /_dynatape/v1
  std::string_view summary;
  core::Response (*answer)(const Services&, const core::Request&);
};

[[nodiscard]] std::span<const Route> routes();

/// Whether the request is for the admin API and not a DynamoDB call.
[[nodiscard]] bool is_admin(const core::Request& request);

[[nodiscard]] core::Response answer(const Services& services, const Access& access,
                                    const core::Request& request);

/// Whether `host` (no port, no brackets) is this machine only.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace dynatape::admin
