#include "interceptors/corrupt.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

core::Reply answer(std::string_view then) { return Lab(one_rule(then)).call(get_item("t", "a")); }

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
  Lab lab(one_rule(R"({"bad_gateway":{}})"));
  const core::Reply reply = lab.call(get_item("t", "a"));
  CHECK(reply.response.status == 502);
  CHECK(reply.response.headers.get("Content-Type") == "text/html");
  CHECK(reply.response.body.starts_with("<html>"));
  CHECK(lab.upstream->calls == 0);
}

}  // namespace dynatape::interceptors
