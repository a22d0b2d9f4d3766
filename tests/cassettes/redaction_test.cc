#include "cassettes/redaction.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/cassettes/encodings.h"

namespace dynatape::cassettes {
namespace {

// Made up, in the form of real ones.
const std::string kAccessKey = "AKIAQ3EGVQ7XN5K2M4TP";
const std::string kToken =
    "IQoJb3JpZ2luX2VjEHkaCXVzLWVhc3QtMSJHMEUCIQD+k/8yXw==Zm9vYmFyL2Jhei9xdXV4K3h5eg";
const std::string kSignature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

core::Request signed_request(std::string body = "{}") {
  return {"POST",
          "/",
          {{"Authorization", "AWS4-HMAC-SHA256 Credential=" + kAccessKey +
                                 "/20261120/us-east-1/dynamodb/aws4_request, "
                                 "SignedHeaders=host;x-amz-date, Signature=" +
                                 kSignature},
           {"X-Amz-Security-Token", kToken},
           {"X-Amz-Target", "DynamoDB_20120810.PutItem"},
           {"User-Agent", "test"},
           {"Cookie", "session=1"}},
          std::move(body),
          {}};
}

std::string scrubbed(std::string text, const std::vector<std::string>& secrets) {
  static_cast<void>(scrub(text, secrets));
  return text;
}

std::string attribute(const std::string& type, const std::string& value) {
  return R"({"Item":{"a":{")" + type + R"(":")" + value + R"("}}})";
}

}  // namespace

TEST_CASE("redaction: finds what a signed request carries") {
  CHECK(secrets_of(signed_request()) == std::vector{kAccessKey, kToken, kSignature});
  const core::Request presigned{
      "POST",
      "/?X-Amz-Credential=" + kAccessKey + "%2F20261120%2Fus-east-1&X-Amz-Signature=" + kSignature,
      {},
      "",
      {}};
  CHECK(secrets_of(presigned) == std::vector{kAccessKey, kSignature});
}

TEST_CASE("redaction: dummies of tests are no secrets") {
  core::Request request = signed_request();
  request.headers = {{"Authorization",
                      "AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/"
                      "dynamodb/aws4_request, Signature=0"}};
  CHECK(secrets_of(request).empty());
}

TEST_CASE("redaction: only listed headers are stored") {
  RedactionReport report;
  const auto stored = Redactor({}).redacted(signed_request(), {}, report);
  CHECK(stored.headers ==
        core::Headers{{"X-Amz-Target", "DynamoDB_20120810.PutItem"}, {"User-Agent", "test"}});
  CHECK(report.replaced == 0);
}

TEST_CASE("redaction: a presigned query loses its signature and keeps the rest") {
  CHECK(unsigned_target("/?a=1&X-Amz-Signature=x&x-amz-credential=y&b=2") == "/?a=1&b=2");
  CHECK(unsigned_target("/?X%2DAmz-Security-Token=x") == "/");
  CHECK(unsigned_target("/p") == "/p");
}

TEST_CASE("redaction: a secret is replaced in every encoding") {
  const std::string uuid = "6fa459ea-ee8a-4ca4-894e-db77e160355e";
  const std::vector secrets{kAccessKey, kToken, kSignature};
  for (const std::string& secret : secrets) {
    const std::string inside = "key=" + secret + ";";
    const std::string forms[] = {inside,
                                 "key" + base64(inside),
                                 base64("x" + inside),
                                 base64("xx" + inside),
                                 "v" + base64(inside),
                                 encode_base64(inside, true, false),
                                 uuid + "_" + encode_base64(inside, true, false),
                                 encode_base64(inside, true, false) + "-" + uuid,
                                 uuid + "/" + base64(inside) + "/" + uuid,
                                 base64(base64(inside)),
                                 base64(gzip(inside)),
                                 base64(compressed(inside, MAX_WBITS)),
                                 base64(gzip(base64(gzip(inside)))),
                                 base64(R"({"k":")" + base64(inside) + "\"}"),
                                 in_hex(secret),
                                 slashes_escaped(secret),
                                 all_escaped(secret),
                                 "https://h/?a=%22&X-Amz-Security-Token=" + all_in_percent(secret),
                                 "100%, " + in_query("https://h/?t=" + in_query(secret)),
                                 in_query(base64(gzip(inside))),
                                 in_query(in_lines(base64(inside), "\n")),
                                 in_lines(base64(inside), "\\n"),
                                 in_lines(base64(gzip(inside)), "\\r\\n"),
                                 "Heading\\n" + in_lines(base64(gzip(inside)), "\\u000a"),
                                 base64(in_lines(base64(inside), "\r\n")),
                                 base64(in_lines(in_hex(inside), "\r")),
                                 base64(gzip("first") + gzip("second") + gzip(inside)),
                                 base64(deflated(inside)),
                                 base64(deflated(std::string(300, 'x') + inside)),
                                 "tok-" + in_hex(secret),
                                 "id" + in_hex(secret) + "_v2"};
    for (const std::string& form : forms) {
      std::string body = attribute("S", form);
      INFO(body);
      CHECK(scrub(body, secrets) > 0);
      CHECK(scrub(body, secrets) == 0);
      CHECK_FALSE(body.contains(form));
      CHECK_THAT(body, Catch::StartsWith(R"({"Item":{"a":{"S":")") && Catch::EndsWith("\"}}}"));
    }
  }
}

TEST_CASE("redaction: one secret behind escapes does not cover for another") {
  const std::string body = R"({"a":")" + all_escaped(kAccessKey) + R"(","b":")" +
                           in_lines(base64("k=" + kAccessKey), "\\n") + R"("})";
  CHECK(scrubbed(body, {kAccessKey}) ==
        R"({"a":"REDACTED","b":")" + base64("k=REDACTED") + R"(\n"})");
}

TEST_CASE("redaction: of two encoded secrets in a row none is left") {
  const std::string one = base64("xx" + kAccessKey);
  std::string body = one + "=\n" + one + "\n" + one + "%41\n" + in_hex(kAccessKey) + one;
  CHECK(scrub(body, std::vector{kAccessKey}) > 0);
  CHECK(scrub(body, std::vector{kAccessKey}) == 0);
}

TEST_CASE("redaction: what surrounds a secret stays, also inside base64") {
  const std::vector secrets{kAccessKey};
  CHECK(scrubbed(attribute("S", "a" + kAccessKey + "b"), secrets) == attribute("S", "aREDACTEDb"));
  CHECK(scrubbed(attribute("B", base64("a " + kAccessKey + " b")), secrets) ==
        attribute("B", base64("a REDACTED b")));
  CHECK(scrubbed(attribute("B", base64(gzip("a " + kAccessKey))), secrets) ==
        attribute("B", base64("REDACTED")));
  CHECK(scrubbed(attribute("S", "tok-" + in_hex(kAccessKey) + "-v2"), secrets) ==
        attribute("S", "tok-REDACTED-v2"));
  CHECK(scrubbed(attribute("S", "/?a=%22&t=" + all_in_percent(kAccessKey) + "&b=%2f"), secrets) ==
        attribute("S", "/?a=%22&t=REDACTED&b=%2f"));
}

TEST_CASE("redaction: what hides nothing stays as it is, byte for byte") {
  const std::vector secrets{kAccessKey, kToken, kSignature};
  const std::string bodies[] = {
      "{}",
      R"( {"b": "\u00e9\/\"", "a": 1.0} )",
      attribute("B", base64(std::string(3'000, '\x7f'))),
      attribute("B", base64(gzip(std::string(100'000, 'x')))),
      attribute("S", kAccessKey.substr(0, 19) + "Q"),
      attribute("S", in_lines(base64(std::string(3'000, '\x7f')), "\\n")),
      "aaaaaaaaaaaaaaaaaaaaaaaa\nb\n",
      "a" + std::string(30, '\n') + "b",
      attribute("S", "100% of https://h/?q=a%20b%2fc%22%zz&long=0123456789"),
      attribute("S", "sha256:" + in_hex(std::string(32, '\x7f'))),
      std::string("\x1f\x8b\x08\x00 torn gzip", 15),
  };
  for (const std::string& body : bodies) CHECK(scrubbed(body, secrets) == body);
}

TEST_CASE("redaction: a bomb is not unpacked to its end, and does not reach the tape") {
  const std::string bomb = base64(gzip(std::string(40 << 20, '\0')));
  CHECK(scrubbed(attribute("B", bomb), {kAccessKey}) == attribute("B", base64("REDACTED")));
}

TEST_CASE("redaction: credentials of earlier requests are looked for, and those it is given") {
  Redactor redactor({"wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY", "short"});
  CHECK(redactor.secrets({"GET", "/", {}, "", {}}) ==
        std::vector<std::string>{"wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY"});
  CHECK(redactor.secrets(signed_request()).size() == 4);
  const auto later = redactor.secrets({"GET", "/", {}, "", {}});
  CHECK(later.size() == 3);
  CHECK(std::ranges::find(later, kToken) != later.end());
  CHECK(std::ranges::find(later, kSignature) == later.end());
}

TEST_CASE("redaction: cost per call", "[.bench]") {
  std::string body = R"({"TableName":"orders","Item":{)";
  for (int i = 0; i < 16; ++i) {
    body +=
        "\"field" + std::to_string(i) + "\":{\"S\":\"some value of forty characters or so 0123\"},";
  }
  body += R"("id":{"S":"k1"},"ExpressionAttributeNames":{"N":"42"}}})";
  Redactor redactor({});
  const core::Request request = signed_request(body);
  constexpr int kRounds = 50'000;
  const auto begin = std::chrono::steady_clock::now();
  RedactionReport report;
  report.gated = true;
  for (int i = 0; i < kRounds; ++i) {
    static_cast<void>(redactor.redacted(request, redactor.secrets(request), report));
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  WARN(body.size() << " B: " << took.count() / kRounds << " µs, found " << report.replaced);
}

}  // namespace dynatape::cassettes
