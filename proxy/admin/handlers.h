#pragma once

// The functions behind the rows of the route table; each stands in the file of its subject.

#include "proxy/admin/route.h"

namespace dynatape::admin {

using Answering = core::Task<net::Answer>;

// process_routes.cc
[[nodiscard]] Answering get_health(Services& services, Asked asked);
[[nodiscard]] Answering get_metrics(Services& services, Asked asked);
[[nodiscard]] Answering get_openapi(Services& services, Asked asked);

// session_routes.cc
[[nodiscard]] Answering list_sessions(Services& services, Asked asked);
[[nodiscard]] Answering create_session(Services& services, Asked asked);
[[nodiscard]] Answering get_session(Services& services, Asked asked);
[[nodiscard]] Answering delete_session(Services& services, Asked asked);

// rules_routes.cc
[[nodiscard]] Answering get_rules(Services& services, Asked asked);
[[nodiscard]] Answering put_rules(Services& services, Asked asked);
[[nodiscard]] Answering post_rule(Services& services, Asked asked);
[[nodiscard]] Answering delete_rules(Services& services, Asked asked);
[[nodiscard]] Answering delete_rule(Services& services, Asked asked);
[[nodiscard]] Answering check_rules(Services& services, Asked asked);
[[nodiscard]] Answering list_interceptors(Services& services, Asked asked);

// state_routes.cc
[[nodiscard]] Answering get_clock(Services& services, Asked asked);
[[nodiscard]] Answering post_clock(Services& services, Asked asked);
[[nodiscard]] Answering post_await(Services& services, Asked asked);
[[nodiscard]] Answering post_reset(Services& services, Asked asked);
[[nodiscard]] Answering get_cassette(Services& services, Asked asked);
[[nodiscard]] Answering put_cassette(Services& services, Asked asked);
[[nodiscard]] Answering delete_cassette(Services& services, Asked asked);

// miss_routes.cc
[[nodiscard]] Answering get_misses(Services& services, Asked asked);

// hold_routes.cc
[[nodiscard]] Answering get_holds(Services& services, Asked asked);
[[nodiscard]] Answering delete_holds(Services& services, Asked asked);
[[nodiscard]] Answering delete_hold(Services& services, Asked asked);

// exchange_routes.cc
[[nodiscard]] Answering get_exchanges(Services& services, Asked asked);
[[nodiscard]] Answering stream_exchanges(Services& services, Asked asked);

// database_routes.cc
[[nodiscard]] Answering list_databases(Services& services, Asked asked);
[[nodiscard]] Answering fork_databases(Services& services, Asked asked);
[[nodiscard]] Answering delete_databases(Services& services, Asked asked);
[[nodiscard]] Answering get_items(Services& services, Asked asked);
[[nodiscard]] Answering export_database(Services& services, Asked asked);
[[nodiscard]] Answering import_database(Services& services, Asked asked);

}  // namespace dynatape::admin
