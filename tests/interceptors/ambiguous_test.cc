#include "interceptors/ambiguous.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using core::Delivery;
using core::Ending;

}  // namespace

TEST_CASE("lost_request: the call is not applied, and its client meets a reset") {
  Lab lab(one_rule(R"({"lost_request":{}})"));
  CHECK(lab.call(update_item("t", "a")).delivery ==
        Delivery{.cut_after = 0, .ending = Ending::reset});
  CHECK(lab.upstream->calls == 0);
  CHECK(lab.rules->tallies().front().delivered == 1);
}

TEST_CASE("lost_answer: the call is applied once, and its client meets a reset") {
  Lab lab(one_rule(R"({"lost_answer":{}})"));
  CHECK(lab.call(update_item("t", "a")).delivery ==
        Delivery{.cut_after = 0, .ending = Ending::reset});
  CHECK(lab.upstream->calls == 1);
  CHECK(lab.notes == std::vector<core::Note>{{"lost_answer", "r: answered 200, and lost"}});
}

TEST_CASE("lost_answer: may look like an error of the service") {
  Lab lab(one_rule(R"({"lost_answer":{"ending":"InternalServerError","delay":"1s"}})"));
  const core::Reply reply = lab.call(update_item("t", "a"));
  CHECK(reply.response.status == 500);
  CHECK(nlohmann::json::parse(reply.response.body).at("__type") ==
        "com.amazonaws.dynamodb.v20120810#InternalServerError");
  CHECK(reply.delivery == Delivery{.delay = 1s});
  CHECK(lab.upstream->calls == 1);
}

TEST_CASE("lost_answer: only what leaves the outcome open can stand in for the answer") {
  CHECK(
      mistake_in(one_rule(R"({"lost_answer":{"ending":"ValidationException"}})"))
          .starts_with("rules.json: rules[0].then.lost_answer.ending is \"ValidationException\""));
}

TEST_CASE("applied_twice: the upstream sees the call twice, later rules hit it once") {
  Lab lab(R"({"rules":[{"name":"twice","then":{"applied_twice":{"answer":"second"}}},
                       {"name":"slow","then":{"latency":"1s"}}]})");
  const core::Reply reply = lab.call(update_item("t", "a"));
  CHECK(reply.response.status == 200);
  CHECK(lab.upstream->calls == 2);
  CHECK(lab.loop.elapsed() == 1s);
}

}  // namespace dynatape::interceptors
