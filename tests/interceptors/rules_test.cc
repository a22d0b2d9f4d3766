#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "interceptors/rules_interceptor.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

CallSpec as_attempt_of(CallSpec spec, std::string invocation) {
  spec.invocation = std::move(invocation);
  return spec;
}

}  // namespace

TEST_CASE("throttle: probability 1 answers every write and no read") {
  Lab lab(throttle(R"({"operation":["PutItem","UpdateItem"],"probability":1})"));
  CHECK(lab.pattern(put_item("orders", "a"), 5) == "!!!!!");
  CHECK(lab.pattern(update_item("orders", "a"), 5) == "!!!!!");
  CHECK(lab.pattern(get_item("orders", "a"), 5) == ".....");
  CHECK(lab.upstream->calls == 5);
}

TEST_CASE("throttle: probability 0 never answers") {
  Lab lab(throttle(R"({"probability":0})"));
  CHECK(lab.pattern(put_item("orders", "a"), 1000) == std::string(1000, '.'));
}

TEST_CASE("rules: a table is meant by its name, in calls that name it plainly or by ARN") {
  Lab lab(throttle(R"({"table":"orders"})"));
  CHECK(lab.faulted(get_item("orders", "a")));
  CHECK(lab.faulted(get_item("arn:aws:dynamodb:eu-west-1:111122223333:table/orders", "a")));
  CHECK_FALSE(lab.faulted(get_item("Orders", "a")));
  CHECK_FALSE(lab.faulted(get_item("orders2", "a")));
}

TEST_CASE("rules: a table's ARN means that table, and its plain name in its region") {
  Lab lab(throttle(R"({"table":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders"})"));
  CHECK(lab.faulted(get_item("arn:aws:dynamodb:eu-west-1:111122223333:table/orders", "a")));
  CHECK_FALSE(lab.faulted(get_item("arn:aws:dynamodb:eu-west-1:999922223333:table/orders", "a")));
  CallSpec plain = get_item("orders", "a");
  CHECK_FALSE(lab.faulted(plain));
  plain.region = "eu-west-1";
  CHECK(lab.faulted(plain));
}

TEST_CASE("rules: a call on several tables matches a rule for any of them, once") {
  Lab lab(throttle(R"({"table":["a","b"],"first":2})"));
  const CallSpec batch{"BatchGetItem", R"({"RequestItems":{"a":{},"b":{},"c":{}}})"};
  CHECK(lab.pattern(batch, 4) == "!!..");
}

TEST_CASE("rules: nth, first, every and after count the calls that match") {
  const CallSpec write = put_item("t", "a");
  CHECK(Lab(throttle(R"({"nth":3})")).pattern(write, 6) == "..!...");
  CHECK(Lab(throttle(R"({"first":2})")).pattern(write, 6) == "!!....");
  CHECK(Lab(throttle(R"({"every":3})")).pattern(write, 7) == "..!..!.");
  CHECK(Lab(throttle(R"({"after":4})")).pattern(write, 6) == "....!!");
  CHECK(Lab(throttle(R"({"after":2,"every":2,"first":6})")).pattern(write, 9) == "...!.!...");
}

TEST_CASE("rules: calls that do not match are not counted") {
  Lab lab(throttle(R"({"operation":"PutItem","nth":2})"));
  CHECK(lab.pattern(put_item("t", "a"), 1) == ".");
  CHECK(lab.pattern(get_item("t", "a"), 3) == "...");
  CHECK(lab.pattern(put_item("t", "b"), 2) == "!.");
}

TEST_CASE("rules: per key counts each key by itself, whatever the operation") {
  Lab lab(throttle(R"({"operation":["GetItem","UpdateItem"],"nth":2,"per":"key"})"));
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
  CHECK_FALSE(lab.faulted(get_item("t", "b")));
  CHECK(lab.faulted(update_item("t", "a")));
  CHECK_FALSE(lab.faulted(get_item("u", "b")));
  CHECK(lab.faulted(get_item("t", "b")));
}

TEST_CASE("rules: a PutItem meets the key of its item where the file says what the key is") {
  const std::string rule =
      R"("rules":[{"name":"r","when":{"nth":2,"per":"key"},"then":{"error":"ThrottlingException"}}]})";
  const CallSpec put{"PutItem", R"({"TableName":"t","Item":{"a":{"S":"x"},"pk":{"S":"1"}}})"};
  const CallSpec other{"PutItem", R"({"TableName":"t","Item":{"a":{"S":"x"},"pk":{"S":"2"}}})"};
  Lab knowing(R"({"keys":{"t":"pk"},)" + rule);
  CHECK_FALSE(knowing.faulted(put));
  CHECK_FALSE(knowing.faulted(other));
  CHECK(knowing.faulted(get_item("t", "1")));
  Lab unknowing("{" + rule);
  CHECK_FALSE(unknowing.faulted(put));
  CHECK_FALSE(unknowing.faulted(get_item("t", "1")));
  CHECK(unknowing.faulted(put));
}

TEST_CASE("rules: a retry is another attempt of its call and not another call") {
  Lab lab(throttle(R"({"nth":2})"));
  CHECK_FALSE(lab.faulted(as_attempt_of(put_item("t", "a"), "one")));
  CHECK_FALSE(lab.faulted(as_attempt_of(put_item("t", "a"), "one")));
  CHECK(lab.faulted(as_attempt_of(put_item("t", "b"), "two")));
  CHECK_FALSE(lab.faulted(as_attempt_of(put_item("t", "a"), "one")));
  CHECK(lab.faulted(as_attempt_of(put_item("t", "b"), "two")));
}

TEST_CASE("rules: attempt selects among the attempts of a call") {
  Lab first(throttle(R"({"attempt":1})"));
  CHECK(first.pattern(as_attempt_of(put_item("t", "a"), "one"), 3) == "!..");
  CHECK(first.pattern(as_attempt_of(put_item("t", "a"), "two"), 3) == "!..");
  Lab some(throttle(R"({"attempt":[1,3],"nth":2})"));
  CHECK(some.pattern(as_attempt_of(put_item("t", "a"), "one"), 4) == "....");
  CHECK(some.pattern(as_attempt_of(put_item("t", "a"), "two"), 4) == "!.!.");
}

TEST_CASE("rules: calls without an invocation id are each new") {
  Lab lab(throttle(R"({"attempt":2})"));
  CHECK(lab.pattern(put_item("t", "a"), 4) == "....");
}

TEST_CASE("rules: times bounds the deliveries") {
  Lab lab(throttle("{}", R"(,"times":2)"));
  CHECK(lab.pattern(put_item("t", "a"), 5) == "!!...");
  CHECK(lab.rules->tallies() == std::vector<FaultTally>{{"r", "error", 2, 2, {}}});
}

TEST_CASE("rules: a fault whose client was gone is not delivered, and another call may have it") {
  Lab lab(throttle("{}", R"(,"times":1)"));
  lab.client_stays = false;
  CHECK(lab.pattern(put_item("t", "a"), 1) == "!");
  lab.client_stays = true;
  CHECK(lab.pattern(put_item("t", "a"), 2) == "!.");
  CHECK(lab.rules->tallies() ==
        std::vector<FaultTally>{{"r", "error", 2, 1, {{"the client was gone", 1}}}});
}

TEST_CASE("rules: times holds exactly while 16 threads race for it") {
  const Lab shared(throttle("{}", R"(,"times":1000)"));
  std::atomic<int> faults = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&] {
      Lab lab(shared);
      for (int i = 0; i < 500; ++i) faults += lab.faulted(put_item("t", "a")) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(faults == 1000);
  CHECK(shared.rules->tallies().front().delivered == 1000);
}

TEST_CASE("rules: nth picks exactly one call of 16 threads") {
  const Lab shared(throttle(R"({"nth":777})"));
  std::atomic<int> faults = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&] {
      Lab lab(shared);
      for (int i = 0; i < 100; ++i) faults += lab.faulted(put_item("t", "a")) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(faults == 1);
}

TEST_CASE("rules: a request that names no operation meets the rules for all") {
  Lab all(throttle("{}"));
  CHECK(all.faulted({"NoSuchOperation"}));
  Lab some(throttle(R"({"operation":"GetItem"})"));
  CHECK_FALSE(some.faulted({"NoSuchOperation"}));
}

TEST_CASE("rules: a body that is not JSON is passed on by rules that look for tables and keys") {
  Lab lab(throttle(R"({"table":"t","probability":0.5})"));
  CHECK_FALSE(lab.faulted({"GetItem", R"({"TableName":)"}));
  Lab keyed(throttle(R"({"probability":0.5})"));
  keyed.call({"GetItem", std::string(100'000, '[')});
  keyed.call({"GetItem", R"({"Key":)" + std::string(50'000, '[') + std::string(50'000, ']') + "}"});
  CHECK(keyed.next_id == 3);
}

TEST_CASE("rules: matching rules compose, the first one outermost") {
  Lab lab(R"({"rules":[
    {"name":"slow","then":{"latency":"20ms"}},
    {"name":"full","when":{"operation":"PutItem"},"then":{"error":"RequestLimitExceeded"}},
    {"name":"slower","then":{"latency":"30ms"}}]})");
  using std::chrono::milliseconds;
  CHECK(lab.faulted(put_item("t", "a")));
  CHECK(lab.loop.elapsed() == milliseconds(20));
  CHECK(lab.notes == std::vector<core::Note>{{"latency", "slow: 20ms"},
                                             {"error", "full: RequestLimitExceeded"}});
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
  CHECK(lab.loop.elapsed() == milliseconds(20 + 20 + 30));
}

TEST_CASE("rules: a fault behind one that answered is reported undelivered") {
  Lab lab(R"({"rules":[
    {"name":"full","when":{"operation":"PutItem"},"then":{"error":"RequestLimitExceeded"}},
    {"name":"slow","then":{"latency":"30ms"},"times":1}]})");
  lab.call(put_item("t", "a"));
  lab.call(get_item("t", "a"));
  lab.call(get_item("t", "a"));
  CHECK(lab.rules->tallies() ==
        std::vector<FaultTally>{
            {"full", "error", 1, 1, {}},
            {"slow", "latency", 2, 1, {{"an earlier rule answered the call", 1}}}});
}

TEST_CASE("rules: a fault whose exchange is torn down is reported undelivered") {
  const Lab lab(R"({"rules":[{"name":"slow","then":{"latency":"30ms"}}]})");
  LabLoop stopped;
  {
    core::Exchange exchange(1, get_item("t", "a").request(), stopped, lab.clock);
    auto task = core::run(lab.pipeline, exchange);
    // Starts the task by hand, as its awaiter would; leaving the scope destroys it asleep.
    task.await_suspend(std::noop_coroutine()).resume();
  }
  CHECK(lab.rules->tallies() ==
        std::vector<FaultTally>{{"slow", "latency", 1, 0, {{"the exchange ended early", 1}}}});
}

}  // namespace dynatape::interceptors
