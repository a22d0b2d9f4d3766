#pragma once

// The admin API under /_dynatape/v1: who may call it, and how a request finds its route. A web page
// may not call: requests that name a foreign Host or carry a foreign Origin are refused, a body
// must be declared as JSON, which no form can, and an address that is not loopback requires a
// token.

#include <string>
#include <string_view>

#include "proxy/admin/route.h"

namespace dynatape::admin {

/// Who may call.
struct Access {
  std::string listen_host;  ///< as given to --listen
  std::string token;  ///< required of every call if not empty, as `Authorization: Bearer TOKEN`
};

/// Whether the request is for the admin API and not a DynamoDB call.
[[nodiscard]] bool is_admin(const core::Request& request);

/// `session` is the one that the path of `request` has chosen, if any.
[[nodiscard]] core::Task<net::Answer> answer(Services& services, const Access& access,
                                             core::Request request,
                                             std::shared_ptr<sessions::Session> session,
                                             core::Loop& loop);

/// Whether `host` (no port, no brackets) is this machine only.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace dynatape::admin
