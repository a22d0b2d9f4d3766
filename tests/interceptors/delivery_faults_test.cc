#include "interceptors/delivery_faults.h"

#include <catch2/catch.hpp>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;
using core::Delivery;
using core::Ending;

Delivery delivery_of(std::string_view then) {
  return Lab(one_rule(then)).call(get_item("t", "a")).delivery;
}

}  // namespace

TEST_CASE("delivery faults: each plans its own delivery, and the call was applied") {
  CHECK(delivery_of(R"({"hang":{}})") ==
        Delivery{.delay = 2min, .cut_after = 0, .ending = Ending::reset});
  CHECK(delivery_of(R"({"hang":{"for":"3s","ending":"answer"}})") == Delivery{.delay = 3s});
  CHECK(delivery_of(R"({"hang":{"for":"3s","ending":"close"}})") ==
        Delivery{.delay = 3s, .cut_after = 0, .ending = Ending::close});
  CHECK(delivery_of(R"({"reset":{}})") == Delivery{.cut_after = 0, .ending = Ending::reset});
  CHECK(delivery_of(R"({"reset":{"at":"50%"}})") ==
        Delivery{.cut_fraction = 0.5, .ending = Ending::reset});
  CHECK(delivery_of(R"({"reset":{"at":"after"}})") == Delivery{.ending = Ending::reset});
  CHECK(delivery_of(R"({"close":{"at":300}})") ==
        Delivery{.cut_after = 300, .ending = Ending::close});
  CHECK(delivery_of(R"({"truncate":{}})") ==
        Delivery{.cut_fraction = 0.5, .ending = Ending::close});
  CHECK(delivery_of(R"({"truncate":{"at":10,"ending":"hang"}})") == Delivery{.cut_after = 10});
  CHECK(delivery_of(R"({"dribble":{}})") == Delivery{.chunk_bytes = 1, .chunk_gap = 20ms});
  CHECK(delivery_of(R"({"dribble":{"bytes":7,"every":"1ms"}})") ==
        Delivery{.chunk_bytes = 7, .chunk_gap = 1ms});
  CHECK(delivery_of(R"({"bandwidth":{"bytes_per_second":5000}})") ==
        Delivery{.chunk_bytes = 100, .chunk_gap = 20ms});
  CHECK(delivery_of(R"({"bandwidth":{"bytes_per_second":4}})") ==
        Delivery{.chunk_bytes = 1, .chunk_gap = 250ms});
}

TEST_CASE("delivery faults: they add up, the outer one's ending holds") {
  Lab lab(R"({"rules":[{"name":"slow","then":{"dribble":{}}},
                       {"name":"cut","then":{"truncate":{"at":9}}},
                       {"name":"late","then":{"hang":{"for":"1s","ending":"answer"}}}]})");
  CHECK(lab.call(get_item("t", "a")).delivery == Delivery{.delay = 1s,
                                                          .cut_after = 9,
                                                          .chunk_bytes = 1,
                                                          .chunk_gap = 20ms,
                                                          .ending = Ending::close});
  CHECK(lab.upstream->calls == 1);
}

TEST_CASE("hang: without applying it, the upstream never sees the call") {
  Lab lab(one_rule(R"({"hang":{"for":"1s","applied":false}})"));
  CHECK(lab.call(get_item("t", "a")).delivery ==
        Delivery{.delay = 1s, .cut_after = 0, .ending = Ending::reset});
  CHECK(lab.upstream->calls == 0);
}

TEST_CASE("delivery faults: a client that gives up has met them") {
  Lab lab(one_rule(R"({"hang":{}})"));
  lab.client_stays = false;
  lab.call(get_item("t", "a"));
  CHECK(lab.rules->tallies().front().delivered == 1);
}

TEST_CASE("delivery faults: mistakes are told") {
  CHECK(
      mistake_in(one_rule(R"({"reset":{"at":"101%"}})")) ==
      "rules.json: rules[0].then.reset.at is \"101%\"; it must be \"before\", \"after\", a number "
      "of bytes, or a percentage such as \"50%\"");
  CHECK(mistake_in(one_rule(R"({"hang":{"applied":false,"ending":"answer"}})")) ==
        "rules.json: rules[0].then.hang: a call that is not applied has no answer to end the hang "
        "with");
  CHECK(mistake_in(one_rule(R"({"hang":{"applied":"no"}})")) ==
        "rules.json: rules[0].then.hang.applied is \"no\"; it must be true or false");
  CHECK(mistake_in(one_rule(R"({"truncate":{"at":"after"}})")) ==
        "rules.json: rules[0].then.truncate: an answer that leaves whole is not truncated: see "
        "reset and close");
  CHECK(mistake_in(one_rule(R"({"bandwidth":{}})")).find("bytes_per_second") != std::string::npos);
  CHECK(mistake_in(one_rule(R"({"dribble":"1"})")) ==
        "rules.json: rules[0].then.dribble is \"1\"; it must be an object");
}

}  // namespace dynatape::interceptors
