#include "proxy/http/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/headers.h"

namespace dynatape::http {
namespace {

constexpr std::uint16_t kDefaultPort = 80;

std::unexpected<core::Error> wrong(std::string_view url, std::string_view why) {
  return core::failure("\"" + std::string(url) + "\" " + std::string(why));
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool may_stand_in_host(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == ':';
}

}  // namespace

core::Result<Url> parse_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) {
    return wrong(text, "is no URL: http://HOST[:PORT] is expected");
  }
  const std::string_view scheme = text.substr(0, scheme_end);
  if (core::equals_ignoring_case(scheme, "https")) {
    return wrong(text, "needs TLS, which is not supported yet: only http:// URLs are");
  }
  if (!core::equals_ignoring_case(scheme, "http")) return wrong(text, "is no http:// URL");

  std::string_view rest = text.substr(scheme_end + 3);
  Url url;
  const auto host_end = rest.find('/');
  std::string_view place = rest.substr(0, host_end);
  if (host_end != std::string_view::npos) url.path = rest.substr(host_end);
  if (url.path.find_first_of("?#") != std::string::npos) {
    return wrong(text, "has a query or fragment, which an upstream cannot have");
  }
  while (url.path.ends_with('/')) url.path.pop_back();

  std::string_view port;
  if (place.starts_with('[')) {
    const auto closing = place.find(']');
    if (closing == std::string_view::npos) return wrong(text, "lacks the ] of its IPv6 address");
    url.host = place.substr(1, closing - 1);
    port = place.substr(closing + 1);
  } else {
    const auto colon = place.find(':');
    url.host = place.substr(0, colon);
    if (colon != std::string_view::npos) port = place.substr(colon);
  }
  if (url.host.empty()) return wrong(text, "names no host");
  if (!std::ranges::all_of(url.host, may_stand_in_host)) {
    return wrong(text, "has a host with a character that no host name has");
  }
  if (port.empty()) return url;
  const auto number = port.starts_with(':') ? parse_port(port.substr(1)) : std::nullopt;
  if (!number) return wrong(text, "has a port that is no number from 1 to 65535");
  url.port = *number;
  return url;
}

std::string authority(std::string_view host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string_view::npos;
  std::string text = v6 ? "[" + std::string(host) + "]" : std::string(host);
  if (port != kDefaultPort) text += ":" + std::to_string(port);
  return text;
}

std::string written(const Url& url) { return "http://" + authority(url.host, url.port) + url.path; }

}  // namespace dynatape::http
