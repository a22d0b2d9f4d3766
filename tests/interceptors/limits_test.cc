// How much a rule may do: ttl, rate, max_active, and the halt of all rules.

#include <catch2/catch.hpp>

#include "interceptors/halt.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

const CallSpec kCall = get_item("t", "a");

}  // namespace

TEST_CASE("ttl: a rule ends so long after it came into force, by the session's clock") {
  Lab lab(throttle("{}", R"(,"ttl":"1m")"));
  CHECK(lab.faulted(kCall));
  lab.clock.advance(1min - 1us);
  CHECK(lab.faulted(kCall));
  lab.clock.advance(1us);
  CHECK_FALSE(lab.faulted(kCall));
}

TEST_CASE("rate: no more than so many in a second of the session's clock") {
  Lab lab(throttle("{}", R"(,"rate":3)"));
  CHECK(lab.pattern(kCall, 5) == "!!!..");
  lab.clock.advance(1s);
  CHECK(lab.pattern(kCall, 5) == "!!!..");
  lab.clock.advance(400ms);
  CHECK(lab.pattern(kCall, 3) == "!..");
  lab.clock.advance(1h);
  CHECK(lab.pattern(kCall, 5) == "!!!..");
  CHECK(lab.rules->tallies().front().planned == 10);
}

TEST_CASE("rate: less than one in a second") {
  Lab lab(throttle("{}", R"(,"rate":0.5)"));
  CHECK(lab.pattern(kCall, 2) == "!.");
  lab.clock.advance(1999ms);
  CHECK_FALSE(lab.faulted(kCall));
  lab.clock.advance(1ms);
  CHECK(lab.faulted(kCall));
}

TEST_CASE("max_active: as many as are under way at once") {
  FaultCounter counter({.times = {}, .max_active = 2, .per_second = {}});
  CHECK(counter.plan(kStart));
  CHECK(counter.plan(kStart));
  CHECK_FALSE(counter.plan(kStart));
  counter.deliver();
  CHECK(counter.plan(kStart));
  CHECK_FALSE(counter.plan(kStart));
  counter.miss("the client was gone");
  CHECK(counter.plan(kStart));
  CHECK(counter.tally("r", "f").planned == 4);
}

TEST_CASE("limits: what one of them refuses counts for none of the others") {
  FaultCounter counter({.times = 3, .max_active = 1, .per_second = 2});
  CHECK(counter.plan(kStart));
  CHECK_FALSE(counter.plan(kStart));  // max_active
  counter.deliver();
  CHECK(counter.plan(kStart));
  counter.deliver();
  CHECK_FALSE(counter.plan(kStart));  // rate
  CHECK(counter.plan(kStart + 1s));
  counter.deliver();
  CHECK_FALSE(counter.plan(kStart + 9s));  // times
}

TEST_CASE("halt: so many failed answers in a row stop all rules") {
  Lab lab(R"({"halt":{"in_a_row":3},"rules":[
    {"name":"r","when":{"operation":"GetItem"},"then":{"error":"ThrottlingException"}}]})");
  CHECK(lab.pattern(kCall, 2) == "!!");
  CHECK_FALSE(lab.faulted(put_item("t", "a")));
  CHECK_FALSE(lab.rules->halted());
  CHECK(lab.pattern(kCall, 5) == "!!!..");
  CHECK(lab.rules->halted() ==
        "the rules stopped at 2023-11-14T22:13:20Z: 3 answers in a row failed");
}

TEST_CASE("halt: what fails without a fault counts too") {
  Lab lab(R"({"halt":{"in_a_row":2},"rules":[
    {"name":"r","when":{"operation":"GetItem"},"then":{"error":"ThrottlingException"}}]})");
  lab.upstream->next = {{500, {}, "{}"}, {503, {}, "{}"}};
  lab.call(put_item("t", "a"));
  lab.call(put_item("t", "a"));
  CHECK(lab.pattern(kCall, 2) == "..");
}

TEST_CASE("halt: too large a part of the answers within a time stops all rules") {
  Halt halt({.in_a_row = {}, .ratio = 0.5, .window = 10s, .at_least = 4});
  halt.saw(true, kStart);
  halt.saw(true, kStart);
  halt.saw(true, kStart);
  CHECK_FALSE(halt.halted());  // three answers are too few to judge by
  halt.saw(false, kStart + 11s);
  halt.saw(true, kStart + 11s);
  halt.saw(false, kStart + 12s);
  halt.saw(true, kStart + 12s);
  CHECK_FALSE(halt.halted());  // half is not more than half, and the first three are long past
  halt.saw(true, kStart + 13s);
  CHECK(halt.halted());
  CHECK(halt.reason() ==
        "the rules stopped at 2023-11-14T22:13:33Z: too many answers within 10s failed");
}

TEST_CASE("halt: latency is no failure, a cut answer is one") {
  CHECK_FALSE(has_failed(core::Reply{{200, {}, ""}, core::Source::emulator, {.delay = 1s}}));
  CHECK_FALSE(has_failed(core::Reply{{400, {}, ""}, core::Source::emulator, {}}));
  CHECK(has_failed(core::Reply{{400, {}, ""}, core::Source::fault, {}}));
  CHECK(has_failed(core::Reply{{200, {}, ""}, core::Source::emulator, {.cut_fraction = 0.5}}));
  CHECK(has_failed(core::failure("no upstream")));
}

}  // namespace dynatape::interceptors
