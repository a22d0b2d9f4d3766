#include "proxy/admin/admin.h"

#include <catch2/catch.hpp>

namespace dynatape::admin {
namespace {

const Services kServices{"1.2.3", [] { return std::string("calls 1\n"); }};
const Access kLoopback{"127.0.0.1", ""};

core::Request get(std::string target, core::Headers headers = {{"Host", "localhost:8000"}}) {
  return {"GET", std::move(target), std::move(headers), "", {}};
}

int status(const Access& access, core::Headers headers) {
  return answer(kServices, access, get("/_dynatape/v1/health", std::move(headers))).status;
}

}  // namespace

TEST_CASE("admin: health and metrics answer") {
  const auto health = answer(kServices, kLoopback, get("/_dynatape/v1/health"));
  CHECK(health.status == 200);
  CHECK(health.body.find("\"1.2.3\"") != std::string::npos);
  CHECK(answer(kServices, kLoopback, get("/_dynatape/v1/metrics?x")).body == "calls 1\n");
}

TEST_CASE("admin: only its own paths are admin calls") {
  CHECK(is_admin(get("/_dynatape/v1/health")));
  CHECK(is_admin(get("/_dynatape/nonsense")));
  CHECK_FALSE(is_admin(get("/")));
  CHECK_FALSE(is_admin(get("/health")));
}

TEST_CASE("admin: an unknown route and a wrong method say what there is") {
  const auto unknown = answer(kServices, kLoopback, get("/_dynatape/v1/helth"));
  CHECK(unknown.status == 404);
  CHECK(unknown.body.find("/_dynatape/v1/health") != std::string::npos);
  auto post = get("/_dynatape/v1/health");
  post.method = "POST";
  CHECK(answer(kServices, kLoopback, post).status == 405);
}

TEST_CASE("admin: a web page, a rebound name and a stranger are refused") {
  CHECK(status(kLoopback, {{"Host", "127.0.0.1:8000"}}) == 200);
  CHECK(status(kLoopback, {{"Host", "[::1]:8000"}}) == 200);
  CHECK(status(kLoopback, {{"Host", "evil.example"}}) == 403);
  CHECK(status(kLoopback, {{"Host", "127.0.0.1.evil.example"}}) == 403);
  CHECK(status(kLoopback, {}) == 403);
  CHECK(status(kLoopback, {{"Host", "localhost"}, {"Origin", "https://evil.example"}}) == 403);
  CHECK(status(kLoopback, {{"Host", "localhost"}, {"Origin", "null"}}) == 403);
  CHECK(status(kLoopback, {{"Host", "localhost"}, {"Origin", "http://localhost:8000"}}) == 200);
}

TEST_CASE("admin: an address that is not loopback needs the token") {
  CHECK(status({"0.0.0.0", ""}, {{"Host", "localhost"}}) == 403);
  const Access access{"0.0.0.0", "sesame"};
  CHECK(status(access, {{"Host", "build-box"}}) == 401);
  CHECK(status(access, {{"Host", "build-box"}, {"Authorization", "Bearer sesam"}}) == 401);
  CHECK(status(access, {{"Host", "build-box"}, {"Authorization", "Bearer sesame"}}) == 200);
}

}  // namespace dynatape::admin
