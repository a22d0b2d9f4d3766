#include "proxy/aws/signature_check.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <vector>

#include "core/signature_time.h"
#include "proxy/aws/sigv4.h"

namespace dynatape::aws {
namespace {

// The order of the checks and the texts: notes in architect/dynalite's index.js of what AWS
// answered (2013).

using Verdict = std::optional<SignatureError>;

SignatureError incomplete(std::string message) {
  return {"IncompleteSignatureException", std::move(message)};
}
SignatureError invalid(std::string message) {
  return {"InvalidSignatureException", std::move(message)};
}

std::optional<core::TimePoint> parsed_time(const std::string& text) {
  std::tm fields{};
  const char* const rest = strptime(text.c_str(), "%Y%m%dT%H%M%SZ", &fields);
  if (text.size() != 16 || rest == nullptr || *rest != '\0') return std::nullopt;
  return core::TimePoint(std::chrono::seconds(timegm(&fields)));
}

/// How long the signature is good.
std::chrono::seconds lifetime(const SignatureClaim& claim) {
  int seconds = 0;
  const char* const end = claim.expires.data() + claim.expires.size();
  const auto [rest, error] = std::from_chars(claim.expires.data(), end, seconds);
  const bool given = claim.by_query && error == std::errc() && rest == end && seconds > 0;
  return given ? std::chrono::seconds(seconds) : core::kSigningWindow;
}

Verdict time_error(const SignatureClaim& claim, core::TimePoint now) {
  const auto time = parsed_time(claim.time);
  if (!time) {
    return incomplete("Date must be in ISO-8601 'basic format'. Got '" + claim.time +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  auto message = core::signature_time_error(claim.time, *time, now, lifetime(claim));
  return message ? Verdict(invalid(*std::move(message))) : std::nullopt;
}

Verdict form_error(const SignatureClaim& claim) {
  std::string names = ";" + claim.signed_headers + ";";
  std::ranges::transform(names, names.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (names.find(";host;") == std::string::npos) {
    return invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (claim.algorithm != kAlgorithm) {
    return incomplete("Unsupported AWS 'algorithm': '" + claim.algorithm +
                      "' (only AWS4-HMAC-SHA256 for now). ");
  }
  return std::nullopt;
}

/// keyid, date, region, service, term; trailing slashes are no elements.
std::vector<std::string> elements(std::string_view credential) {
  while (credential.ends_with('/')) credential.remove_suffix(1);
  std::vector<std::string> elements(1);
  for (const char c : credential) {
    if (c == '/') {
      elements.emplace_back();
    } else {
      elements.back() += c;
    }
  }
  return elements;
}

Verdict scope_error(const SignatureClaim& claim, const std::vector<std::string>& credential) {
  if (credential.size() != 5) {
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term, got '" +
        claim.credential + "'");
  }
  std::string problems;
  if (credential[3] != "dynamodb") {
    problems += "Credential should be scoped to correct service: 'dynamodb'. ";
  }
  if (credential[4] != kTerminator) {
    problems += "Credential should be scoped with a valid terminator: 'aws4_request', not '" +
                credential[4] + "'. ";
  }
  const std::string date = claim.time.substr(0, 8);
  if (credential[1] != date) {
    problems +=
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
        "from HTTP: '" +
        credential[1] + "' != '" + date + "', from '" + claim.time + "'. ";
  }
  if (problems.empty()) return std::nullopt;
  return invalid(std::move(problems));
}

SignatureError mismatch(std::string_view canonical, std::string_view to_sign) {
  std::string message =
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details."
      "\n\nThe Canonical String for this request should have been\n'";
  message += canonical;
  message += "'\n\nThe String-to-Sign should have been\n'";
  message += to_sign;
  return invalid(message + "'\n");
}

Verdict key_error(const core::Request& request, const SignatureClaim& claim, const Key& key,
                  const Scope& scope) {
  const std::string canonical = canonical_request(request, claim.signed_headers);
  const std::string to_sign = string_to_sign(claim.time, scope, canonical);
  if (signature(key.secret, scope, to_sign) != claim.signature) return mismatch(canonical, to_sign);
  if (claim.session_token == key.session_token) return std::nullopt;
  // Without the full stop that an unknown key has.
  return SignatureError{"UnrecognizedClientException",
                        "The security token included in the request is invalid"};
}

}  // namespace

std::optional<SignatureError> signature_error(const core::Request& request,
                                              std::span<const Key> keys, core::TimePoint now) {
  const SignatureClaim claim = signature_claim(request);
  if (auto error = time_error(claim, now)) return error;
  if (auto error = form_error(claim)) return error;
  const auto credential = elements(claim.credential);
  if (auto error = scope_error(claim, credential)) return error;
  const auto key = std::ranges::find(keys, credential[0], &Key::id);
  if (key == keys.end()) {
    return SignatureError{"UnrecognizedClientException",
                          "The security token included in the request is invalid."};
  }
  return key_error(request, claim, *key, {credential[1], credential[2], credential[3]});
}

}  // namespace dynatape::aws
