#include "proxy/admin/admin.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace dynatape::admin {
namespace {

using core::Request;
using core::Response;
using nlohmann::ordered_json;

constexpr std::string_view kRoot = "/_dynatape/";
constexpr std::string_view kVersion1 = "/_dynatape/v1";

Response json(int status, const ordered_json& body) {
  return {status,
          {{"Content-Type", "application/json"}},
          body.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"};
}

Response refusal(int status, const std::string& message) {
  return json(status, {{"error", message}});
}

Response health(const Services& services, const Request&) {
  return json(200, {{"status", "ok"}, {"version", services.version}});
}

Response metrics(const Services& services, const Request&) {
  return {200, {{"Content-Type", "text/plain; version=0.0.4"}}, services.metrics()};
}

constexpr Route kRoutes[] = {
    {"GET", "/health", "Whether calls are answered, and by which version", health},
    {"GET", "/metrics", "Calls, answers, durations and faults as Prometheus text", metrics},
};

/// "[::1]:8000" -> "::1", "localhost:8000" -> "localhost".
std::string_view without_port(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

bool is_own(const Access& access, std::string_view authority) {
  const auto host = without_port(authority);
  return is_loopback(host) || host == access.listen_host;
}

bool is_own_origin(const Access& access, std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme != std::string_view::npos && is_own(access, origin.substr(scheme + 3));
}

/// Compares all of both texts whatever differs, so that time tells nothing of the token.
bool same_secret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned>(a[i] ^ b[i]);
  }
  return difference == 0;
}

std::optional<Response> refused(const Access& access, const Request& request) {
  const auto origin = request.headers.get("origin");
  if (origin && !is_own_origin(access, *origin)) {
    return refusal(
        403, "the admin API answers no web page: Origin '" + std::string(*origin) + "' is foreign");
  }
  if (!access.token.empty()) {
    const auto given = request.headers.get("authorization").value_or("");
    if (same_secret(given, "Bearer " + access.token)) return std::nullopt;
    return refusal(401, "the admin API needs the header `Authorization: Bearer TOKEN`");
  }
  if (!is_loopback(access.listen_host)) {
    return refusal(403, "on the address " + access.listen_host +
                            " the admin API is off; start with --admin-token TOKEN");
  }
  const auto host = request.headers.get("host").value_or("");
  if (is_own(access, host)) return std::nullopt;
  return refusal(403, "the admin API is not served for Host '" + std::string(host) +
                          "'; use localhost or 127.0.0.1");
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

bool is_admin(const Request& request) { return request.target.starts_with(kRoot); }

bool is_loopback(std::string_view host) {
  const bool digits = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" || (digits && host.starts_with("127."));
}

Response answer(const Services& services, const Access& access, const Request& request) {
  if (auto no = refused(access, request)) return *no;
  const std::string_view target = request.target;
  const auto path = target.substr(0, target.find('?'));
  bool known_path = false;
  for (const Route& route : kRoutes) {
    if (path != std::string(kVersion1) + std::string(route.path)) continue;
    if (request.method == route.method) return route.answer(services, request);
    known_path = true;
  }
  if (known_path) return refusal(405, request.method + " is not a method of " + std::string(path));
  std::string paths;
  for (const Route& route : kRoutes) {
    paths += (paths.empty() ? "" : ", ") + std::string(kVersion1) + std::string(route.path);
  }
  return refusal(404, "no admin route '" + std::string(path) + "'; there are " + paths);
}

}  // namespace dynatape::admin
