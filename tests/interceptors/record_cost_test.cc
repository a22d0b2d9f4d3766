#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "tests/interceptors/studio.h"
#include "tests/support/temp_dir.h"

// What recording and replaying cost in CPU, without sockets. Run with "[.bench]".

namespace dynatape::interceptors {
namespace {

constexpr int kCalls = 20'000;

double cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

core::Request put(int n) {
  CallSpec spec = put_item("orders", std::to_string(n));
  spec.body.pop_back();
  spec.body.pop_back();
  for (int i = 0; i < 16; ++i) {
    spec.body +=
        R"(,"field)" + std::to_string(i) + R"(":{"S":"some value of forty characters or so 0123"})";
  }
  spec.body += "}}";
  spec.invocation = "11111111-2222-4333-8444-" + std::to_string(100'000'000'000 + n);
  core::Request request = spec.request();
  request.headers.add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=AKIAQ3EGVQ7XN5K2M4TP/20261120/us-east-1/"
                      "dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature="
                      "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  request.headers.add("User-Agent", "Boto3/1.43 md/Botocore#1.43 ua/2.0 os/linux#6.1 lang/python");
  return request;
}

core::Task<void> connection(Studio& studio, int first, int step, int& answered) {
  for (int n = first; n < kCalls; n += step) {
    core::Exchange exchange(static_cast<std::uint64_t>(n), put(n), studio.loop, studio.clock);
    const auto reply = co_await core::run(studio.pipeline, exchange);
    if (reply && reply->response.status == 200) ++answered;
  }
}

/// CPU per call through the studio's pipeline at that many connections.
double cost(Studio& studio, int connections) {
  int answered = 0;
  const double before = cpu_us();
  for (int i = 0; i < connections; ++i) core::start(connection(studio, i, connections, answered));
  studio.loop.run_ready();
  const double us = (cpu_us() - before) / kCalls;
  CHECK(answered == kCalls);
  return us;
}

}  // namespace

TEST_CASE("cost: record and replay", "[.bench]") {
  for (const int connections : {1, 16, 64}) {
    const support::TempDir dir;
    Studio plain(dir.file("unused.tape"), cassettes::Mode::all);
    plain.pipeline.interceptors.clear();
    const double base = cost(plain, connections);
    Studio recording(dir.file("a.tape"), cassettes::Mode::all);
    const double record = cost(recording, connections) - base;
    recording.close();
    Studio replaying(dir.file("a.tape"), cassettes::Mode::none);
    const double replay = cost(replaying, connections) - base;
    WARN(connections << " connections: record " << record << " µs, replay " << replay
                     << " µs per call, without them " << base);
  }
}

}  // namespace dynatape::interceptors
