#include "proxy/admin/admin.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/support/manual_loop.h"

namespace dynatape::admin {
namespace {

const Access kLoopback{"127.0.0.1", ""};
const core::Headers kHost{{"Host", "localhost:8000"}};
const core::Headers kJson{{"Host", "localhost:8000"}, {"Content-Type", "application/json"}};

/// A process as the admin API sees it.
struct Process {
  core::Response answer(core::Request request, const Access& access = kLoopback) {
    return loop
        .run(admin::answer(services, access, std::move(request), sessions.find("default"), loop))
        .reply.response;
  }
  core::Response get(std::string path, core::Headers headers = kHost) {
    return answer({"GET", "/_dynatape/v1" + std::move(path), std::move(headers), "", {}});
  }
  core::Response send(std::string method, std::string path, std::string body,
                      core::Headers headers = kJson) {
    return answer({std::move(method),
                   "/_dynatape/v1" + std::move(path),
                   std::move(headers),
                   std::move(body),
                   {}});
  }
  int status(const Access& access, core::Headers headers) {
    return answer({"GET", "/_dynatape/v1/health", std::move(headers), "", {}}, access).status;
  }

  sessions::Shared shared;
  sessions::Sessions sessions{sessions::Session::open({}, shared).value()};
  sessions::ExchangeLog log;
  sessions::SessionPorts ports{{}, {}};
  Services services{"1.2.3", sessions, shared, log, [] { return std::string("calls 1\n"); }, ports};
  support::ManualLoop loop;
};

ordered_json json(const core::Response& response) { return ordered_json::parse(response.body); }

std::string error(const core::Response& response) {
  return json(response).at("error").get<std::string>();
}

}  // namespace

TEST_CASE("admin: health and metrics answer") {
  Process process;
  CHECK(json(process.get("/health")) == ordered_json{{"status", "ok"}, {"version", "1.2.3"}});
  CHECK(process.get("/metrics").body == "calls 1\n");
}

TEST_CASE("admin: only its own paths are admin calls") {
  CHECK(is_admin({"GET", "/_dynatape/v1/health", {}, "", {}}));
  CHECK(is_admin({"GET", "/_dynatape/nonsense", {}, "", {}}));
  CHECK_FALSE(is_admin({"GET", "/", {}, "", {}}));
  CHECK_FALSE(is_admin({"GET", "/health", {}, "", {}}));
}

TEST_CASE("admin: an unknown route, method, parameter and member say what there is") {
  Process process;
  const auto unknown = process.get("/helth");
  CHECK(unknown.status == 404);
  CHECK(error(unknown).find("/_dynatape/v1/health, ") != std::string::npos);
  CHECK(process.answer({"GET", "/_dynatape/v2/health", kHost, "", {}}).status == 404);
  const auto method = process.send("PUT", "/sessions", "{}");
  CHECK(method.status == 405);
  CHECK(method.headers.get("Allow") == "GET, POST");
  CHECK(error(process.get("/health?a=1")) == "there is no parameter 'a'; there are none");
  CHECK(error(process.send("POST", "/health", "")) ==
        "POST is not a method of /_dynatape/v1/health; there are GET");
  CHECK(error(process.send("GET", "/health", "{}")) == "this route takes no body");
  CHECK(error(process.send("POST", "/sessions", "{")) == "the body is no JSON");
  CHECK(error(process.send("POST", "/sessions", R"({"nam":"a"})"))
            .starts_with("the body has an unknown member 'nam'; there are name, "));
  CHECK(error(process.send("POST", "/sessions", R"({"name":1})")) ==
        "'name' must be a text, not 1");
  CHECK(error(process.send("POST", "/sessions", "")).starts_with("the body lacks 'name': "));
}

TEST_CASE("admin: a web page, a rebound name and a stranger are refused") {
  Process process;
  const auto status = [&](core::Headers headers) { return process.status(kLoopback, headers); };
  CHECK(status({{"Host", "127.0.0.1:8000"}}) == 200);
  CHECK(status({{"Host", "[::1]:8000"}}) == 200);
  CHECK(status({{"Host", "evil.example"}}) == 403);
  CHECK(status({{"Host", "127.0.0.1.evil.example"}}) == 403);
  CHECK(status({}) == 403);
  CHECK(status({{"Host", "localhost"}, {"Origin", "https://evil.example"}}) == 403);
  CHECK(status({{"Host", "localhost"}, {"Origin", "null"}}) == 403);
  CHECK(status({{"Host", "localhost"}, {"Origin", "http://localhost:8000"}}) == 200);
  CHECK(status({{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}}) == 403);
  CHECK(status({{"Host", "localhost"}, {"Sec-Fetch-Site", "none"}}) == 200);
}

TEST_CASE("admin: a body that a form could post is refused") {
  Process process;
  for (const char* const type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""}) {
    CAPTURE(type);
    const core::Headers headers{{"Host", "localhost"}, {"Content-Type", type}};
    CHECK(process.send("POST", "/sessions", R"({"name":"a"})", headers).status == 415);
  }
  CHECK(process.sessions.all().size() == 1);
  const core::Headers headers{{"Host", "localhost"},
                              {"Content-Type", "application/JSON; charset=utf-8"}};
  CHECK(process.send("POST", "/sessions", R"({"name":"a"})", headers).status == 201);
}

TEST_CASE("admin: an address that is not loopback needs the token") {
  Process process;
  CHECK(process.status({"0.0.0.0", ""}, {{"Host", "localhost"}}) == 403);
  const Access access{"0.0.0.0", "sesame"};
  CHECK(process.status(access, {{"Host", "build-box"}}) == 401);
  CHECK(process.status(access, {{"Host", "build-box"}, {"Authorization", "Bearer sesam"}}) == 401);
  CHECK(process.status(access, {{"Host", "build-box"}, {"Authorization", "Bearer sesame"}}) == 200);
}

TEST_CASE("admin: a session is made, listed, looked at and closed") {
  Process process;
  const auto made = process.send(
      "POST", "/sessions",
      R"({"name":"a","access_keys":["AKIDA"],"seed":7,"clock":"frozen:2026-10-09T12:00:00Z"})");
  REQUIRE(made.status == 201);
  CHECK(json(made).at("url") == "http://localhost:8000/session/a");
  CHECK(json(made).at("access_keys") == ordered_json{"AKIDA"});
  CHECK(json(made).at("clock").at("now") == "2026-10-09T12:00:00Z");
  CHECK(json(process.get("/sessions/a")) == json(made));
  CHECK(json(process.get("/sessions")).at("sessions").size() == 2);
  CHECK(process.send("POST", "/sessions", R"({"name":"a"})").status == 409);
  CHECK(process.send("POST", "/sessions", R"({"name":"b","access_keys":["AKIDA"]})").status == 409);
  const auto closed = process.send("DELETE", "/sessions/a", "");
  CHECK(closed.status == 200);
  CHECK(json(closed).at("summary").at("calls") == 0);
  CHECK(process.get("/sessions/a").status == 404);
  CHECK(process.send("DELETE", "/sessions/default", "").status == 409);
}

TEST_CASE("admin: what a session cannot be is refused, and nothing is made") {
  Process process;
  const std::pair<const char*, const char*> cases[] = {
      {R"({"name":"a b"})", "'a b' can be no session's name"},
      {R"({"name":"a","mode":"none"})", "'mode' needs 'cassette'"},
      {R"({"name":"a","cassette":"c","mode":"twice"})",
       "'mode' must be one of once, new, all, none"},
      {R"({"name":"a","clock":"stopped"})", "'clock': 'stopped' is not system"},
      {R"({"name":"a","upstream":"ftp://x"})", "\"ftp://x\" is no http:// URL"},
      {R"({"name":"a","upstream":"http://x","account":"b"})", "'account' is for the upstream"},
      {R"({"name":"a","rules":{"rulez":[]}})", "rules: "},
  };
  for (const auto& [body, message] : cases) {
    CAPTURE(body);
    const auto refused = process.send("POST", "/sessions", body);
    CHECK(refused.status == 400);
    CHECK(error(refused).find(message) != std::string::npos);
  }
  CHECK(process.sessions.all().size() == 1);
}

TEST_CASE("admin: every route says what it is for, once") {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Route& route : routes()) {
    CHECK_FALSE(route.summary.empty());
    CHECK(seen.emplace(route.method, route.path).second);
  }
}

}  // namespace dynatape::admin
