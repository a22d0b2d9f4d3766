#include "cassettes/redaction.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "cassettes/encoded.h"
#include "cassettes/stored_headers.h"
#include "core/call.h"
#include "core/operation.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kRemembered = 64;  // credentials of earlier requests

bool is_signature_parameter(std::string_view parameter) {
  const std::string name =
      core::lower_case(decode_percent(parameter.substr(0, parameter.find('='))));
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

std::string_view operation_name(const core::Request& request) {
  const auto* operation =
      core::operation_of_target(request.headers.get("x-amz-target").value_or(""));
  return operation ? operation->name : std::string_view();
}

/// Why the gate refuses what it found at `place`; nullopt where a rule allows it.
std::optional<std::string> refusal_at(const PathSteps& place, const Suspicion& suspicion,
                                      const Redaction& redaction) {
  if (redaction.allows(suspicion.id, place)) return std::nullopt;
  const std::string path = to_text(place);
  std::string text = path;
  if (!suspicion.encodings.empty()) text += " (in " + suspicion.encodings + ")";
  text.append(" looks like a credential (").append(suspicion.id);
  text.append("); if it is none, allow it in a rule file: ");
  const nlohmann::json allowance{{"id", suspicion.id}, {"path", path}};
  return text + R"("redact": {"allow": [)" + allowance.dump() + "]}";
}

/// The first value under `node` that the gate refuses.
std::optional<std::string> refusal_in(const nlohmann::json& node, std::string_view name,
                                      PathSteps& place, const Redaction& redaction) {
  constexpr std::string_view kTypes[] = {"S", "SS", "B", "BS", "N", "NS", "M", "L"};
  if (const auto* text = node.get_ptr<const std::string*>()) {
    // With its name in front, by which it may be known.
    std::string named = nlohmann::json{{std::string(name), *text}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::optional<Suspicion> suspicion;
    static_cast<void>(scrub(named, Search(), &suspicion));
    return suspicion ? refusal_at(place, *suspicion, redaction) : std::nullopt;
  }
  const auto inner = [&](const nlohmann::json& member, std::string step, std::string_view known) {
    place.push_back(std::move(step));
    auto refusal = refusal_in(member, known, place, redaction);
    place.pop_back();
    return refusal;
  };
  if (node.is_object()) {
    for (const auto& [step, member] : node.items()) {
      const bool type = std::ranges::find(kTypes, step) != std::end(kTypes);
      if (auto refusal = inner(member, step, type ? name : step)) return refusal;
    }
  } else if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      if (auto refusal = inner(node[i], "[" + std::to_string(i) + "]", name)) return refusal;
    }
  }
  return std::nullopt;
}

/// Of a body in which the gate found something.
std::optional<std::string> refusal_of(const std::string& body, const Suspicion& suspicion,
                                      const Redaction& redaction) {
  const auto document = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return refusal_at({"body"}, suspicion, redaction);
  PathSteps place;
  return refusal_in(document, "", place, redaction);
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

Redaction::Redaction(RedactionRules rules, std::string key)
    : compiled_(compile(rules.rules)), credentials_(rules.removed) {
  for (const CompiledRule& rule : compiled_) {
    if (rule.pattern && rule.attribute.empty() && rule.path.empty()) patterns_.push_back(&rule);
  }
  for (const Allowance& allowance : rules.allowed) {
    if (auto path = parse_path(allowance.path)) {
      allowed_.emplace_back(allowance.id, std::move(*path));
    }
  }
  if (!key.empty()) pseudonyms_.emplace(std::move(key));
}

Search Redaction::search(std::span<const std::string> secrets, bool patterns) const {
  Search search{.secrets = secrets, .credentials = &credentials_, .pseudonyms = pseudonyms()};
  if (patterns) search.patterns = patterns_;
  return search;
}

bool Redaction::allows(std::string_view id, std::span<const std::string> place) const {
  return std::ranges::any_of(allowed_, [&](const auto& allowance) {
    return allowance.first == id && covers(allowance.second, place);
  });
}

Redactor::Redactor(const std::vector<std::string>& known,
                   std::vector<std::shared_ptr<const Redaction>> stages)
    : stages_(std::move(stages)) {
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
                                 RedactionReport& report) const {
  core::Request stored{request.method, unsigned_target(request.target), {}, request.body, {}};
  std::string decoded = decode_percent(stored.target);
  const int before = report.replaced;
  clean(decoded, "target", /*patterns=*/true, secrets, report);
  if (report.replaced > before) stored.target = std::move(decoded);
  for (auto [name, value] : stored_request_headers(request.headers)) {
    clean(value, name, /*patterns=*/false, secrets, report);
    stored.headers.add(std::move(name), std::move(value));
  }
  const std::string_view operation = operation_name(request);
  for (const auto& stage : stages_) {
    report.replaced += stage->body().request(stored.body, operation, report.trace);
  }
  clean(stored.body, "", /*patterns=*/operation.empty(), secrets, report);
  if (report.refusal) *report.refusal = "the request's " + *report.refusal;
  return stored;
}

core::Response Redactor::redacted(const core::Request& request, const core::Response& response,
                                  std::span<const std::string> secrets,
                                  RedactionReport& report) const {
  core::Response stored{response.status, {}, response.body};
  for (auto [name, value] : stored_response_headers(response.headers)) {
    clean(value, name, /*patterns=*/false, secrets, report);
    stored.headers.add(std::move(name), std::move(value));
  }
  const std::string_view operation = operation_name(request);
  for (const auto& stage : stages_) {
    report.replaced += stage->body().answer(stored.body, operation, report.trace);
  }
  clean(stored.body, "", /*patterns=*/operation.empty(), secrets, report);
  if (report.refusal) *report.refusal = "the answer's " + *report.refusal;
  return stored;
}

/// `part`: the target, or a header's name; "" for a body.
void Redactor::clean(std::string& text, std::string_view part, bool patterns,
                     std::span<const std::string> secrets, RedactionReport& report) const {
  for (const auto& stage : stages_) {
    std::optional<Suspicion> suspicion;
    const bool last = stage == stages_.back();
    const bool look = report.gated && last && !report.refusal;
    report.replaced += scrub(text, stage->search(secrets, patterns), look ? &suspicion : nullptr);
    if (!suspicion) continue;
    report.refusal = part.empty() ? refusal_of(text, *suspicion, *stage)
                                  : refusal_at({std::string(part)}, *suspicion, *stage);
  }
}

}  // namespace dynatape::cassettes
