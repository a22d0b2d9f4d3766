// Edits of rules in use: what is left as it is goes on where it was.

#include <catch2/catch.hpp>

#include "core/rng.h"
#include "lab.h"
#include "tests/support/random_seed.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

const CallSpec kCall = get_item("t", "a");

std::string file(const std::string& rules) { return R"({"rules":[)" + rules + "]}"; }

const std::string kOnce = R"({"name":"once","then":{"error":"ThrottlingException"},"times":1})";
const std::string kThird =
    R"({"name":"third","when":{"nth":3},"then":{"error":"ThrottlingException"}})";
const std::string kSlow = R"({"name":"slow","then":{"latency":"1ms"}})";

}  // namespace

TEST_CASE("rule edits: a rule that says the same keeps what it has delivered") {
  Lab lab(file(kOnce));
  CHECK(lab.pattern(kCall, 2) == "!.");
  lab.edit(file(kSlow + "," + kOnce));
  CHECK(lab.pattern(kCall, 2) == "..");
  lab.edit(file(R"({"then": {"error": "ThrottlingException"}, "times": 1, "name": "once"})"));
  CHECK(lab.pattern(kCall, 2) == "..");
}

TEST_CASE("rule edits: a rule that says something else begins anew") {
  Lab lab(file(kOnce));
  CHECK(lab.pattern(kCall, 2) == "!.");
  lab.edit(file(R"({"name":"once","then":{"error":"ThrottlingException"},"times":2})"));
  CHECK(lab.pattern(kCall, 3) == "!!.");
}

TEST_CASE("rule edits: calls stay counted") {
  Lab lab(file(kThird));
  CHECK(lab.pattern(kCall, 2) == "..");
  lab.edit(file(kThird + "," + kSlow));
  CHECK(lab.pattern(kCall, 2) == "!.");
}

TEST_CASE("rule edits: a picked call stays picked in its later attempts") {
  CallSpec third = kCall;
  third.invocation = "third";
  Lab lab(file(kThird));
  CHECK(lab.pattern(kCall, 2) == "..");
  CHECK(lab.faulted(third));
  lab.edit(file(kSlow + "," + kThird));
  CHECK(lab.faulted(third));
}

TEST_CASE("rule edits: each key's calls stay counted, also where the rule moves") {
  const std::string keyed =
      R"({"name":"k","when":{"nth":2,"per":"key"},"then":{"error":"ThrottlingException"}})";
  Lab lab(file(keyed));
  CHECK_FALSE(lab.faulted(get_item("t", "a")));
  lab.edit(file(R"({"name":"x","when":{"nth":2,"per":"key"},"then":{"latency":"1ms"}},)" + keyed));
  CHECK(lab.faulted(get_item("t", "a")));
  CHECK_FALSE(lab.faulted(get_item("t", "b")));
}

TEST_CASE("rule edits: rules that count the same calls do so wherever edits put them") {
  // Latencies, so that all of them act on a call that they pick.
  struct Counting {
    std::string name;
    std::uint64_t every;
    std::uint64_t fitted = 0;
  };
  const auto text = [](const std::vector<Counting>& rules) {
    std::string all;
    for (const Counting& rule : rules) {
      all.append(all.empty() ? "" : ",")
          .append(R"({"name":")" + rule.name + R"(","when":{"operation":"GetItem","every":)" +
                  std::to_string(rule.every) + R"(},"then":{"latency":"1ms"}})");
    }
    return file(all);
  };
  core::Rng rng(support::random_seed("rule edits"));
  std::vector<Counting> rules = {{"a", 2}, {"b", 3}, {"c", 5}};
  Lab lab(text(rules));
  for (int step = 0; step < 300; ++step) {
    if (rng.chance(0.3)) {
      std::swap(rules[rng.next() % rules.size()], rules[rng.next() % rules.size()]);
      if (rng.chance(0.5) && rules.size() > 3) rules.erase(rules.begin());
      const auto place = static_cast<std::ptrdiff_t>(rng.next() % rules.size());
      rules.insert(rules.begin() + place, {"new-" + std::to_string(step), 2 + rng.next() % 5});
      lab.edit(text(rules));
    }
    std::vector<std::string> picked;
    for (Counting& rule : rules) {
      if (++rule.fitted % rule.every == 0) picked.push_back(rule.name);
    }
    lab.call(kCall);
    std::vector<std::string> hit;
    for (const auto& fault : lab.faults) hit.push_back(fault->rule());
    INFO("step " << step);
    REQUIRE(hit == picked);
  }
}

TEST_CASE("rule edits: decisions by chance go on as without the edit") {
  const std::string flaky =
      R"({"name":"f","when":{"probability":0.5},"then":{"error":"ThrottlingException"}})";
  Lab whole(file(flaky));
  Lab edited(file(flaky));
  std::string pattern = edited.pattern(kCall, 20);
  edited.edit(file(kSlow + "," + flaky));
  pattern += edited.pattern(kCall, 20);
  CHECK(pattern == whole.pattern(kCall, 40));
}

TEST_CASE("rule edits: what a fault itself remembers stays, too") {
  const std::string limit = R"({"name":"c","then":{"capacity":{"write":1,"burst":"1s"}}})";
  const CallSpec write = put_item("t", "a");
  Lab lab(file(limit));
  lab.upstream->next.assign(
      9,
      {200,
       {},
       R"({"ConsumedCapacity":{"TableName":"t","CapacityUnits":1,"Table":{"CapacityUnits":1}}})"});
  CHECK(lab.pattern(write, 2) == ".!");
  lab.edit(file(kSlow + "," + limit));
  CHECK(lab.pattern(write, 1) == "!");
  lab.clock.advance(1s);
  CHECK(lab.pattern(write, 2) == ".!");
}

TEST_CASE("rule edits: the time of a ttl runs on") {
  const std::string brief = R"({"name":"b","then":{"error":"ThrottlingException"},"ttl":"1m"})";
  Lab lab(file(brief));
  lab.clock.advance(40s);
  lab.edit(file(brief + "," + kSlow));
  CHECK(lab.faulted(kCall));
  lab.clock.advance(20s);
  CHECK_FALSE(lab.faulted(kCall));
}

TEST_CASE("rule edits: each fault is told of once, by the rules in force") {
  Lab lab(file(kOnce + "," + kSlow));
  lab.call(kCall);
  const auto before = lab.rules;
  lab.edit(file(kOnce));
  CHECK(lab.rules->tallies() == std::vector<FaultTally>{{"once", "error", 1, 1, {}}});
  CHECK(before->tallies() ==
        std::vector<FaultTally>{
            {"slow", "latency", 1, 0, {{"an earlier rule answered the call", 1}}}});
}

TEST_CASE("rule edits: they put rules that had halted in force again") {
  const std::string rule = R"({"name":"r","then":{"error":"ThrottlingException"}})";
  Lab lab(R"({"halt":{"in_a_row":2},"rules":[)" + rule + "]}");
  CHECK(lab.pattern(kCall, 3) == "!!.");
  lab.edit(R"({"halt":{"in_a_row":2},"rules":[)" + rule + "]}");
  CHECK(lab.pattern(kCall, 3) == "!!.");
}

}  // namespace dynatape::interceptors
