#include "proxy/run.h"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cassettes/export.h"
#include "interceptors/interceptor_table.h"
#include "interceptors/rule_reader.h"
#include "proxy/application.h"
#include "proxy/child_process.h"
#include "proxy/ready_file.h"

namespace dynatape::proxy {
namespace {

constexpr int kNotKept = 1;
constexpr int kBadInput = 2;
constexpr int kMissed = 3;

void say(const std::string& line) { std::fprintf(stderr, "dynatape: %s\n", line.c_str()); }

int refuse(const core::Error& error) {
  say(error.message);
  return kBadInput;
}

/// Signals that mean "end" or "a child ended", blocked in every thread so that only wait() sees
/// them.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // A client that went away shows as an error of the write.
    ::signal(SIGPIPE, SIG_IGN);
  }

  [[nodiscard]] int wait() const {
    int signal = 0;
    while (sigwait(&set_, &signal) == EINTR) {
    }
    return signal;
  }

 private:
  sigset_t set_;
};

void serve_until_told(const Signals& signals) {
  while (signals.wait() == SIGCHLD) {
  }
}

/// The child's exit status. A terminal sends its interrupt to the child as well, so that one is not
/// passed on.
int wait_for(pid_t child, const Signals& signals) {
  for (;;) {
    const int signal = signals.wait();
    if (signal == SIGTERM || signal == SIGHUP) ::kill(child, signal);
    int status = 0;
    if (signal == SIGCHLD && waitpid(child, &status, WNOHANG) == child) return exit_status(status);
  }
}

/// What this process and its child sign with: a secret key never travels, so no request shows it.
std::vector<std::string> own_secrets(const Environment& environment) {
  std::vector<std::string> secrets;
  for (const char* name : {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    const auto variable = environment.find(name);
    if (variable != environment.end()) secrets.push_back(variable->second);
  }
  return secrets;
}

int run_proxy(const Command& command) {
  const Signals signals;
  const Environment environment = inherited_environment();
  ProxyOptions options = command.proxy;
  options.secrets = own_secrets(environment);
  auto created = Application::create(options);
  if (!created) return refuse(created.error());
  Application& application = **created;
  application.start();
  if (!command.proxy.ready_file.empty()) {
    const auto written = write_ready_file(command.proxy.ready_file, application.url());
    if (!written) return refuse(written.error());
  }

  int status = 0;
  if (command.child.empty()) {
    say("serving on " + application.url());
    serve_until_told(signals);
  } else {
    const auto child =
        start_child(command.child, child_environment(environment, application.url()));
    if (!child) return refuse(child.error());
    status = wait_for(*child, signals);
  }

  const auto stopped = application.stop();
  const Summary summary = application.summary();
  std::fputs(text(summary).c_str(), stderr);
  if (!stopped) {
    say(stopped.error().message);
    return status == 0 ? kBadInput : status;
  }
  if (status != 0) return status;
  if (!summary.problems.empty()) return kNotKept;
  return summary.missed > 0 ? kMissed : 0;
}

/// Also a full disk or a closed pipe behind standard output is worth a word.
int printed(const core::Result<void>& result) {
  if (!result) return refuse(result.error());
  if (!std::cout.flush()) return refuse({"cannot write to standard output"});
  return 0;
}

int check_rules(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) return refuse({"cannot read '" + path + "'"});
  const auto rules = interceptors::read_rules(content.str(), path);
  if (!rules) return refuse(rules.error());
  std::fputs(interceptors::describe(**rules).c_str(), stdout);
  return 0;
}

}  // namespace

int run(const Command& command) {
  switch (command.kind) {
    case CommandKind::serve:
    case CommandKind::run:
      return run_proxy(command);
    case CommandKind::rules_check:
      return check_rules(command.file);
    case CommandKind::rules_list:
      std::fputs(interceptors::list_interceptors().c_str(), stdout);
      return 0;
    case CommandKind::cassette_list:
      return printed(cassettes::list(command.file, std::cout));
    case CommandKind::cassette_show:
      return printed(cassettes::show(command.file, command.recording, std::cout));
    case CommandKind::cassette_export:
      return printed(cassettes::export_lines(command.file, std::cout));
  }
  return kBadInput;
}

}  // namespace dynatape::proxy
