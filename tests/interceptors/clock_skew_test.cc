#include "interceptors/clock_skew.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

core::Reply answer(std::string_view then) { return Lab(one_rule(then)).call(get_item("t", "a")); }

}  // namespace

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
  CHECK(mistake_in(one_rule(R"({"clock_skew":{}})")) ==
        "rules.json: rules[0].then.clock_skew: it takes one of \"behind\" and \"ahead\", a "
        "duration");
  CHECK(mistake_in(one_rule(R"({"clock_skew":{"ahead":"5m","refuses":true}})")) ==
        "rules.json: rules[0].then.clock_skew: a signature is refused only for more than 5m");
}

}  // namespace dynatape::interceptors
