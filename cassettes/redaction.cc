#include "cassettes/redaction.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cassettes/encoded.h"
#include "cassettes/stored_headers.h"
#include "core/call.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kRemembered = 64;  // credentials of earlier requests
constexpr int kDeepest = 4;              // encodings within encodings
constexpr std::size_t kMostInflated = 32 << 20;
// base64 of kShortestSecret bytes without padding.
constexpr std::size_t kShortestRun = (kShortestSecret * 8 + 5) / 6;

/// One search for one set of secrets.
class Scrubber {
 public:
  explicit Scrubber(std::span<const std::string> secrets) : secrets_(secrets) {}

  /// Replaces what it finds in `bytes`; how much that was.
  int scrub(std::string& bytes, int depth) const;

 private:
  int plain(std::string& bytes) const;
  int escaped(std::string& bytes, int depth) const;
  int encoded(std::string& bytes, int depth) const;
  int compressed(std::string& bytes, int depth) const;
  [[nodiscard]] std::optional<std::string> clean_run(std::string_view run, bool padded,
                                                     int depth) const;

  std::span<const std::string> secrets_;
};

int Scrubber::scrub(std::string& bytes, int depth) const {
  int found = plain(bytes);
  if (depth == kDeepest) return found;
  found += escaped(bytes, depth + 1);
  found += encoded(bytes, depth + 1);
  found += compressed(bytes, depth + 1);
  return found;
}

int Scrubber::plain(std::string& bytes) const {
  int found = 0;
  for (const std::string& secret : secrets_) {
    for (auto at = bytes.find(secret); at != std::string::npos; at = bytes.find(secret, at)) {
      bytes.replace(at, secret.size(), kRedacted);
      ++found;
    }
  }
  return found;
}

/// A JSON writer may escape any character. Where a secret shows only behind the escapes, the
/// document is written anew without needless ones.
int Scrubber::escaped(std::string& bytes, int depth) const {
  if (!bytes.contains('\\')) return 0;
  std::string unescaped = decode_json_escapes(bytes);
  if (scrub(unescaped, depth) == 0) return 0;
  const auto document = nlohmann::ordered_json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    bytes = std::string(kRedacted);
    return 1;
  }
  bytes = document.dump();
  if (const int found = plain(bytes); found > 0) return found;
  // Encoded under the escapes, or escaped twice: what the members hold is cleaned one by one.
  auto cleaned = document;
  int found = 0;
  const auto clean = [&](auto&& self, nlohmann::ordered_json& value) -> void {
    if (auto* text = value.get_ptr<std::string*>()) {
      found += scrub(*text, depth);
    } else if (value.is_structured()) {
      for (auto& member : value) self(self, member);
    }
  };
  clean(clean, cleaned);
  bytes = found > 0 ? cleaned.dump() : std::string(kRedacted);
  return std::max(found, 1);
}

int Scrubber::encoded(std::string& bytes, int depth) const {
  int found = 0;
  auto run = find_encoded_run(bytes, 0, kShortestRun);
  while (run) {
    const bool padded = run->end < bytes.size() && bytes[run->end] == '=';
    const std::string_view text = std::string_view(bytes).substr(run->begin, run->end - run->begin);
    std::size_t next = run->end;
    if (const auto clean = clean_run(text, padded, depth)) {
      std::size_t end = run->end;
      while (end < bytes.size() && bytes[end] == '=') ++end;
      next = run->begin + clean->size();
      bytes.replace(run->begin, end - run->begin, *clean);
      ++found;
    }
    run = find_encoded_run(bytes, next, kShortestRun);
  }
  return found;
}

/// What takes the place of a run that hides a secret; nullopt where it hides none.
std::optional<std::string> Scrubber::clean_run(std::string_view run, bool padded, int depth) const {
  if (auto bytes = decode_hex(run); bytes && scrub(*bytes, depth) > 0)
    return std::string(kRedacted);
  // The run may have begun up to three characters before the encoded value.
  for (std::size_t offset = 1; offset < 4; ++offset) {
    auto bytes = decode_base64(run.substr(offset));
    if (plain(bytes) > 0) return std::string(kRedacted);
  }
  auto bytes = decode_base64(run);
  if (scrub(bytes, depth) == 0) return std::nullopt;
  return encode_base64(bytes, run.find_first_of("-_") != std::string_view::npos,
                       padded || run.size() % 4 == 0);
}

int Scrubber::compressed(std::string& bytes, int depth) const {
  bool too_long = false;
  auto content = inflate(bytes, kMostInflated, too_long);
  // What is too long to be searched is treated as if a secret had been found.
  if (!too_long && (!content || scrub(*content, depth) == 0)) return 0;
  bytes = std::string(kRedacted);
  return 1;
}

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

int scrub(std::string& text, std::span<const std::string> secrets) {
  if (secrets.empty()) return 0;
  return Scrubber(secrets).scrub(text, 0);
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
