#include "interceptors/corrupt.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

std::string rule(std::string_view then) {
  return R"({"rules":[{"name":"r","then":)" + std::string(then) + "}]}";
}

core::Reply answer(std::string_view then) { return Lab(rule(then)).call(get_item("t", "a")); }

}  // namespace

TEST_CASE("wrong_crc32: the body is right, its checksum is not") {
  const core::Reply reply = answer(R"({"wrong_crc32":{}})");
  CHECK(reply.response.body == "{}");
  CHECK(reply.response.headers.get("x-amz-crc32") == std::to_string(~core::crc32("{}")));
}

TEST_CASE("malformed_json: three kinds, each with a checksum that is right") {
  for (const auto& [as, body] :
       {std::pair{"cut", "{"}, {"text", "upstream request timeout"}, {"empty", ""}}) {
    const core::Reply reply = answer(R"({"malformed_json":{"as":")" + std::string(as) + R"("}})");
    CHECK(reply.response.status == 200);
    CHECK(reply.response.body == body);
    CHECK_FALSE(reply.response.headers.contains("x-amz-crc32"));
  }
}

TEST_CASE("wrong_encoding: only the header lies") {
  const core::Reply reply = answer(R"({"wrong_encoding":{"claims":"br"}})");
  CHECK(reply.response.body == "{}");
  CHECK(reply.delivery == core::Delivery{.claimed_encoding = "br"});
}

TEST_CASE("bad_gateway: a page of HTML, and the call is not passed on") {
  Lab lab(rule(R"({"bad_gateway":{}})"));
  const core::Reply reply = lab.call(get_item("t", "a"));
  CHECK(reply.response.status == 502);
  CHECK(reply.response.headers.get("Content-Type") == "text/html");
  CHECK(reply.response.body.starts_with("<html>"));
  CHECK(lab.upstream->calls == 0);
}

TEST_CASE("clock_skew: dates the answer by the wrong clock") {
  // The lab's clock stands at 2023-11-14T22:13:20Z.
  CHECK(answer(R"({"clock_skew":{"behind":"10m"}})").response.headers.get("Date") ==
        "Tue, 14 Nov 2023 22:03:20 GMT");
  CHECK(answer(R"({"clock_skew":{"ahead":"1h"}})").response.headers.get("Date") ==
        "Tue, 14 Nov 2023 23:13:20 GMT");
}

TEST_CASE("clock_skew: refuses the signature in the words of AWS") {
  const auto refused = [](std::string_view then) {
    const core::Reply reply = answer(then);
    CHECK(reply.response.status == 400);
    const auto body = nlohmann::json::parse(reply.response.body);
    CHECK(body.at("__type") == "com.amazon.coral.service#InvalidSignatureException");
    return body.at("message").get<std::string>();
  };
  CHECK(refused(R"({"clock_skew":{"ahead":"10m","refuses":true}})") ==
        "Signature expired: 20231114T221320Z is now earlier than 20231114T221820Z "
        "(20231114T222320Z - 5 min.)");
  CHECK(refused(R"({"clock_skew":{"behind":"10m","refuses":true}})") ==
        "Signature not yet current: 20231114T221320Z is still later than 20231114T220820Z "
        "(20231114T220320Z + 5 min.)");
}

TEST_CASE("clock_skew: mistakes are told") {
  CHECK(mistake_in(rule(R"({"clock_skew":{}})")) ==
        "rules.json: rules[0].then.clock_skew: it takes one of \"behind\" and \"ahead\", a "
        "duration");
  CHECK(mistake_in(rule(R"({"clock_skew":{"ahead":"5m","refuses":true}})")) ==
        "rules.json: rules[0].then.clock_skew: a signature is refused only for more than 5m");
}

}  // namespace dynatape::interceptors
