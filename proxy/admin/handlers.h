#pragma once

// The functions behind the rows of the route table; each stands in the file of its subject.

#include "proxy/admin/route.h"

namespace dynatape::admin {

using Answering = core::Task<net::Answer>;

// process_routes.cc
[[nodiscard]] Answering get_health(Services& services, Asked asked);
[[nodiscard]] Answering get_metrics(Services& services, Asked asked);

// session_routes.cc
[[nodiscard]] Answering list_sessions(Services& services, Asked asked);
[[nodiscard]] Answering create_session(Services& services, Asked asked);
[[nodiscard]] Answering get_session(Services& services, Asked asked);
[[nodiscard]] Answering delete_session(Services& services, Asked asked);

}  // namespace dynatape::admin
