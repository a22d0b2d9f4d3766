#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/interceptors/studio.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace dynatape::interceptors {
namespace {

using cassettes::Mode;
using Bodies = std::vector<std::string>;

/// Records `specs` to a new cassette; what their answers were.
Bodies record(const std::string& path, const std::vector<CallSpec>& specs) {
  Studio studio(path, Mode::all);
  auto bodies = studio.answers(specs);
  studio.close();
  return bodies;
}

CallSpec retry_of(CallSpec spec, const std::string& invocation) {
  spec.invocation = invocation;
  return spec;
}

std::string message_of(const core::Reply& reply) { return reply.response.body; }

}  // namespace

TEST_CASE("replay: what was recorded is answered with nothing behind") {
  const support::TempDir dir;
  const std::vector<CallSpec> calls = {put_item("users", "1"), get_item("users", "1")};
  const auto recorded = record(dir.file("a.tape"), calls);
  Studio studio(dir.file("a.tape"), Mode::none);
  CHECK(studio.answers(calls) == recorded);
  CHECK(studio.upstream->calls == 0);
  const auto summary = studio.close();
  CHECK(summary.replayed == 2);
  CHECK(summary.missed == 0);
  CHECK(summary.unused == 0);
}

TEST_CASE("replay: an answer takes no time, as long as it took, or a part of it") {
  const support::TempDir dir;
  {
    auto upstream = std::make_shared<ScriptedUpstream>();
    Studio studio(dir.file("a.tape"), Mode::all, upstream);
    upstream->script = [&](const core::Request&) {
      studio.clock.advance(std::chrono::milliseconds(120));
      return core::Reply{{200, {}, "slow"}, core::Source::remote, {}};
    };
    studio.answers({get_item("t", "1"), get_item("t", "2")});
    studio.close();
  }
  const auto time_of_both = [&](double factor) {
    Studio studio(cassettes::CassetteOptions{
        .path = dir.file("a.tape"), .mode = Mode::none, .replay = {.time_factor = factor}});
    CHECK(studio.answers({get_item("t", "1"), get_item("t", "2")}) == Bodies{"slow", "slow"});
    const auto note = studio.notes.at(0).what;
    const auto taken = studio.loop.elapsed();
    studio.call(get_item("t", "3"));  // a miss
    CHECK(studio.loop.elapsed() == taken);
    return std::pair(taken, note);
  };
  CHECK(time_of_both(0) == std::pair(core::Duration(0), std::string("#2, call 1 of 1")));
  CHECK(time_of_both(1) ==
        std::pair(core::Duration(240'000), std::string("#2, call 1 of 1, taking 120ms")));
  CHECK(time_of_both(0.5) ==
        std::pair(core::Duration(120'000), std::string("#2, call 1 of 1, taking 60ms")));
}

TEST_CASE("replay: read, write, read of one key gives three answers") {
  const support::TempDir dir;
  const std::vector<CallSpec> calls = {get_item("t", "1"), put_item("t", "1"), get_item("t", "1")};
  CHECK(record(dir.file("a.tape"), calls) ==
        Bodies{R"({"answer":1})", R"({"answer":2})", R"({"answer":3})"});
  Studio studio(dir.file("a.tape"), Mode::none);
  CHECK(studio.answers(calls) == Bodies{R"({"answer":1})", R"({"answer":2})", R"({"answer":3})"});
}

TEST_CASE("replay: polling advances as it did, and duplicates are kept") {
  const support::TempDir dir;
  const CallSpec poll{"DescribeTable", R"({"TableName":"t"})"};
  auto upstream = std::make_shared<ScriptedUpstream>();
  upstream->script = [n = 0](const core::Request&) mutable {
    const char* status = ++n < 3 ? "CREATING" : "ACTIVE";
    return core::Reply{{200, {}, status}, core::Source::emulator, {}};
  };
  {
    Studio studio(dir.file("a.tape"), Mode::once, upstream);
    studio.answers({poll, poll, poll});
    CHECK(studio.close().recorded == 3);
  }
  Studio studio(dir.file("a.tape"), Mode::once);
  CHECK(studio.answers({poll, poll, poll}) == Bodies{"CREATING", "CREATING", "ACTIVE"});
}

TEST_CASE("replay: one call more than was recorded is a miss that says how often it was") {
  const support::TempDir dir;
  record(dir.file("a.tape"), {get_item("t", "1"), get_item("t", "1")});
  Studio studio(dir.file("a.tape"), Mode::none);
  studio.answers({get_item("t", "1"), get_item("t", "1")});
  const auto reply = studio.call(get_item("t", "1"));
  CHECK(reply.response.status == 400);
  CHECK_THAT(message_of(reply),
             Catch::Contains("com.dynatape#CassetteMissException") &&
                 Catch::Contains("this GetItem was recorded 2 times, last as #2"));
}

TEST_CASE("replay: a retry gets the same answer and consumes nothing") {
  const support::TempDir dir;
  record(dir.file("a.tape"), {get_item("t", "1"), get_item("t", "1")});
  Studio studio(dir.file("a.tape"), Mode::none);
  const auto first = retry_of(get_item("t", "1"), "first");
  const auto second = retry_of(get_item("t", "1"), "second");
  CHECK(studio.answers({first, first, second, first}) ==
        Bodies{R"({"answer":1})", R"({"answer":1})", R"({"answer":2})", R"({"answer":1})"});
  CHECK(studio.notes == std::vector<core::Note>{{"replay", "#1, call 1 of 2, again for a retry"}});
  CHECK(studio.close().unused == 0);
}

TEST_CASE("replay: the attempts of a recorded call are one call, with its last answer") {
  const support::TempDir dir;
  auto upstream = std::make_shared<ScriptedUpstream>();
  upstream->script = [n = 0](const core::Request&) mutable {
    return core::Reply{{++n == 1 ? 500 : 200, {}, std::to_string(n)}, core::Source::remote, {}};
  };
  {
    Studio studio(dir.file("a.tape"), Mode::all, upstream);
    const auto first = retry_of(get_item("t", "1"), "first");
    CHECK(studio.answers({first, first, retry_of(get_item("t", "1"), "second")}) ==
          Bodies{"1", "2", "3"});
    CHECK(studio.close().recorded == 3);
  }
  Studio studio(dir.file("a.tape"), Mode::none);
  CHECK(studio.answers({get_item("t", "1"), get_item("t", "1")}) == Bodies{"2", "3"});
}

TEST_CASE("replay: the same body under another operation is a miss that says so") {
  const support::TempDir dir;
  CallSpec other = get_item("t", "1");
  other.operation = "DeleteItem";
  record(dir.file("a.tape"), {other});
  Studio studio(dir.file("a.tape"), Mode::none);
  const auto reply = studio.call(get_item("t", "1"));
  CHECK(reply.response.status == 400);
  CHECK_THAT(
      message_of(reply),
      Catch::Contains("nearest is #1, DeleteItem: the same body under another X-Amz-Target"));
}

TEST_CASE("replay: a miss names the nearest recording and what differs") {
  const support::TempDir dir;
  record(dir.file("a.tape"),
         {{"GetItem", R"({"TableName":"t","Key":{"id":{"S":"1"}},"ConsistentRead":true})"},
          {"GetItem", R"({"TableName":"t","Key":{"id":{"S":"2"}}})"},
          {"PutItem", R"({"TableName":"t","Key":{"id":{"S":"3"}}})"}});
  Studio studio(dir.file("a.tape"), Mode::none);
  const auto reply = studio.call({"GetItem", R"({"Key":{"id":{"S":"3"}},"TableName":"t"})"});
  CHECK(
      reply.response.body ==
      R"({"__type":"com.dynatape#CassetteMissException","message":"this GetItem is not on the )"
      R"(tape; nearest is #2, GetItem: Key.id is \"3\" now and \"2\" on tape; --mode new records what )"
      R"(the tape lacks"})");
  CHECK(reply.source == core::Source::cassette);
  CHECK(studio.upstream->calls == 0);
  const auto summary = studio.close();
  CHECK(summary.missed == 1);
  REQUIRE(summary.misses.size() == 1);
  CHECK(summary.unused == 3);
  CHECK(summary.unused_calls == Bodies{"#1 GetItem t/1", "#2 GetItem t/2", "#3 PutItem t"});
}

TEST_CASE("replay: a request without an operation misses in one line, too") {
  const support::TempDir dir;
  record(dir.file("a.tape"), {get_item("t", "1")});
  Studio studio(dir.file("a.tape"), Mode::none);
  const auto reply = studio.send({"GET", "/nowhere", {}, "", {}});
  CHECK(reply.response.status == 400);
  CHECK_THAT(message_of(reply), Catch::Contains("this GET /nowhere is not on the tape"));
}

TEST_CASE("replay: {} on tape answers nothing but {}") {
  const support::TempDir dir;
  record(dir.file("a.tape"), {{"ListTables", "{}"}});
  Studio studio(dir.file("a.tape"), Mode::none);
  CHECK(studio.call({"ListTables", R"({"Limit":1})"}).response.status == 400);
  CHECK(studio.call({"ListTables", " {}"}).response.status == 200);
}

TEST_CASE("replay: nothing of the recorded delivery is in an answer") {
  const support::TempDir dir;
  record(dir.file("a.tape"), {get_item("t", "1")});
  Studio studio(dir.file("a.tape"), Mode::none);
  CHECK(studio.call(get_item("t", "1")).response.headers ==
        core::Headers{{"Content-Type", "application/x-amz-json-1.0"}});
}

TEST_CASE("record: error answers are recorded and replayed") {
  const support::TempDir dir;
  auto upstream = std::make_shared<ScriptedUpstream>();
  upstream->script = [](const core::Request&) {
    return core::Reply{{400, {}, R"({"__type":"X"})"}, core::Source::remote, {}};
  };
  {
    Studio studio(dir.file("a.tape"), Mode::all, upstream);
    studio.call(get_item("t", "1"));
    studio.close();
  }
  Studio studio(dir.file("a.tape"), Mode::none);
  const auto reply = studio.call(get_item("t", "1"));
  CHECK(reply.response.status == 400);
  CHECK(reply.response.body == R"({"__type":"X"})");
}

TEST_CASE("record: where the upstream gives no answer, nothing is recorded") {
  const support::TempDir dir;
  auto upstream = std::make_shared<ScriptedUpstream>();
  upstream->script = [](const core::Request&) -> core::Result<core::Reply> {
    return core::failure("unreachable");
  };
  Studio studio(dir.file("a.tape"), Mode::all, upstream);
  CHECK_THROWS_WITH(studio.call(get_item("t", "1")), "unreachable");
  CHECK(studio.close().recorded == 0);
}

TEST_CASE("modes: new replays what is there, and records and later replays what is new") {
  const support::TempDir dir;
  record(dir.file("a.tape"), {get_item("t", "1")});
  {
    Studio studio(dir.file("a.tape"), Mode::new_episodes);
    studio.upstream->calls = 10;
    CHECK(studio.answers({get_item("t", "1"), get_item("t", "2"), get_item("t", "1")}) ==
          Bodies{R"({"answer":1})", R"({"answer":11})", R"({"answer":12})"});
    const auto summary = studio.close();
    CHECK(summary.replayed == 1);
    CHECK(summary.recorded == 2);
  }
  Studio studio(dir.file("a.tape"), Mode::none);
  CHECK(studio.answers({get_item("t", "1"), get_item("t", "1"), get_item("t", "2")}) ==
        Bodies{R"({"answer":1})", R"({"answer":12})", R"({"answer":11})"});
}

TEST_CASE("modes: once records an absent file and an empty one, and then only replays") {
  const support::TempDir dir;
  {
    Studio studio(dir.file("a.tape"), Mode::once);
    CHECK(studio.cassette->records());
    CHECK_FALSE(studio.cassette->replays());
    studio.call(get_item("t", "1"));
    studio.close();
  }
  Studio studio(dir.file("a.tape"), Mode::once);
  CHECK_FALSE(studio.cassette->records());
  CHECK(studio.call(get_item("t", "2")).response.status == 400);
  CHECK(studio.upstream->calls == 0);
}

TEST_CASE("modes: none without a file says what to do") {
  const support::TempDir dir;
  CHECK_THROWS_WITH(Studio(dir.file("a.tape"), Mode::none),
                    Catch::Contains("a.tape: there is no such recording; record it first"));
}

TEST_CASE("modes: all keeps the old tape until the new one is closed") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, {get_item("t", "1")});
  {
    Studio studio(path, Mode::all);
    studio.call(get_item("t", "2"));
    Studio meanwhile(path, Mode::none);
    CHECK(meanwhile.call(get_item("t", "1")).response.status == 200);
    meanwhile.close();
    studio.close();
  }
  Studio studio(path, Mode::none);
  CHECK(studio.call(get_item("t", "1")).response.status == 400);
  CHECK(studio.call(get_item("t", "2")).response.status == 200);
  CHECK_FALSE(std::filesystem::exists(path + ".recording"));
}

TEST_CASE("modes: all keeps the old tape where nothing was recorded, and says so") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, {get_item("t", "1")});
  {
    Studio studio(path, Mode::all);
    CHECK_THROWS_WITH(studio.close(), Catch::Contains("it was kept, because nothing was recorded"));
  }
  Studio studio(path, Mode::none);
  CHECK(studio.call(get_item("t", "1")).response.status == 200);
}

TEST_CASE("modes: all does not overwrite what a killed recording left") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  record(path, {get_item("t", "1")});
  std::filesystem::copy(path, path + ".recording");
  CHECK_THROWS_WITH(Studio(path, Mode::all), Catch::Contains("a recording that was killed left"));
}

TEST_CASE("record: a closed cassette is one file") {
  const support::TempDir dir;
  record(dir.file("a.tape"), {get_item("t", "1")});
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    names.push_back(entry.path().filename().string());
  }
  CHECK(names == Bodies{"a.tape"});
}

TEST_CASE("record: calls that wait together are committed together, each before its answer") {
  const support::TempDir dir;
  Studio studio(dir.file("a.tape"), Mode::all);
  std::vector<std::unique_ptr<core::Exchange>> exchanges;
  int answered = 0;
  for (std::uint64_t i = 1; i <= 64; ++i) {
    exchanges.push_back(std::make_unique<core::Exchange>(
        i, get_item("t", std::to_string(i)).request(), studio.loop, studio.clock));
    core::start(
        [](core::Pipeline& pipeline, core::Exchange& exchange, int& count) -> core::Task<void> {
          const auto reply = co_await core::run(pipeline, exchange);
          if (reply) ++count;
        }(studio.pipeline, *exchanges.back(), answered));
  }
  CHECK(answered == 0);
  CHECK(studio.cassette->summary().recorded == 0);
  studio.loop.run_ready();
  CHECK(answered == 64);
  CHECK(studio.close().recorded == 64);
}

TEST_CASE("record: where the tape cannot grow, calls get an error and stop reaching the upstream") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const std::string said = support::in_child([&path]() -> std::string {
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    Studio studio(path, Mode::all);
    const rlimit limit{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int good = 0;
    auto reply = studio.call(get_item("t", "0"));
    while (reply.response.status == 200) {
      reply = studio.call(get_item("t", std::to_string(++good)));
    }
    const int upstream_calls = studio.upstream->calls;
    const auto later = studio.call(get_item("t", "later"));
    const auto summary = studio.cassette->summary();
    if (studio.upstream->calls != upstream_calls) return "a later call reached the upstream";
    if (summary.recorded != static_cast<std::size_t>(good)) return "the summary counts wrongly";
    if (summary.refused != 2 || !summary.failure) return "the summary does not say it";
    return std::to_string(reply.response.status) + reply.response.body + "\n" +
           std::to_string(later.response.status) + later.response.body;
  });
  CHECK_THAT(said, Catch::StartsWith(R"(400{"__type":"com.dynatape#RecordingFailedException",)"
                                     R"("message":"carried out, but not recorded: cassette )" +
                                     path + ": it cannot be written to"));
  CHECK_THAT(said, Catch::Contains(R"(400{"__type":"com.dynatape#RecordingFailedException",)"
                                   R"("message":"not carried out, because recording has failed)"));
  Studio studio(path, Mode::none);
  CHECK(studio.call(get_item("t", "5")).response.status == 200);
}

TEST_CASE("record: no secret of the client is in the file, and a call that held one replays") {
  const support::TempDir dir;
  const std::string path = dir.file("a.tape");
  const std::string access_key = "ASIAQ3EGVQ7XN5K2M4TP";
  const std::string token = "IQoJb3JpZ2luX2VjEHkaCXVzLWVhc3QtMSJHMEUCIQDk8yXwZm9vYmFyL2Jhei9x";
  const std::string signature = std::string(32, 'a') + std::string(32, '7');
  const auto request = [&](const std::string& key, const std::string& secret) {
    core::Request made = get_item("t", secret).request();
    made.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=" + key +
                                          "/20261120/us-east-1/dynamodb/aws4_request, "
                                          "SignedHeaders=host, Signature=" +
                                          signature);
    made.headers.add("X-Amz-Security-Token", token);
    made.headers.add("User-Agent", "leaky/" + signature);
    return made;
  };
  auto upstream = std::make_shared<ScriptedUpstream>();
  upstream->script = [&](const core::Request&) {
    return core::Reply{{200, {}, R"({"echo":")" + token + "\"}"}, core::Source::emulator, {}};
  };
  {
    Studio studio(path, Mode::all, upstream);
    CHECK(studio.send(request(access_key, access_key)).response.body.contains(token));
    CHECK(studio.notes == std::vector<core::Note>{{"record", "#1, secrets replaced: 3"}});
    std::ifstream log(path + "-wal", std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(log), {});
    CHECK(bytes.contains("REDACTED"));
    for (const auto& secret : {access_key, token, signature}) CHECK_FALSE(bytes.contains(secret));
    studio.close();
  }
  std::ifstream file(path, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  for (const auto& secret : {access_key, token, signature}) CHECK_FALSE(bytes.contains(secret));
  const std::string other_key = "AKIAOTHEROTHEROTHER7";
  Studio studio(path, Mode::none);
  CHECK(studio.send(request(other_key, other_key)).response.body == R"({"echo":"REDACTED"})");
}

TEST_CASE("record and replay: eight threads in any order, green again and again") {
  const support::TempDir dir;
  constexpr int kThreads = 8;
  constexpr int kCalls = 60;
  // Every thread repeats its own calls, and all of them share one.
  const auto work = [](Studio& studio, int thread, bool backwards) {
    support::ManualLoop loop;
    std::vector<std::string> bodies;
    for (int i = 0; i < kCalls; ++i) {
      const int n = backwards ? kCalls - 1 - i : i;
      const CallSpec spec =
          n % 10 == 0 ? get_item("t", "shared") : get_item("t", std::to_string(thread * 1'000 + n));
      core::Exchange exchange(1, spec.request(), loop, studio.clock);
      const auto reply = loop.run(core::run(studio.pipeline, exchange));
      bodies.push_back(reply ? std::to_string(reply->response.status) : reply.error().message);
    }
    return bodies;
  };
  const auto run = [&](Mode mode, bool backwards) {
    auto upstream = std::make_shared<ScriptedUpstream>();
    upstream->script = [](const core::Request&) {
      return core::Reply{{200, {}, "{}"}, core::Source::emulator, {}};
    };
    Studio studio(dir.file("a.tape"), mode, upstream);
    std::vector<std::thread> threads;
    std::vector<Bodies> bodies(kThreads);
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        bodies[static_cast<std::size_t>(thread)] = work(studio, thread, backwards);
      });
    }
    for (auto& thread : threads) thread.join();
    for (const Bodies& of_thread : bodies) CHECK(of_thread == Bodies(kCalls, "200"));
    return studio.close();
  };
  CHECK(run(Mode::all, false).recorded == kThreads * kCalls);
  for (int round = 0; round < 10; ++round) {
    const auto summary = run(Mode::none, round % 2 == 0);
    CHECK(summary.replayed == kThreads * kCalls);
    CHECK(summary.missed == 0);
    CHECK(summary.unused == 0);
  }
}

}  // namespace dynatape::interceptors
