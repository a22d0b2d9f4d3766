#include "proxy/sessions/gates.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/operation.h"

namespace dynatape::sessions {
namespace {

using core::Request;
using core::Response;

constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson = "application/json";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The media type without its parameters.
std::string_view media_type(const Request& request) {
  const auto value = request.headers.get("content-type").value_or("");
  return trimmed(value.substr(0, value.find(';')));
}

Response plain(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain"}}, std::move(body)};
}

Response coral_error(const Request& request, std::string_view type, std::string_view message = {}) {
  nlohmann::ordered_json body = {{"__type", "com.amazon.coral.service#" + std::string(type)}};
  if (!message.empty()) body["message"] = message;
  return {400,
          {{"Content-Type", std::string(answer_content_type(request))}},
          body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

/// AWS's answer to a browser's preflight.
Response cors_preflight(const Request& request) {
  Response response;
  auto& headers = response.headers;
  headers.add("Access-Control-Allow-Origin", "*");
  if (const auto names = request.headers.get("access-control-request-headers")) {
    headers.add("Access-Control-Allow-Headers", std::string(*names));
  }
  if (const auto method = request.headers.get("access-control-request-method")) {
    headers.add("Access-Control-Allow-Methods", std::string(*method));
  }
  headers.add("Access-Control-Expose-Headers",
              "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
  headers.add("Access-Control-Max-Age", "172800");
  return response;
}

/// "healthy: dynamodb.REGION.amazonaws.com " with the region the Host names, us-east-1 otherwise.
Response health(const Request& request) {
  constexpr std::string_view kPrefix = "dynamodb.";
  constexpr std::string_view kSuffix = ".amazonaws.com";
  auto host = request.headers.get("host").value_or("");
  host = host.substr(0, host.find(':'));
  const bool names_region = host.starts_with(kPrefix) && host.ends_with(kSuffix) &&
                            host.size() > kPrefix.size() + kSuffix.size();
  if (!names_region) host = "dynamodb.us-east-1.amazonaws.com";
  return plain(200, "healthy: " + std::string(host) + " ");
}

std::optional<Response> refused_by_method(const Request& request) {
  if (request.method == "GET") return health(request);
  if (request.method == "OPTIONS" && request.headers.contains("access-control-request-method")) {
    return cors_preflight(request);
  }
  const auto type = media_type(request);
  const bool foreign_body = !request.body.empty() && type != kJson && type != kJson10;
  if (request.method == "POST" && !foreign_body) return std::nullopt;
  return plain(404, "<UnknownOperationException/>\n");
}

/// Whether `name` stands in `text` as a parameter of its own: at the start or after one of
/// `separators`.
bool has_parameter(std::string_view text, std::string_view name, std::string_view separators) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto after = at + name.size();
    const bool starts = at == 0 || separators.find(text[at - 1]) != std::string_view::npos;
    if (starts && (after == text.size() || text[after] == '=' || text[after] == '&')) return true;
  }
  return false;
}

std::optional<Response> refused_header_auth(const Request& request, std::string_view header) {
  std::string problems;
  for (const std::string_view name : {"Credential", "Signature", "SignedHeaders"}) {
    if (has_parameter(header, name, ", ")) continue;
    problems += "Authorization header requires '" + std::string(name) + "' parameter. ";
  }
  // A header that lacks a parameter is not told of a missing date as well.
  if (problems.empty() && !request.headers.contains("x-amz-date") &&
      !request.headers.contains("date")) {
    problems =
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (problems.empty()) return std::nullopt;
  return coral_error(request, "IncompleteSignatureException",
                     problems + "Authorization=" + std::string(header));
}

std::optional<Response> refused_query_auth(const Request& request, std::string_view query) {
  std::string problems;
  for (const std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                                      "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (has_parameter(query, name, "&")) continue;
    problems += "AWS query-string parameters must include '" + std::string(name) + "'. ";
  }
  if (problems.empty()) return std::nullopt;
  return coral_error(request, "IncompleteSignatureException",
                     problems + "Re-examine the query-string parameters.");
}

std::optional<Response> refused_by_auth(const Request& request) {
  const auto header = trimmed(request.headers.get("authorization").value_or(""));
  const std::string_view target = request.target;
  const auto question = target.find('?');
  const auto query = question == std::string_view::npos ? "" : target.substr(question + 1);
  const bool by_query = has_parameter(query, "X-Amz-Algorithm", "&");
  if (by_query && !header.empty()) {
    return coral_error(request, "InvalidSignatureException",
                       "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' "
                       "as HTTP header.");
  }
  if (by_query) return refused_query_auth(request, query);
  if (header.starts_with("AWS4-")) return refused_header_auth(request, header);
  return coral_error(request, "MissingAuthenticationTokenException",
                     "Request is missing Authentication Token");
}

/// What the client may have signed: the request, or, where a path chose the session, that path
/// before it. The path's end then stands for "/", with or without one.
std::vector<std::string> signed_targets(const Request& request, const Signers& signers) {
  if (signers.signed_target.empty()) return {request.target};
  std::vector<std::string> targets = {signers.signed_target};
  const bool by_path = signers.signed_target != request.target;
  if (by_path && request.target == "/") {
    targets.push_back(signers.signed_target.substr(0, signers.signed_target.size() - 1));
  }
  return targets;
}

std::optional<Response> refused_by_signature(const Request& request, const Signers& signers) {
  std::optional<aws::SignatureError> first;
  Request as_signed = request;
  for (std::string& target : signed_targets(request, signers)) {
    as_signed.target = std::move(target);
    auto error = aws::signature_error(as_signed, signers.keys, signers.now);
    if (!error) return std::nullopt;
    if (!first) first = std::move(error);
  }
  return coral_error(request, first->type, first->message);
}

std::optional<Response> refused_by_target(const Request& request) {
  const auto target = request.headers.get("x-amz-target").value_or("");
  if (core::operation_of_target(target)) return std::nullopt;
  return coral_error(request, "UnknownOperationException");
}

}  // namespace

std::string_view answer_content_type(const Request& request) {
  return media_type(request) == kJson ? kJson : kJson10;
}

std::optional<Response> refused_at_gate(const Request& request,
                                        const std::optional<Signers>& signers) {
  if (auto refused = refused_by_method(request)) return refused;
  auto refused = refused_by_target(request);
  if (!refused) refused = refused_by_auth(request);
  if (!refused && signers) refused = refused_by_signature(request, *signers);
  if (!refused) return std::nullopt;
  // The service parses before it looks at target and authentication.
  if (!request.body.empty() && !nlohmann::json::accept(request.body)) {
    return coral_error(request, "SerializationException");
  }
  return refused;
}

}  // namespace dynatape::sessions
