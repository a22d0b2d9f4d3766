#include "proxy/aws/signature_check.h"

#include <catch2/catch.hpp>
#include <vector>

#include "proxy/aws/sigv4.h"

namespace dynatape::aws {
namespace {

using namespace std::chrono_literals;

/// 2026-10-09T12:00:00Z
constexpr core::TimePoint kNow{1'791'547'200s};
const std::vector<Key> kKeys = {{"AKIDEXAMPLE", "secret"}, {"ASIAEXAMPLE", "other", "token"}};

/// How a request is to be signed; the default is right.
struct Signing {
  std::string algorithm{kAlgorithm};
  std::string key = "AKIDEXAMPLE";
  std::string secret = "secret";
  Scope scope{"20261009", "eu-west-1", "dynamodb"};
  std::string terminator{kTerminator};
  std::string time = "20261009T120000Z";
  std::string signed_headers = "host;x-amz-date;x-amz-target";
  std::string session_token = {};
};

core::Request signed_request(const Signing& signing) {
  core::Request request{"POST",
                        "/",
                        {{"Host", "dynamodb.eu-west-1.amazonaws.com"},
                         {"X-Amz-Target", "DynamoDB_20120810.ListTables"},
                         {"X-Amz-Date", signing.time}},
                        "{}",
                        {}};
  if (!signing.session_token.empty()) {
    request.headers.add("X-Amz-Security-Token", signing.session_token);
  }
  const std::string to_sign = string_to_sign(signing.time, signing.scope,
                                             canonical_request(request, signing.signed_headers));
  request.headers.add("Authorization",
                      signing.algorithm + " Credential=" + signing.key + "/" + signing.scope.date +
                          "/" + signing.scope.region + "/" + signing.scope.service + "/" +
                          signing.terminator + ", SignedHeaders=" + signing.signed_headers +
                          ", Signature=" + signature(signing.secret, signing.scope, to_sign));
  return request;
}

std::optional<SignatureError> error_of(const Signing& signing, core::TimePoint now = kNow) {
  return signature_error(signed_request(signing), kKeys, now);
}

const SignatureError kUnknown{"UnrecognizedClientException",
                              "The security token included in the request is invalid."};
const SignatureError kBadToken{"UnrecognizedClientException",
                               "The security token included in the request is invalid"};

SignatureError incomplete(std::string message) {
  return {"IncompleteSignatureException", std::move(message)};
}
SignatureError invalid(std::string message) {
  return {"InvalidSignatureException", std::move(message)};
}

}  // namespace

TEST_CASE("signature check: a request signed with one of the keys passes") {
  CHECK(error_of({}) == std::nullopt);
  CHECK(error_of({.key = "ASIAEXAMPLE", .secret = "other", .session_token = "token"}) ==
        std::nullopt);
}

TEST_CASE("signature check: an unknown key is told before its signature is looked at") {
  CHECK(error_of({.key = "AKIDNOBODY"}) == kUnknown);
  CHECK(error_of({.key = "akidexample"}) == kUnknown);
}

TEST_CASE("signature check: a wrong secret is told what should have been signed") {
  const auto error = error_of({.secret = "wrong"});
  REQUIRE(error.has_value());
  CHECK(*error ==
        invalid("The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. Consult the service "
                "documentation for details.\n\n"
                "The Canonical String for this request should have been\n"
                "'POST\n/\n\nhost:dynamodb.eu-west-1.amazonaws.com\nx-amz-date:20261009T120000Z\n"
                "x-amz-target:DynamoDB_20120810.ListTables\n\nhost;x-amz-date;x-amz-target\n"
                "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'\n\n"
                "The String-to-Sign should have been\n"
                "'AWS4-HMAC-SHA256\n20261009T120000Z\n20261009/eu-west-1/dynamodb/aws4_request\n"
                "d318de68d6f0e5884fcfa3c96d6febbd437be28fe70d54c9d1765c7eeeec7ae9'\n"));
}

TEST_CASE("signature check: one byte of the body, or another target, breaks it") {
  auto request = signed_request({});
  request.body = "{ }";
  CHECK(signature_error(request, kKeys, kNow)->type == "InvalidSignatureException");
  request = signed_request({});
  request.headers.set("X-Amz-Target", "DynamoDB_20120810.DeleteTable");
  CHECK(signature_error(request, kKeys, kNow)->type == "InvalidSignatureException");
}

TEST_CASE("signature check: a key with a session token is good with that token only") {
  CHECK(error_of({.key = "ASIAEXAMPLE", .secret = "other"}) == kBadToken);
  CHECK(error_of({.key = "ASIAEXAMPLE", .secret = "other", .session_token = "stale"}) == kBadToken);
  CHECK(error_of({.session_token = "token"}) == kBadToken);
}

TEST_CASE("signature check: five minutes to either side, by the clock given") {
  CHECK(error_of({}, kNow + 300s) == std::nullopt);
  CHECK(error_of({}, kNow + 301s) ==
        invalid("Signature expired: 20261009T120000Z is now earlier than 20261009T120001Z "
                "(20261009T120501Z - 5 min.)"));
  CHECK(error_of({}, kNow - 300s) == std::nullopt);
  CHECK(error_of({}, kNow - 301s) ==
        invalid("Signature not yet current: 20261009T120000Z is still later than "
                "20261009T115959Z (20261009T115459Z + 5 min.)"));
  CHECK(error_of({.time = "Fri, 09 Oct 2026"}) ==
        incomplete("Date must be in ISO-8601 'basic format'. Got 'Fri, 09 Oct 2026'. See "
                   "http://en.wikipedia.org/wiki/ISO_8601"));
}

TEST_CASE("signature check: the form of the signature is checked in the service's order") {
  CHECK(error_of({.algorithm = "AWS4-HMAC-SHA25", .signed_headers = "x-amz-date"}) ==
        invalid("'Host' must be a 'SignedHeader' in the AWS Authorization."));
  CHECK(error_of({.algorithm = "AWS4-HMAC-SHA25"}) ==
        incomplete("Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for "
                   "now). "));
  CHECK(error_of({.key = "AKIDEXAMPLE/more"}) ==
        incomplete("Credential must have exactly 5 slash-delimited elements, e.g. "
                   "keyid/date/region/service/term, got "
                   "'AKIDEXAMPLE/more/20261009/eu-west-1/dynamodb/aws4_request'"));
  CHECK(error_of({.key = "AKIDNOBODY", .scope = {"20261008", "r", "s3"}, .terminator = "end"}) ==
        invalid("Credential should be scoped to correct service: 'dynamodb'. Credential should be "
                "scoped with a valid terminator: 'aws4_request', not 'end'. Date in Credential "
                "scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                "'20261008' != '20261009', from '20261009T120000Z'. "));
}

TEST_CASE("signature check: a presigned request is good for as long as it says") {
  core::Request request{"POST",
                        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261009"
                        "%2Fus-east-1%2Fdynamodb%2Faws4_request&X-Amz-Date=20261009T120000Z"
                        "&X-Amz-Expires=600&X-Amz-SignedHeaders=host",
                        {{"Host", "localhost:8000"}},
                        "{}",
                        {}};
  const Scope scope{"20261009", "us-east-1", "dynamodb"};
  request.target +=
      "&X-Amz-Signature=" +
      signature("secret", scope,
                string_to_sign("20261009T120000Z", scope, canonical_request(request, "host")));
  CHECK(signature_error(request, kKeys, kNow + 600s) == std::nullopt);
  CHECK(signature_error(request, kKeys, kNow + 601s) ==
        invalid("Signature expired: 20261009T120000Z is now earlier than 20261009T120001Z "
                "(20261009T121001Z - 10 min.)"));
}

}  // namespace dynatape::aws
