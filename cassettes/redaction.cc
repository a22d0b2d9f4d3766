#include "cassettes/redaction.h"

#include <algorithm>
#include <utility>

#include "cassettes/encoded.h"
#include "cassettes/stored_headers.h"
#include "core/call.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kRemembered = 64;  // credentials of earlier requests

bool is_signature_parameter(std::string_view parameter) {
  std::string name = decode_percent(parameter.substr(0, parameter.find('=')));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name.starts_with("x-amz-") || name == "awsaccesskeyid" || name == "signature" ||
         name == "expires";
}

/// The value of a query parameter, decoded; "" where there is none.
std::string query_value(std::string_view target, std::string_view name) {
  const auto query = target.find('?');
  if (query == std::string_view::npos) return "";
  std::string_view rest = target.substr(query + 1);
  while (!rest.empty()) {
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    if (core::equals_ignoring_case(decode_percent(parameter.substr(0, equals)), name)) {
      return decode_percent(parameter.substr(equals + 1));
    }
  }
  return "";
}

/// What follows `label` in an Authorization header, up to the next separator.
std::string_view labelled(std::string_view authorization, std::string_view label) {
  const auto at = authorization.find(label);
  if (at == std::string_view::npos) return "";
  const auto value = authorization.substr(at + label.size());
  return value.substr(0, value.find_first_of(", "));
}

}  // namespace

std::vector<std::string> secrets_of(const core::Request& request) {
  std::vector<std::string> secrets;
  const auto add = [&secrets](std::string secret) {
    if (secret.size() >= kShortestSecret) secrets.push_back(std::move(secret));
  };
  const auto scope = query_value(request.target, "X-Amz-Credential");
  add(core::identity_of(request.headers).access_key);
  add(scope.substr(0, scope.find('/')));
  add(std::string(request.headers.get("x-amz-security-token").value_or("")));
  add(query_value(request.target, "X-Amz-Security-Token"));
  add(std::string(labelled(request.headers.get("authorization").value_or(""), "Signature=")));
  add(query_value(request.target, "X-Amz-Signature"));
  return secrets;
}

std::string unsigned_target(std::string_view target) {
  const auto query = target.find('?');
  if (query == std::string_view::npos) return std::string(target);
  std::string kept(target.substr(0, query));
  char separator = '?';
  std::string_view rest = target.substr(query + 1);
  while (!rest.empty()) {
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
    if (is_signature_parameter(parameter)) continue;
    kept.append(1, std::exchange(separator, '&')).append(parameter);
  }
  return kept;
}

Redactor::Redactor(const std::vector<std::string>& known) {
  for (const std::string& secret : known) {
    if (secret.size() >= kShortestSecret) credentials_.push_back(secret);
  }
  known_ = credentials_.size();
}

std::vector<std::string> Redactor::secrets(const core::Request& request) {
  auto carried = secrets_of(request);
  const std::lock_guard lock(mutex_);
  const std::vector<std::string> before = credentials_;
  for (const std::string& secret : carried) {
    // A signature belongs to its request alone; 64 hexadecimal digits tell it from the others.
    const bool signature = secret.size() == 64 && decode_hex(secret);
    if (signature || std::ranges::find(credentials_, secret) != credentials_.end()) continue;
    if (credentials_.size() == known_ + kRemembered) {
      credentials_.erase(credentials_.begin() + static_cast<std::ptrdiff_t>(known_));
    }
    credentials_.push_back(secret);
  }
  for (const std::string& secret : before) {
    if (std::ranges::find(carried, secret) == carried.end()) carried.push_back(secret);
  }
  return carried;
}

core::Request Redactor::redacted(const core::Request& request, std::span<const std::string> secrets,
                                 int& redactions) {
  core::Request stored{request.method, unsigned_target(request.target), {}, request.body, {}};
  std::string decoded = decode_percent(stored.target);
  if (const int found = scrub(decoded, secrets); found > 0) {
    stored.target = std::move(decoded);
    redactions += found;
  }
  for (auto [name, value] : stored_request_headers(request.headers)) {
    redactions += scrub(value, secrets);
    stored.headers.add(std::move(name), std::move(value));
  }
  redactions += scrub(stored.body, secrets);
  return stored;
}

core::Response Redactor::redacted(const core::Response& response,
                                  std::span<const std::string> secrets, int& redactions) {
  core::Response stored{response.status, {}, response.body};
  for (auto [name, value] : stored_response_headers(response.headers)) {
    redactions += scrub(value, secrets);
    stored.headers.add(std::move(name), std::move(value));
  }
  redactions += scrub(stored.body, secrets);
  return stored;
}

}  // namespace dynatape::cassettes
