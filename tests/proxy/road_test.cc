#include "proxy/road.h"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/support/manual_loop.h"

namespace dynatape::proxy {
namespace {

using core::Reply;
using core::Result;

/// Answers with its body, or fails as it is told, after a sleep.
class Scripted final : public core::Upstream {
 public:
  enum class Ending { answer, failure, exception };

  explicit Scripted(std::string body, Ending ending = Ending::answer)
      : body_(std::move(body)), ending_(ending) {}

  [[nodiscard]] core::Task<Result<Reply>> send(core::Exchange& exchange) override {
    co_await exchange.loop().sleep(std::chrono::milliseconds(1));
    if (ending_ == Ending::failure) co_return core::failure("http://db:1 refused the connection");
    if (ending_ == Ending::exception) throw std::runtime_error("out of paper");
    co_return Reply{{200, {}, body_}, core::Source::remote, {}};
  }

 private:
  std::string body_;
  Ending ending_;
};

std::shared_ptr<const core::Pipeline> pipeline_to(
    std::string body, Scripted::Ending ending = Scripted::Ending::answer) {
  return std::make_shared<core::Pipeline>(
      core::Pipeline{{}, std::make_shared<Scripted>(std::move(body), ending)});
}

core::Task<void> carry(Road& road, core::Loop& loop, std::optional<Reply>& reply) {
  auto answer = co_await road.carry({"POST", "/", {}, "{}", {}}, loop);
  reply = std::move(answer.reply);
}

Reply carried(std::shared_ptr<const core::Pipeline> pipeline) {
  const core::FrozenClock clock({});
  support::ManualLoop loop;
  Road road(std::move(pipeline), clock);
  std::optional<Reply> reply;
  loop.run(carry(road, loop, reply));
  return reply.value();
}

}  // namespace

TEST_CASE("road: what the upstream answers is the answer") {
  CHECK(carried(pipeline_to("{}")) == Reply{{200, {}, "{}"}, core::Source::remote, {}});
}

TEST_CASE("road: an upstream that fails is a 502 that says why") {
  const auto reply = carried(pipeline_to("", Scripted::Ending::failure));
  CHECK(reply.source == core::Source::proxy);
  CHECK(reply.response.status == 502);
  CHECK(reply.response.body == R"({"__type":"com.dynatape#UpstreamUnavailableException",)"
                               R"("message":"http://db:1 refused the connection"})");
}

TEST_CASE("road: an exception is a 500, and the next call is carried") {
  const auto reply = carried(pipeline_to("", Scripted::Ending::exception));
  CHECK(reply.response.status == 500);
  CHECK(reply.response.body.find("out of paper") != std::string::npos);
}

TEST_CASE("road: a call under way keeps its pipeline, the next call has the new one") {
  const core::FrozenClock clock({});
  support::ManualLoop loop;
  Road road(pipeline_to("old"), clock);
  std::optional<Reply> first;
  std::optional<Reply> second;
  core::start(carry(road, loop, first));
  road.replace(pipeline_to("new"));
  core::start(carry(road, loop, second));
  CHECK_FALSE(first.has_value());
  loop.advance(std::chrono::milliseconds(1));
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->response.body == "old");
  CHECK(second->response.body == "new");
  CHECK(road.calls() == 2);
}

}  // namespace dynatape::proxy
