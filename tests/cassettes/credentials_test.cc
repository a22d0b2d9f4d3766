#include "cassettes/credentials.h"

#include <catch2/catch.hpp>
#include <set>

#include "cassettes/gate.h"
#include "cassettes/redaction.h"
#include "tests/cassettes/encodings.h"

namespace dynatape::cassettes {
namespace {

/// Made up, in the form of real ones; in two parts, so that nobody takes this file for a leak.
struct Sample {
  std::string id;
  std::string text;
  std::string left;  ///< what stands there afterwards
};

std::string letters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "aZ3bY7cX"[i % 8];
  return text;
}

std::string hex_digits(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "09af3d"[i % 6];
  return text;
}

std::vector<Sample> samples() {
  const std::string jwt =
      std::string("ey") + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0In0." + letters(43);
  return {
      {"aws-access-key", std::string("AK") + "IAQ3EGVQ7XN5K2M4TP", "REDACTED"},
      {"aws-access-key", std::string("AS") + "IAQ3EGVQ7XN5K2M4TP", "REDACTED"},
      {"aws-session-token", std::string("IQo") + "Jb3JpZ2luX2Vj" + letters(80), "REDACTED"},
      {"aws-signature", "X-Amz-Signature=" + hex_digits(64), "X-Amz-Signature=REDACTED"},
      {"bearer-token", "Bearer " + letters(30), "Bearer REDACTED"},
      {"databricks-token", "dap" + ("i" + hex_digits(32)), "REDACTED"},
      {"digitalocean-token", "dop_v1" + ("_" + hex_digits(64)), "REDACTED"},
      {"github-token", "gh" + ("p_" + letters(36)), "REDACTED"},
      {"github-token", "github_" + ("pat_" + letters(82)), "REDACTED"},
      {"gitlab-token", "glp" + ("at-" + letters(20)), "REDACTED"},
      {"google-api-key", "AI" + ("za" + letters(35)), "REDACTED"},
      {"google-oauth-token", "ya2" + ("9." + letters(60)), "REDACTED"},
      {"huggingface-token", "hf" + ("_" + letters(34)), "REDACTED"},
      {"jwt", jwt, "REDACTED"},
      {"llm-api-key", "sk-" + ("ant-" + letters(60)), "REDACTED"},
      {"npm-token", "npm" + ("_" + letters(36)), "REDACTED"},
      {"private-key-pem",
       "-----BEGIN RSA " + ("PRIVATE KEY-----\\n" + letters(64)) +
           "\\n-----END RSA PRIVATE KEY-----",
       "REDACTED"},
      {"pypi-token", "pypi-" + ("AgEI" + letters(80)), "REDACTED"},
      {"sendgrid-key", "SG" + ("." + letters(22)) + "." + letters(43), "REDACTED"},
      {"shopify-token", "shp" + ("at_" + hex_digits(32)), "REDACTED"},
      {"slack-token", "xox" + ("b-12345678901-" + letters(24)), "REDACTED"},
      {"slack-webhook", "https://hooks.slack.com/services/T0/" + letters(30),
       "https://hooks.slack.com/services/REDACTED"},
      {"stripe-key", "sk_" + ("live_" + letters(24)), "REDACTED"},
      {"url-password", "postgres://app:" + ("hunter2" + std::string("@db:5432/x")),
       "postgres://app:REDACTED@db:5432/x"},
      {"vault-token", "hvs" + ("." + letters(90)), "REDACTED"},
  };
}

std::string redacted(const std::string& text, const CredentialSearch& search) {
  std::string left = text;
  static_cast<void>(scrub(left, {.credentials = &search}));
  return left;
}

}  // namespace

TEST_CASE("credentials: every default rule finds what it says, and not when it is removed") {
  std::set<std::string, std::less<>> tried;
  for (const auto& [id, text, left] : samples()) {
    INFO(id << ": " << text);
    tried.insert(id);
    CHECK(redacted(R"({"a":{"S":"x )" + text + R"( y"}})", CredentialSearch()) ==
          R"({"a":{"S":"x )" + left + R"( y"}})");
    CHECK(redacted(text, CredentialSearch(std::vector{id})) == text);
    // Twice is once.
    CHECK(redacted(left, CredentialSearch()) == left);
  }
  for (const Credential& credential : credentials()) CHECK(tried.contains(credential.id));
}

TEST_CASE("credentials: they are found behind encodings, and in the middle of binary") {
  for (const auto& [id, text, left] : samples()) {
    INFO(id);
    for (const std::string& hidden :
         {base64(text), base64(gzip("a " + text)), base64(deflated("a " + text)), in_query(text),
          in_hex(text), base64(std::string("\x80\x01") + text + "\xff")}) {
      INFO(hidden);
      CHECK_FALSE(
          redacted(R"({"a":{"S":")" + hidden + R"("}})", CredentialSearch()).contains(hidden));
    }
  }
}

TEST_CASE("credentials: what only resembles one stays, byte for byte") {
  for (const std::string text :
       {"the bearer of good news", "Bearer of", "eyJ is how JSON begins in base64",
        "arn:aws:iam::123456789012:role/AKIA", "xAKIAQ3EGVQ7XN5K2M4TP0",
        "8f14e45f-ceea-467f-a9b8-4d5a4f4b1d6c", "https://example.com/a@b:c",
        "https://user@example.com/", "2026-10-09T12:00:00Z", "npm_config_registry",
        "Signature=none", "sk_live_", "SG.1"}) {
    CHECK(redacted(text, CredentialSearch()) == text);
  }
}

TEST_CASE("gate: what looks like a credential under its name") {
  const std::string secret = "kWcrlUX5JEDGM/LtmEENI+aVmYvHNif5zB9d0qTz";
  CHECK(suspect(R"({"aws_secret_access_key":{"S":")" + secret + "\"}}", false) == "aws-secret-key");
  CHECK(suspect("export AWS_SECRET_ACCESS_KEY=" + secret, false) == "aws-secret-key");
  CHECK(suspect(R"("password" : "Tr0ub4dorAnd3xKq91zW")", false) == "named-secret");
  CHECK_FALSE(suspect(R"({"digest":{"S":")" + secret + "\"}}", false));
  CHECK_FALSE(suspect(R"({"password":{"S":"correct horse battery staple"}})", false));
  CHECK_FALSE(suspect(R"({"password":{"S":"aaaaaaaaaaaaaaaaaaaaaaaaA1"}})", false));
  CHECK_FALSE(suspect(R"({"secret":{"S":"8f14e45f-ceea-467f-a9b8-4d5a4f4b1d6c"}})", false));
  CHECK_FALSE(suspect(R"({"password":{"S":"x"},"id":{"S":")" + secret + "\"}}", false));
}

TEST_CASE("gate: a refusal names the place, the encodings, the rule and what allows it") {
  const std::string secret = "kWcrlUX5JEDGM/LtmEENI+aVmYvHNif5zB9d0qTz";
  const std::string item = R"({"Item":{"env":{"M":{"blob":{"B":")" +
                           base64(gzip("api_key=" + secret.substr(0, 30))) + R"("}}}}})";
  const core::Request request{
      "POST", "/", {{"X-Amz-Target", "DynamoDB_20120810.PutItem"}}, item, {}};
  RedactionReport report;
  report.gated = true;
  static_cast<void>(Redactor({}).redacted(request, {}, report));
  REQUIRE(report.refusal);
  CHECK(*report.refusal ==
        "the request's Item.env.M.blob.B (in base64, gzip) looks like a credential (named-secret); "
        R"(if it is none, allow it in a rule file: "redact": {"allow": [{"id":"named-secret",)"
        R"("path":"Item.env.M.blob.B"}]})");

  RedactionRules rules;
  rules.allowed = {{"named-secret", "Item.*.M.blob"}};
  RedactionReport allowed;
  allowed.gated = true;
  static_cast<void>(
      Redactor({}, {std::make_shared<const Redaction>(rules, "")}).redacted(request, {}, allowed));
  CHECK_FALSE(allowed.refusal);
}

}  // namespace dynatape::cassettes
