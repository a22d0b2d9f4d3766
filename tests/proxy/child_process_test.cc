#include "proxy/child_process.h"

#include <sys/wait.h>

#include <catch2/catch.hpp>

namespace dynatape::proxy {
namespace {

int run(const std::vector<std::string>& command, const Environment& environment) {
  const auto child = start_child(command, environment);
  REQUIRE(child.has_value());
  int status = 0;
  REQUIRE(waitpid(*child, &status, 0) == *child);
  return exit_status(status);
}

}  // namespace

TEST_CASE("child: the environment points at the proxy and fills in what is unset") {
  const auto environment = child_environment({{"PATH", "/bin"}}, "http://127.0.0.1:1");
  CHECK(environment == Environment{{"AWS_ACCESS_KEY_ID", "dynatape"},
                                   {"AWS_DEFAULT_REGION", "us-east-1"},
                                   {"AWS_EC2_METADATA_DISABLED", "true"},
                                   {"AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"},
                                   {"AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://127.0.0.1:1"},
                                   {"AWS_REGION", "us-east-1"},
                                   {"AWS_SECRET_ACCESS_KEY", "dynatape"},
                                   {"DYNATAPE_URL", "http://127.0.0.1:1"},
                                   {"PATH", "/bin"}});
}

TEST_CASE("child: credentials, profile and region that are set stay") {
  const Environment own{
      {"AWS_ACCESS_KEY_ID", "k"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_REGION", "eu-west-2"}};
  const auto kept = child_environment(own, "u");
  CHECK(kept.at("AWS_ACCESS_KEY_ID") == "k");
  CHECK(kept.at("AWS_SECRET_ACCESS_KEY") == "s");
  CHECK(kept.at("AWS_REGION") == "eu-west-2");
  CHECK(kept.at("AWS_DEFAULT_REGION") == "eu-west-2");
  const auto profile =
      child_environment({{"AWS_PROFILE", "p"}, {"AWS_DEFAULT_REGION", "ap-east-2"}}, "u");
  CHECK_FALSE(profile.contains("AWS_ACCESS_KEY_ID"));
  CHECK(profile.at("AWS_REGION") == "ap-east-2");
}

TEST_CASE("child: an HTTP proxy is passed by on the way to this machine") {
  const auto environment = child_environment({{"http_proxy", "http://p"}, {"NO_PROXY", "a"}}, "u");
  CHECK(environment.at("NO_PROXY") == "a,127.0.0.1,localhost,::1");
  CHECK(environment.at("no_proxy") == "127.0.0.1,localhost,::1");
}

TEST_CASE("child: its exit status comes back, a signal as 128 and more") {
  const auto environment = inherited_environment();
  CHECK(run({"sh", "-c", "exit 7"}, environment) == 7);
  CHECK(run({"sh", "-c", "kill -TERM $$"}, environment) == 128 + 15);
  CHECK(run({"sh", "-c", "test \"$ONLY\" = this"},
            {{"ONLY", "this"}, {"PATH", environment.at("PATH")}}) == 0);
}

TEST_CASE("child: a command that is not there is named") {
  const auto child = start_child({"no-such-command-anywhere"}, inherited_environment());
  REQUIRE_FALSE(child.has_value());
  CHECK(child.error().message.find("no-such-command-anywhere") != std::string::npos);
}

}  // namespace dynatape::proxy
