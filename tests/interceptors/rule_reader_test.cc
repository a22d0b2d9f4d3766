#include "interceptors/rule_reader.h"

#include <catch2/catch.hpp>

#include "interceptors/interceptor_table.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

/// One rule with these members besides its name.
std::string rule(std::string_view members) {
  return R"({"rules":[{"name":"r",)" + std::string(members) + "}]}";
}
std::string when(std::string_view members) {
  return rule(R"("then":{"latency":"1ms"},"when":{)" + std::string(members) + "}");
}
std::string then(std::string_view value) { return rule("\"then\":" + std::string(value)); }
std::string latency(std::string_view value) {
  return then("{\"latency\":" + std::string(value) + "}");
}
std::string error(std::string_view members) {
  return then("{\"error\":{" + std::string(members) + "}}");
}

struct Mistake {
  std::string text;
  std::string message;
};

}  // namespace

TEST_CASE("rules file: the example of the documentation is understood, comments and all") {
  const auto rules = rules_of(R"({ "seed": 42, // why not
    "rules": [
      { "name": "throttled-writes",
        "when": { "operation": ["PutItem", "UpdateItem"], "table": "orders", "probability": 0.2 },
        "then": { "error": { "type": "ProvisionedThroughputExceededException" } } },
      /* the tail */
      { "name": "slow-queries", "when": { "operation": "Query", "nth": 2, "per": "key" },
        "then": { "latency": { "lognormal": { "p50": "20ms", "p99": "400ms" } } }, "times": 1 } ] })");
  CHECK(rules->seed() == 42);
  CHECK(describe(*rules) ==
        "2 rules, seed 42\n"
        "  throttled-writes: PutItem and UpdateItem on orders, with probability 0.2: answers "
        "ProvisionedThroughputExceededException (HTTP 400)\n"
        "  slow-queries: Query, the 2nd call of each key: waits half the time up to 20ms, 99 times "
        "of 100 up to 400ms, at most once\n");
}

TEST_CASE("rules file: what meets connections is told of connections") {
  CHECK(describe(*rules_of(R"({"rules":[
    {"name":"a","then":{"slow_accept":"3s"}},
    {"name":"b","when":{"every":10,"after":20,"session":"s"},"then":{"slow_accept":"1s"}},
    {"name":"c","when":{"sequence":{"fail":3,"pass":1}},"then":{"slow_accept":"1s"}},
    {"name":"d","when":{"first":2},"then":{"slow_upload":{"bytes_per_second":100}}}]})"))
            .starts_with("4 rules\n"
                         "  a: every connection: reads nothing from the connection for 3s\n"
                         "  b: every connection, in session s, each 10th connection, after 20 "
                         "connections: reads nothing from the connection for 1s\n"
                         "  c: every connection, 3 connections and then 1 not: reads nothing from "
                         "the connection for 1s\n"
                         "  d: every call, the first 2 calls: "));
}

TEST_CASE("rules file: no rules is a rule set too") {
  CHECK(rules_of(R"({"rules":[]})")->empty());
  CHECK_FALSE(rules_of(R"({"rules":[]})")->seed());
}

TEST_CASE("rules file: a mistake in the JSON is told by line and column, on one line") {
  CHECK(mistake_in("{\n  \"rules\": [\n    {\"name\": \"a\",}\n  ]}") ==
        "rules.json:3:18: not JSON: unexpected '}'; expected string literal");
  CHECK(mistake_in("") ==
        "rules.json:1:1: not JSON: unexpected end of input; expected '[', '{', "
        "or a literal");
  CHECK(mistake_in("{\"rules\": [\n\n\"a\nb\"").starts_with("rules.json:3:3: not JSON: "));
  CHECK(mistake_in("{\"rules\": [\"\xff\"]}").starts_with("rules.json:1:13: not JSON: "));
  CHECK(mistake_in("{\"rules\": 1e999}").starts_with("rules.json:1:"));
  CHECK(mistake_in(std::string(100'000, '[')).starts_with("rules.json:1:100001: not JSON: "));
  CHECK(mistake_in(std::string(100, '[') + std::string(100, ']')) ==
        "rules.json: nested deeper than 64 levels");
  CHECK(mistake_in(R"({"rules":[],"seed":1,"seed":2})") ==
        R"(rules.json: the member "seed" stands twice in one object)");
}

TEST_CASE("rules file: each mistake names its path, its value and what would be right") {
  const std::string wait = R"("then":{"latency":"1ms"})";
  const Mistake mistakes[] = {
      {"[]", R"(the document is an empty list; it must be an object)"},
      {"{}", R"(it needs "rules", a list)"},
      {R"({"rules":{}})", "rules is an object; it must be a list"},
      {R"({"rules":[],"sed":1})", R"(unknown member "sed"; did you mean "seed"?)"},
      {R"({"rules":[],"seed":-1})", "seed is -1; it must be a whole number from 0 on"},
      {R"({"rules":[],"seed":1.5})", "seed is 1.5; it must be a whole number from 0 on"},
      {R"({"rules":[],"keys":[]})",
       "keys is an empty list; it must be an object, from a table to its key attributes"},
      {R"({"rules":[],"keys":{"orders":["id","id"]}})",
       "keys.orders is a list; it must be one attribute, or two that differ"},
      {R"({"rules":[],"keys":{"a\nb":3}})",
       R"(keys."a\nb" is 3; it must be a string that is not empty)"},
      {R"({"rules":[3]})", "rules[0] is 3; it must be an object"},
      {"{\"rules\":[{" + wait + "}]}", R"(rules[0]: it needs "name", a string of its own)"},
      {R"({"rules":[{"name":"",)" + wait + "}]}",
       R"(rules[0].name is ""; it must be a string that is not empty)"},
      {R"({"rules":[{"name":"a\nb",)" + wait + "}]}",
       R"(rules[0].name is "a\nb"; it must be at most 100 bytes without control characters)"},
      {R"({"rules":[{"name":"a",)" + wait + R"(},{"name":"a",)" + wait + "}]}",
       R"(rules[1].name: another rule has the name "a")"},
      {R"({"rules":[{"name":"a"}]})", R"(rules[0]: it needs "then", such as {"latency": "20ms"})"},
      {rule(R"("then":{"latency":"1ms"},"whne":{})"),
       R"(rules[0]: unknown member "whne"; did you mean "when"?)"},
      {rule(R"("then":{"latency":"1ms"},"color":"red")"),
       R"(rules[0]: unknown member "color"; it takes name, when, then, times, rate, max_active, ttl)"},
      {rule(R"("then":{"latency":"1ms"},"ttl":"1w")"),
       "rules[0].ttl is \"1w\"; it must be a duration up to 24h, such as \"250us\", \"20ms\", "
       "\"1.5s\" or \"2m\""},
      {rule(R"("then":{"latency":"1ms"},"rate":0)"),
       "rules[0].rate is 0; it must be a number above 0, up to 1000000.0"},
      {rule(R"("then":{"latency":"1ms"},"max_active":0)"),
       "rules[0].max_active is 0; it must be a whole number from 1 on"},
      {R"({"rules":[],"halt":{}})", "halt: it needs one of in_a_row and ratio"},
      {R"({"rules":[],"halt":{"in_a_row":3,"window":"1s"}})",
       "halt.window: it needs ratio beside it"},
      {R"({"rules":[],"halt":{"ratio":2}})", "halt.ratio is 2; it must be a number from 0 to 1"},
      {R"({"profile":"slow"})",
       "profile is \"slow\"; it must be a profile: throttle-storm, hot-partition, slow-p99, "
       "flaky-network, partial-batches, stale-reads, lost-answers, expired-credentials, "
       "region-outage"},
      {R"({"profile":"slow-p99","rules":[{"name":"slow-p99","then":{"latency":"1ms"}}]})",
       R"(rules[0].name: another rule has the name "slow-p99")"},
      {when(R"("index":[])"),
       "rules[0].when.index is an empty list; it must be a value or a list of some"},
      {when(R"("key":{})"),
       "rules[0].when.key is an object; it must be an object from paths to values or predicates"},
      {when(R"("key":"a")"), "rules[0].when.key is \"a\"; it must be an object"},
      {when(R"("body":{"a..b":1})"),
       "rules[0].when.body.\"a..b\": the path is wrong: a step is a name, *, ** or [n]; other "
       "names stand in quotes"},
      {when(R"("body":{"a":{"begins":"x"}})"),
       "rules[0].when.body.a: unknown member \"begins\"; it takes equals, one_of, prefix, exists, "
       "less, greater, between"},
      {when(R"("body":{"a":{}})"),
       "rules[0].when.body.a is an object; it must be a predicate with some operator"},
      {when(R"("body":{"a":{"N":"five"}})"),
       "rules[0].when.body.a is an object; it must be a string, a number, true, false, null or a "
       "typed value such as {\"N\": \"5\"}"},
      {when(R"("body":{"a":{"less":true}})"),
       "rules[0].when.body.a.less is true; it must be a number or a string"},
      {when(R"("body":{"a":{"between":[2,1]}})"),
       "rules[0].when.body.a.between: the lowest must stand before the highest"},
      {when(R"("body":{"a":{"between":[2,"3"]}})"),
       "rules[0].when.body.a.between: its ends must both be numbers, or both strings"},
      {when(R"("body":{"a":{"exists":false,"less":1}})"),
       "rules[0].when.body.a.exists: what is not there has no value to ask for"},
      {when(R"("header":{})"),
       "rules[0].when.header is an object; it must be an object from header names to values or "
       "predicates"},
      {when(R"("sdk":"boto3/")"),
       "rules[0].when.sdk is \"boto3/\"; it must be an SDK as its User-Agent has it, such as "
       "\"boto3\" or \"boto3/1.26\""},
      {when(R"("between":["09:00"])"),
       "rules[0].when.between is a list; it must be a list of two times, such as "
       "[\"2026-11-20T09:00:00Z\", \"2026-11-20T10:00:00Z\"], or of each day: [\"22:00\", "
       "\"06:00\"]"},
      {when(R"("between":["2026-11-20T10:00:00Z","2026-11-20T09:00:00Z"])"),
       "rules[0].when.between: the first time must be before the second"},
      {when(R"("between":["09:00","25:00"])"),
       "rules[0].when.between is a list; it must be a list of two times, such as "
       "[\"2026-11-20T09:00:00Z\", \"2026-11-20T10:00:00Z\"], or of each day: [\"22:00\", "
       "\"06:00\"]"},
      {when(R"("sequence":{"fail":1})"),
       "rules[0].when.sequence: it needs \"pass\", how many calls are not hit then"},
      {when(R"("sequence":{"fail":1,"pass":3},"every":4)"),
       "rules[0].when: nth, first, every, after and sequence together pick no call"},
      {rule(R"("then":{"latency":"1ms"},"times":0)"),
       "rules[0].times is 0; it must be a whole number from 1 on"},
      {when(R"("tabel":"orders")"),
       R"(rules[0].when: unknown member "tabel"; did you mean "table"?)"},
      {when(R"("operation":"putitem")"),
       R"(rules[0].when.operation is "putitem"; it must be an operation of DynamoDB; did you mean "PutItem"?)"},
      {when(R"("operation":["GetItem","Frobnicate"])"),
       R"(rules[0].when.operation[1] is "Frobnicate"; it must be an operation of DynamoDB)"},
      {when(R"("operation":[])"),
       "rules[0].when.operation is an empty list; it must be a value or a list of some"},
      {when(R"("table":7)"), "rules[0].when.table is 7; it must be a string that is not empty"},
      {when(R"("nth":0)"), "rules[0].when.nth is 0; it must be a whole number from 1 on"},
      {when(R"("nth":"3")"), "rules[0].when.nth is \"3\"; it must be a whole number from 1 on"},
      {when(R"("nth":3,"first":2)"),
       "rules[0].when: nth, first, every, after and sequence together pick no call"},
      {when(R"("after":3,"first":5,"every":10)"),
       "rules[0].when: nth, first, every, after and sequence together pick no call"},
      {when(R"("per":"key")"),
       "rules[0].when.per: it needs one of nth, first, every, after, sequence beside it"},
      {when(R"("per":"table","nth":1)"),
       R"(rules[0].when.per is "table"; it must be what calls are counted by: key)"},
      {when(R"("attempt":0)"), "rules[0].when.attempt is 0; it must be a whole number from 1 on"},
      {when(R"("probability":1.5)"),
       "rules[0].when.probability is 1.5; it must be a number from 0 to 1"},
      {when(R"("probability":-0.1)"),
       "rules[0].when.probability is -0.1; it must be a number from 0 to 1"},
      {when(R"("probability":"half")"),
       R"(rules[0].when.probability is "half"; it must be a number from 0 to 1)"},
      {then("{}"),
       "rules[0].then is an object; it must be an object with exactly one member, the interceptor: "
       "latency, error, lost_request, lost_answer, applied_twice, hang, reset, close, truncate, "
       "dribble, bandwidth, slow_upload, cut_upload, no_continue, slow_accept, wrong_crc32, "
       "malformed_json, wrong_encoding, bad_gateway, clock_skew, "
       "unprocessed, short_page, stale, index_lag, hold, capacity, hook"},
      {then(R"({"latency":"1ms","error":"ThrottlingException"})"),
       "rules[0].then is an object; it must be an object with exactly one member, the interceptor: "
       "latency, error, lost_request, lost_answer, applied_twice, hang, reset, close, truncate, "
       "dribble, bandwidth, slow_upload, cut_upload, no_continue, slow_accept, wrong_crc32, "
       "malformed_json, wrong_encoding, bad_gateway, clock_skew, "
       "unprocessed, short_page, stale, index_lag, hold, capacity, hook"},
      {then(R"({"latancy":"1ms"})"),
       R"(rules[0].then: unknown member "latancy"; did you mean "latency"?)"},
      {then(R"({"record":{}})"),
       "rules[0].then: record is set up on the command line, not by a rule"},
      {latency("20"),
       R"(rules[0].then.latency is 20; it must be a duration such as "20ms", or an object)"},
      {latency(R"("20")"),
       "rules[0].then.latency is \"20\"; it must be a duration up to 24h, such as \"250us\", "
       "\"20ms\", \"1.5s\" or \"2m\""},
      {latency(R"({"fixd":"1ms"})"),
       R"(rules[0].then.latency: unknown member "fixd"; did you mean "fixed"?)"},
      {latency(R"({"fixed":"1ms","uniform":{}})"),
       "rules[0].then.latency: it takes exactly one of fixed, uniform, normal, lognormal"},
      {latency(R"({"uniform":{"min":"2ms","max":"1ms"}})"),
       "rules[0].then.latency.uniform: min 2ms is above max 1ms"},
      {latency(R"({"uniform":{"min":"2ms"}})"),
       R"(rules[0].then.latency.uniform: it needs "max", a duration)"},
      {latency(R"({"normal":{"mean":"2ms","stdev":"1ms"}})"),
       R"(rules[0].then.latency.normal: unknown member "stdev"; did you mean "stddev"?)"},
      {latency(R"({"lognormal":{"p50":"0ms","p99":"1ms"}})"),
       "rules[0].then.latency.lognormal: p50 must be above 0"},
      {error(""), R"(rules[0].then.error: it needs "type", the name of an exception)"},
      {error(R"("type":"ThrotlingException")"),
       R"(rules[0].then.error.type is "ThrotlingException"; it must be an exception of DynamoDB; did you mean "ThrottlingException"?)"},
      {then(R"({"error":"requestlimitexceeded"})"),
       R"(rules[0].then.error is "requestlimitexceeded"; it must be an exception of DynamoDB; did you mean "RequestLimitExceeded"?)"},
      {error(R"("type":"ThrottlingException","status":200)"),
       "rules[0].then.error.status is 200; it must be a whole number from 400 to 599"},
      {error(R"("type":"ValidationException","reason":"AccountLimitExceeded")"),
       "rules[0].then.error.reason: only a throttling exception takes it"},
      {error(R"("type":"ThrottlingException","reason":"TableAccountLimitExceeded")"),
       "rules[0].then.error.reason is \"TableAccountLimitExceeded\"; it must be a limit "
       "(ProvisionedThroughputExceeded, AccountLimitExceeded, KeyRangeThroughputExceeded, "
       "MaxOnDemandThroughputExceeded), or one after Table or Index and Read or Write"},
      {error(R"("type":"ThrottlingException","reason":"IndexReadAccountLimitExceeded")"),
       "rules[0].then.error.reason: a reason of an index needs \"index\", its name"},
      {error(R"("type":"ThrottlingException","cancellation_reasons":["None"])"),
       "rules[0].then.error.cancellation_reasons: only TransactionCanceledException takes it"},
      {error(R"("type":"TransactionCanceledException","cancellation_reasons":["Conflict"])"),
       "rules[0].then.error.cancellation_reasons[0] is \"Conflict\"; it must be a code: None, "
       "ConditionalCheckFailed, ItemCollectionSizeLimitExceeded, TransactionConflict, "
       "ProvisionedThroughputExceeded, ThrottlingError, ValidationError, AccessDenied, "
       "DuplicateItem"},
      {error(R"("type":"TransactionCanceledException","cancellation_reasons":["None"])"),
       "rules[0].then.error.cancellation_reasons: it needs at least one code other than None"},
      {error(R"("type":"ThrottlingException","retry_after":5)"),
       "rules[0].then.error.retry_after is 5; it must be a duration up to 24h, such as \"250us\", "
       "\"20ms\", \"1.5s\" or \"2m\""},
  };
  for (const Mistake& mistake : mistakes) {
    INFO(mistake.text);
    CHECK(mistake_in(mistake.text) == "rules.json: " + mistake.message);
  }
}

TEST_CASE("rules file: a long value is cut, and never breaks the line") {
  const std::string message =
      mistake_in(when(R"("probability":")" + std::string(500, 'x') + R"(\n")"));
  CHECK(message.size() < 150);
  CHECK(message.find('\n') == std::string::npos);
}

TEST_CASE("rules list: every interceptor with its options, and which a rule can use") {
  const std::string list = list_interceptors();
  CHECK(list.starts_with("latency: waits before the call goes on\n  fixed (duration): always"));
  CHECK(list.find("  status (400 to 599, default as the service answers): the HTTP status\n") !=
        std::string::npos);
  CHECK(list.find("replay: answers calls from the cassette (--cassette); set up on the command "
                  "line, not by a rule\n") != std::string::npos);
}

}  // namespace dynatape::interceptors
