#include "proxy/aws/sigv4.h"

#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/digest.h"

namespace dynatape::aws {
namespace {

using Parameter = std::pair<std::string, std::string>;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The pieces of `text` between separators.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::string hash(std::string_view bytes) {
  const core::Sha256 digest = core::sha256(bytes);
  return core::hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// RFC 3986: all but letters, digits and "-._~" as %XX.
std::string uri_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// A % that no two hexadecimal digits follow stands for itself.
std::string uri_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                         hex_digit(text[i + 2]) >= 0;
    decoded +=
        escaped ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (escaped) i += 2;
  }
  return decoded;
}

std::string_view path_of(const core::Request& request) {
  return std::string_view(request.target).substr(0, request.target.find('?'));
}

/// Decoded, in the order sent.
std::vector<Parameter> query_of(const core::Request& request) {
  std::vector<Parameter> parameters;
  const auto question = request.target.find('?');
  if (question == std::string::npos) return parameters;
  for (const auto piece : split(std::string_view(request.target).substr(question + 1), '&')) {
    if (piece.empty()) continue;
    const auto equals = std::min(piece.find('='), piece.size());
    const auto value = piece.substr(std::min(equals + 1, piece.size()));
    parameters.emplace_back(uri_decoded(piece.substr(0, equals)), uri_decoded(value));
  }
  return parameters;
}

/// Without ".", ".." and empty segments.
std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> segments;
  for (const auto segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      segments.push_back(segment);
    } else if (!segments.empty()) {
      segments.pop_back();
    }
  }
  std::string canonical;
  for (const auto segment : segments) canonical += "/" + uri_encoded(segment);
  const bool folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  return canonical.empty() || folder ? canonical + "/" : canonical;
}

std::string canonical_query(const core::Request& request) {
  std::vector<Parameter> parameters;
  for (const auto& [name, value] : query_of(request)) {
    if (name != "X-Amz-Signature") parameters.emplace_back(uri_encoded(name), uri_encoded(value));
  }
  std::ranges::sort(parameters);
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    canonical += (canonical.empty() ? "" : "&") + name + "=" + value;
  }
  return canonical;
}

/// Trimmed, and each run of blanks one blank.
std::string canonical_value(std::string_view value) {
  std::string canonical;
  for (const char c : trimmed(value)) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) {
      canonical += c;
    } else if (!canonical.ends_with(' ')) {
      canonical += ' ';
    }
  }
  return canonical;
}

std::string canonical_headers(const core::Request& request, std::string_view signed_headers) {
  std::string canonical;
  for (const auto name : split(signed_headers, ';')) {
    std::string values;
    bool first = true;
    for (const auto& [field, value] : request.headers) {
      if (!core::equals_ignoring_case(field, name)) continue;
      values += (first ? "" : ",") + canonical_value(value);
      first = false;
    }
    canonical += std::string(name) + ":" + values + "\n";
  }
  return canonical;
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

SignatureClaim claim_of_query(const core::Request& request) {
  SignatureClaim claim;
  claim.by_query = true;
  for (auto& [name, value] : query_of(request)) {
    if (name == "X-Amz-Algorithm") claim.algorithm = std::move(value);
    if (name == "X-Amz-Credential") claim.credential = std::move(value);
    if (name == "X-Amz-SignedHeaders") claim.signed_headers = std::move(value);
    if (name == "X-Amz-Signature") claim.signature = std::move(value);
    if (name == "X-Amz-Date") claim.time = std::move(value);
    if (name == "X-Amz-Expires") claim.expires = std::move(value);
    if (name == "X-Amz-Security-Token") claim.session_token = std::move(value);
  }
  return claim;
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
SignatureClaim claim_of_header(const core::Request& request, std::string_view authorization) {
  SignatureClaim claim;
  authorization = trimmed(authorization);
  const auto blank = std::min(authorization.find(' '), authorization.size());
  claim.algorithm = authorization.substr(0, blank);
  for (const auto piece : split(authorization.substr(blank), ',')) {
    const auto parameter = trimmed(piece);
    const auto equals = std::min(parameter.find('='), parameter.size());
    const auto name = parameter.substr(0, equals);
    const auto value = parameter.substr(std::min(equals + 1, parameter.size()));
    if (name == "Credential") claim.credential = value;
    if (name == "SignedHeaders") claim.signed_headers = value;
    if (name == "Signature") claim.signature = value;
  }
  const auto& headers = request.headers;
  claim.time = headers.get("x-amz-date").value_or(headers.get("date").value_or(""));
  claim.session_token = headers.get("x-amz-security-token").value_or("");
  return claim;
}

}  // namespace

SignatureClaim signature_claim(const core::Request& request) {
  const auto authorization = request.headers.get("authorization");
  return authorization ? claim_of_header(request, *authorization) : claim_of_query(request);
}

std::string Scope::text() const {
  return date + "/" + region + "/" + service + "/" + std::string(kTerminator);
}

std::string canonical_request(const core::Request& request, std::string_view signed_headers) {
  std::string canonical = request.method + "\n";
  canonical += canonical_path(path_of(request)) + "\n";
  canonical += canonical_query(request) + "\n";
  canonical += canonical_headers(request, signed_headers) + "\n";
  canonical += std::string(signed_headers) + "\n";
  return canonical + hash(request.encoded_body ? *request.encoded_body : request.body);
}

std::string string_to_sign(std::string_view time, const Scope& scope,
                           std::string_view canonical_request) {
  std::string text(kAlgorithm);
  text += "\n" + std::string(time);
  text += "\n" + scope.text();
  return text + "\n" + hash(canonical_request);
}

std::string signature(std::string_view secret_key, const Scope& scope,
                      std::string_view string_to_sign) {
  std::string key = "AWS4" + std::string(secret_key);
  for (const std::string_view part : {std::string_view(scope.date), std::string_view(scope.region),
                                      std::string_view(scope.service), kTerminator}) {
    key = hmac(key, part);
  }
  return core::hex(hmac(key, string_to_sign));
}

}  // namespace dynatape::aws
