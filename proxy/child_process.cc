#include "proxy/child_process.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

namespace dynatape::proxy {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Where the child would send its calls to an HTTP proxy, those to this machine go straight.
void keep_from_http_proxy(Environment& environment) {
  if (!environment.contains("HTTP_PROXY") && !environment.contains("http_proxy")) return;
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    std::string& hosts = environment[name];
    hosts += (hosts.empty() ? "" : ",") + std::string("127.0.0.1,localhost,::1");
  }
}

}  // namespace

Environment child_environment(const Environment& inherited, const std::string& url) {
  Environment environment = inherited;
  environment["AWS_ENDPOINT_URL_DYNAMODB"] = url;
  environment["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = url;
  environment["DYNATAPE_URL"] = url;
  keep_from_http_proxy(environment);
  // A profile or a role is as good as a key, so dummy keys only stand in where the child would find
  // neither.
  if (!environment.contains("AWS_ACCESS_KEY_ID") && !environment.contains("AWS_PROFILE")) {
    environment["AWS_ACCESS_KEY_ID"] = "dynatape";
    environment["AWS_SECRET_ACCESS_KEY"] = "dynatape";
  }
  // SDKs disagree on which of the two they read.
  const auto region = environment.find("AWS_REGION");
  const auto fallback = environment.find("AWS_DEFAULT_REGION");
  const std::string chosen = region != environment.end()     ? region->second
                             : fallback != environment.end() ? fallback->second
                                                             : "us-east-1";
  environment.emplace("AWS_REGION", chosen);
  environment.emplace("AWS_DEFAULT_REGION", chosen);
  environment.emplace("AWS_EC2_METADATA_DISABLED", "true");
  return environment;
}

Environment inherited_environment() {
  Environment environment;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

core::Result<pid_t> start_child(const std::vector<std::string>& command,
                                const Environment& environment) {
  std::vector<std::string> arguments = command;
  std::vector<std::string> variables;
  variables.reserve(environment.size());
  for (const auto& [name, value] : environment) {
    variables.push_back(name);
    variables.back().append("=").append(value);
  }

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  // This process ignores SIGPIPE, and an ignored signal would stay ignored in the child.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments.front().c_str(), nullptr, &attributes,
                                 pointers(arguments).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  if (error)
    return core::failure("cannot start '" + command.front() + "': " + std::strerror(error));
  return child;
}

int exit_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace dynatape::proxy
