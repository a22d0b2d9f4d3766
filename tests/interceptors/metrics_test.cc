#include "interceptors/metrics.h"

#include <catch2/catch.hpp>
#include <thread>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class BrokenUpstream final : public core::Upstream {
 public:
  core::Task<core::Result<core::Reply>> send(core::Exchange&) override {
    co_return core::failure("no route to the upstream");
  }
};

}  // namespace

TEST_CASE("metrics: calls are counted by operation, status and source") {
  const auto metrics = std::make_shared<Metrics>();
  Lab lab(R"({"rules":[{"name":"r","when":{"nth":3},"then":{"error":"ValidationException"}}]})");
  lab.pipeline.interceptors.insert(lab.pipeline.interceptors.begin(), metrics);
  for (int i = 0; i < 4; ++i) lab.call(get_item("t", "a"));
  lab.call({"Nonsense"});
  const std::string text = metrics->text();
  CHECK(contains(text,
                 R"(dynatape_calls_total{operation="GetItem",status="200",source="emulator"} 3)"
                 "\n"));
  CHECK(contains(text, R"(dynatape_calls_total{operation="GetItem",status="400",source="fault"} 1)"
                       "\n"));
  CHECK(contains(text, R"(operation="unknown",status="200",source="emulator"} 1)"));
}

TEST_CASE("metrics: durations fall into buckets of powers of two, cumulatively") {
  class SlowUpstream final : public core::Upstream {
   public:
    explicit SlowUpstream(core::FrozenClock& clock) : clock_(clock) {}
    core::Task<core::Result<core::Reply>> send(core::Exchange&) override {
      clock_.advance(std::chrono::microseconds(1024));
      co_return core::Reply{};
    }

   private:
    core::FrozenClock& clock_;
  };
  const auto metrics = std::make_shared<Metrics>();
  Lab lab(metrics);
  lab.call(get_item("t", "a"));
  lab.pipeline.upstream = std::make_shared<SlowUpstream>(lab.clock);
  lab.call(get_item("t", "a"));
  const std::string text = metrics->text();
  const std::string bucket = R"(dynatape_call_duration_seconds_bucket{operation="GetItem",le=")";
  CHECK(contains(text, bucket + "0.000016\"} 1\n"));
  CHECK(contains(text, bucket + "0.000512\"} 1\n"));
  CHECK(contains(text, bucket + "0.001024\"} 2\n"));
  CHECK(contains(text, bucket + "+Inf\"} 2\n"));
  CHECK(contains(text, R"(dynatape_call_duration_seconds_sum{operation="GetItem"} 0.001024)"));
  CHECK(contains(text, R"(dynatape_call_duration_seconds_count{operation="GetItem"} 2)"));
}

TEST_CASE("metrics: a call without an answer is a failure") {
  const auto metrics = std::make_shared<Metrics>();
  Lab lab(metrics);
  lab.pipeline.upstream = std::make_shared<BrokenUpstream>();
  CHECK_THROWS(lab.call(get_item("t", "a")));
  CHECK(contains(metrics->text(), R"(dynatape_call_failures_total{operation="GetItem"} 1)"));
}

TEST_CASE("metrics: no count is lost between threads, also with more loops than shards") {
  const auto metrics = std::make_shared<Metrics>();
  const Lab shared(metrics);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int loop = 0; loop < 10; ++loop) {
        Lab lab(shared);
        for (int i = 0; i < 100; ++i) lab.call(get_item("t", "a"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(contains(metrics->text(), R"(status="200",source="emulator"} 8000)"));
}

TEST_CASE("metrics: faults are told by rule and by how they ended") {
  const std::vector<SessionTallies> sessions{
      {"s", {{R"(a "b")", "error", 5, 3, {{"x", 1}, {"y", 1}}}}}};
  const std::string text = fault_metrics(sessions);
  const std::string labels =
      R"(dynatape_faults_total{session="s",rule="a \"b\"",fault="error",state=)";
  CHECK(contains(text, labels + R"("planned"} 5)"));
  CHECK(contains(text, labels + R"("delivered"} 3)"));
  CHECK(contains(text, labels + R"("undelivered"} 2)"));
}

TEST_CASE("metrics: lost answers are told with the fate of their retries") {
  const std::vector<SessionTallies> sessions{
      {"s", {}, {{"r: UpdateItem on t", 3, {{"applied again", 2}}}}}};
  const std::string text = fault_metrics(sessions);
  const std::string labels =
      R"(dynatape_lost_answers_total{session="s",calls="r: UpdateItem on t",state=)";
  CHECK(contains(text, labels + R"("applied"} 3)"));
  CHECK(contains(text, labels + R"("retry applied again"} 2)"));
  CHECK_FALSE(contains(text, "dynatape_faults_total"));
}

}  // namespace dynatape::interceptors
