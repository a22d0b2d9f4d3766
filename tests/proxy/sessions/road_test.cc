#include "proxy/sessions/road.h"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/support/manual_loop.h"

namespace dynatape::sessions {
namespace {

using core::Reply;
using core::Result;

/// Stands in every session's pipeline: answers with its session's name and the target, or fails as
/// the body tells it, after a sleep.
class Scripted final : public core::Interceptor {
 public:
  [[nodiscard]] std::string_view name() const override { return "scripted"; }
  [[nodiscard]] core::Task<Result<Reply>> handle(core::Exchange& exchange, core::Next) override {
    co_await exchange.loop().sleep(std::chrono::milliseconds(1));
    const std::string& body = exchange.request().body;
    if (body == "fail") co_return core::failure("http://db:1 refused the connection");
    if (body == "throw") throw std::runtime_error("out of paper");
    const std::string said = std::string(exchange.session()) + " " + exchange.request().target +
                             " " + exchange.signed_target();
    co_return Reply{{200, {}, said}, core::Source::remote, {}};
  }
};

/// A process with a default session, and the sessions it is given.
struct Process {
  Process() : sessions(make(std::string(core::kDefaultSession))) {}

  [[nodiscard]] std::shared_ptr<Session> make(std::string name) const {
    SessionSettings settings;
    settings.name = std::move(name);
    return Session::open(std::move(settings), shared).value();
  }
  void add(const std::string& name, std::vector<std::string> keys = {}) {
    REQUIRE(sessions.add(make(name), keys));
  }

  core::Task<void> carry(core::Request request, std::optional<Reply>& reply) {
    auto chosen = sessions.choose(request);
    auto answer = co_await road.carry(std::move(request), std::move(chosen), loop);
    reply = std::move(answer.reply);
  }
  Reply carried(core::Request request) {
    std::optional<Reply> reply;
    loop.run(carry(std::move(request), reply));
    return reply.value();
  }
  std::string said(std::string target, core::Headers headers = {}) {
    return carried({"POST", std::move(target), std::move(headers), "{}", {}}).response.body;
  }

  Shared shared{{std::make_shared<Scripted>()}, {}, {}};
  Sessions sessions;
  support::ManualLoop loop;
  ExchangeLog log;
  Road road{log};
};

core::Headers signed_by(const std::string& key) {
  return {{"Authorization", "AWS4-HMAC-SHA256 Credential=" + key +
                                "/20260102/us-east-1/dynamodb/aws4_request, SignedHeaders=host"}};
}

}  // namespace

TEST_CASE("road: a call that chooses nothing is the default session's") {
  Process process;
  process.add("a", {"AKIDA"});
  CHECK(process.said("/") == "default / /");
  CHECK(process.said("/", signed_by("AKIDB")) == "default / /");
  CHECK(process.said("/sessions/a") == "default /sessions/a /sessions/a");
}

TEST_CASE("road: a path chooses a session, and the upstream sees what stands behind it") {
  Process process;
  process.add("a");
  CHECK(process.said("/session/a") == "a / /session/a/");
  CHECK(process.said("/session/a/") == "a / /session/a/");
  CHECK(process.said("/session/a?x=1") == "a /?x=1 /session/a/?x=1");
  CHECK(process.said("/session/a/b/c") == "a /b/c /session/a/b/c");
  CHECK(process.said("/session/default/") == "default / /session/default/");
}

TEST_CASE("road: an access key chooses its session, and a path goes before it") {
  Process process;
  process.add("a", {"AKIDA", "AKIDA2"});
  process.add("b");
  CHECK(process.said("/", signed_by("AKIDA")) == "a / /");
  CHECK(process.said("/", signed_by("AKIDA2")) == "a / /");
  CHECK(process.said("/session/b/", signed_by("AKIDA")) == "b / /session/b/");
  process.sessions.remove("a");
  CHECK(process.said("/", signed_by("AKIDA")) == "default / /");
}

TEST_CASE("road: a session that is not there is an error that says how to make it") {
  Process process;
  const auto reply = process.carried({"POST", "/session/a/", {}, "{}", {}});
  CHECK(reply.response.status == 400);
  CHECK(reply.response.body == R"({"__type":"com.dynatape#SessionNotFoundException",)"
                               R"("message":"there is no session 'a'; )"
                               R"(POST /_dynatape/v1/sessions creates one"})");
}

TEST_CASE("road: a name or key that is taken makes no second session") {
  Process process;
  process.add("a", {"AKIDA"});
  CHECK(process.sessions.add(process.make("a"), {}).error().message ==
        "there is a session 'a' already");
  const std::vector<std::string> keys{"AKIDB", "AKIDA"};
  CHECK(process.sessions.add(process.make("b"), keys).error().message ==
        "access key 'AKIDA' chooses session 'a' already");
  CHECK(process.said("/", signed_by("AKIDB")) == "default / /");
}

TEST_CASE("road: an upstream that fails is a 502 that says why, also in the summary") {
  Process process;
  const auto reply = process.carried({"POST", "/", {}, "fail", {}});
  CHECK(reply.source == core::Source::proxy);
  CHECK(reply.response.status == 502);
  CHECK(reply.response.body == R"({"__type":"com.dynatape#UpstreamUnavailableException",)"
                               R"("message":"http://db:1 refused the connection"})");
  CHECK(process.sessions.fallback().summary().unanswered ==
        std::vector<std::string>{"1 call: http://db:1 refused the connection"});
}

TEST_CASE("road: an exception is a 500, and the next call is carried") {
  Process process;
  const auto reply = process.carried({"POST", "/", {}, "throw", {}});
  CHECK(reply.response.status == 500);
  CHECK(reply.response.body.find("out of paper") != std::string::npos);
  CHECK(process.said("/") == "default / /");
}

TEST_CASE("road: a call under way keeps its pipeline, and a session closes after it") {
  Process process;
  process.add("a");
  const auto session = process.sessions.find("a");
  std::optional<Reply> first;
  core::start(process.carry({"POST", "/session/a/", {}, "{}", {}}, first));
  std::optional<Result<void>> closed;
  core::start([](Session& closing, core::Loop& loop, auto& out) -> core::Task<void> {
    out.emplace(co_await closing.close(loop));
  }(*session, process.loop, closed));
  CHECK_FALSE(closed.has_value());
  process.loop.advance(std::chrono::milliseconds(5));
  REQUIRE(first.has_value());
  CHECK(first->response.body == "a / /session/a/");
  REQUIRE(closed.has_value());
  CHECK(closed->has_value());
  const auto refused = process.carried({"POST", "/session/a/", {}, "{}", {}});
  CHECK(refused.response.status == 400);
}

}  // namespace dynatape::sessions
