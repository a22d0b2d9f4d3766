#include "proxy/admin/access.h"

#include <algorithm>

#include "proxy/admin/route.h"

namespace dynatape::admin {
namespace {

using core::Request;
using core::Response;

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

/// A form can be posted from any page without being asked; a declared JSON body cannot.
bool is_json(const Request& request) {
  constexpr std::string_view kTypes[] = {"application/json", "application/x-ndjson",
                                         "application/jsonl"};
  const auto type = request.headers.get("content-type").value_or("");
  auto media = type.substr(0, type.find(';'));
  while (media.ends_with(' ')) media.remove_suffix(1);
  return std::ranges::any_of(
      kTypes, [&](std::string_view known) { return core::equals_ignoring_case(media, known); });
}

}  // namespace

std::optional<Response> refused(const Access& access, const Request& request) {
  const auto origin = request.headers.get("origin");
  if (origin && !is_own_origin(access, *origin)) {
    return refusal(
        403, "the admin API answers no web page: Origin '" + std::string(*origin) + "' is foreign");
  }
  const auto site = request.headers.get("sec-fetch-site").value_or("none");
  if (site != "none" && site != "same-origin") {
    return refusal(
        403, "the admin API answers no web page: Sec-Fetch-Site is '" + std::string(site) + "'");
  }
  if (access.token.empty() && !is_loopback(access.listen_host)) {
    return refusal(403, "on the address " + access.listen_host +
                            " the admin API is off; start with --admin-token TOKEN");
  }
  if (access.token.empty()) {
    const auto host = request.headers.get("host").value_or("");
    if (!is_own(access, host)) {
      return refusal(403, "the admin API is not served for Host '" + std::string(host) +
                              "'; use localhost or 127.0.0.1");
    }
  } else if (!same_secret(request.headers.get("authorization").value_or(""),
                          "Bearer " + access.token)) {
    return refusal(401, "the admin API needs the header `Authorization: Bearer TOKEN`");
  }
  if (request.body.empty() || is_json(request)) return std::nullopt;
  return refusal(415, "the admin API reads bodies of Content-Type application/json only");
}

bool is_loopback(std::string_view host) {
  const bool digits = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" || (digits && host.starts_with("127."));
}

}  // namespace dynatape::admin
