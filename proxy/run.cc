#include "proxy/run.h"

#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>

#include "interceptors/interceptor_table.h"
#include "interceptors/match_reader.h"
#include "interceptors/profiles.h"
#include "interceptors/redaction_reader.h"
#include "interceptors/rule_reader.h"
#include "interceptors/suggestion.h"
#include "proxy/application.h"
#include "proxy/child_process.h"
#include "proxy/exit_status.h"
#include "proxy/ready_file.h"
#include "proxy/secrets.h"
#include "proxy/sessions/database_file.h"
#include "proxy/sessions/rule_file.h"

namespace dynatape::proxy {
namespace {

/// Signals that mean "end" or "a child ended", blocked in every thread so that only wait() sees
/// them.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // A parent may have had it ignored; then children would be reaped without a word.
    ::signal(SIGCHLD, SIG_DFL);
    // A client that went away shows as an error of the write.
    ::signal(SIGPIPE, SIG_IGN);
  }

  struct Arrived {
    int signal;
    bool sent_by_process;  ///< by kill(), not by a terminal or the kernel
  };

  [[nodiscard]] Arrived wait() const {
    siginfo_t info{};
    while (sigwaitinfo(&set_, &info) < 0) {
    }
    return {info.si_signo, info.si_code <= 0};
  }

  /// Whether a signal to end arrives within `patience`.
  [[nodiscard]] bool told_to_end(std::chrono::milliseconds patience) const {
    const timespec time{0, std::chrono::nanoseconds(patience).count()};
    const int signal = sigtimedwait(&set_, nullptr, &time);
    return signal > 0 && signal != SIGCHLD;
  }

 private:
  sigset_t set_;
};

void serve_until_told(const Signals& signals) {
  while (signals.wait().signal == SIGCHLD) {
  }
}

/// The child's exit status. Signals to end are passed on, but for those of a terminal, which sends
/// them to the child as well.
int wait_for(pid_t child, const Signals& signals) {
  for (;;) {
    const auto [signal, sent_by_process] = signals.wait();
    int status = 0;
    if (signal != SIGCHLD) {
      if (sent_by_process) ::kill(child, signal);
    } else if (waitpid(child, &status, WNOHANG) == child) {
      return exit_status(status);
    }
  }
}

/// Writes the ready file; where it is a FIFO, once it has a reader. False if a signal to end came
/// first.
core::Result<bool> announce(const std::string& path, const std::string& url,
                            const Signals& signals) {
  for (;;) {
    const auto written = write_ready_file(path, url);
    if (!written || *written) return written;
    if (signals.told_to_end(std::chrono::milliseconds(20))) return false;
  }
}

/// The keys whose signatures are good: without one given the environment's. A child that has none
/// of its own signs with the first.
void settle_keys(ProxyOptions& options, Environment& environment) {
  if (!options.strict_auth) return;
  const auto variable = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  const aws::Key own{variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
                     variable("AWS_SESSION_TOKEN")};
  const bool has_own = !own.id.empty() && !own.secret.empty();
  if (options.auth_keys.empty()) {
    if (has_own) options.auth_keys.push_back(own);
  } else if (!has_own && !environment.contains("AWS_PROFILE")) {
    const aws::Key& first = options.auth_keys.front();
    environment["AWS_ACCESS_KEY_ID"] = first.id;
    environment["AWS_SECRET_ACCESS_KEY"] = first.secret;
    if (!first.session_token.empty()) environment["AWS_SESSION_TOKEN"] = first.session_token;
  }
}

/// Announces `url`, then runs the command to its end, or waits until told to end; the exit status
/// of the command.
core::Result<int> serve(const Command& command, const std::string& url,
                        const Environment& environment, const Signals& signals) {
  if (!command.proxy.ready_file.empty()) {
    const auto announced = announce(command.proxy.ready_file, url, signals);
    if (!announced) return std::unexpected(announced.error());
    if (!*announced) return 0;
  }
  if (command.child.empty()) {
    if (!command.proxy.built_database.empty()) return 0;  // a copy
    say("serving on " + url);
    serve_until_told(signals);
    return 0;
  }
  const auto child = start_child(command.child, child_environment(environment, url));
  if (!child) return std::unexpected(child.error());
  return wait_for(*child, signals);
}

int run_proxy(const Command& command) {
  const Signals signals;
  Environment environment = inherited_environment();
  ProxyOptions options = command.proxy;
  if (!options.built_database.empty()) {
    const auto may = sessions::may_store(options.built_database, options.replace);
    if (!may) return refuse(may.error());
  }
  settle_keys(options, environment);
  options.secrets = own_secrets(environment);
  // What the clients sign with, where that is known.
  for (const aws::Key& key : options.auth_keys) {
    options.secrets.push_back(key.secret);
    if (!key.session_token.empty()) options.secrets.push_back(key.session_token);
  }
  const PseudonymKeys keys = pseudonym_keys(environment);
  options.pseudonym_key = keys.own;
  options.new_pseudonym_key = keys.fresh;
  auto created = Application::create(options);
  if (!created) return refuse(created.error());
  Application& application = **created;
  application.start();
  const auto ended = serve(command, application.url(), environment, signals);
  const auto stopped = application.stop();
  if (!ended) return refuse(ended.error());
  const int status = *ended;
  bool complete = true;
  std::size_t missed = 0;
  std::size_t unused = 0;
  std::size_t stand_ins = 0;
  for (const auto& [session, summary] : application.summaries()) {
    const bool fallback = session == core::kDefaultSession;
    std::fputs(text(summary, fallback ? "" : session).c_str(), stderr);
    complete = complete && summary.problems.empty();
    missed += summary.missed;
    unused += summary.unused;
    stand_ins += summary.synthesised + summary.passed_on;
  }
  if (status == 0 && !options.built_database.empty()) {
    const auto stored = application.store_database(options.built_database, options.replace);
    if (!stored) return refuse(stored.error());
  }
  if (!stopped) {
    say(stopped.error().message);
    return status == 0 ? kBadInput : status;
  }
  if (status != 0) return status;
  if (!complete) return kNotKept;
  if (command.proxy.strict && unused + stand_ins > 0) {
    say("--strict: recorded calls that were not asked for: " + std::to_string(unused) +
        ", answers that are not the tape's: " + std::to_string(stand_ins));
    return kMissed;
  }
  return missed > 0 ? kMissed : 0;
}

int check_rules(const std::string& path) {
  const auto file = sessions::read_rule_file(path);
  if (!file) return refuse(file.error());
  const auto rules = interceptors::read_rules(file->text, file->name);
  if (!rules) return refuse(rules.error());
  std::fputs(interceptors::describe(**rules).c_str(), stdout);
  return 0;
}

int print_profile(const std::string& name) {
  if (name.empty()) {
    std::fputs(interceptors::list_profiles().c_str(), stdout);
    return 0;
  }
  const auto* const profile = interceptors::find_profile(name);
  if (!profile) {
    return refuse({"'" + name + "' is no profile; there are " +
                   interceptors::joined(interceptors::profile_names())});
  }
  std::fputs(std::string(profile->text).c_str(), stdout);
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
      std::fputs(interceptors::list_rule_members().c_str(), stdout);
      std::fputs(interceptors::list_interceptors().c_str(), stdout);
      std::fputs(interceptors::list_match_parts().c_str(), stdout);
      std::fputs(interceptors::list_redactions().c_str(), stdout);
      return 0;
    case CommandKind::rules_profile:
      return print_profile(command.file);
    case CommandKind::cassette:
      return command.cassette->run(command.arguments);
    case CommandKind::database:
      return command.database->run(command.database_arguments);
    case CommandKind::verify:
      return verify(command.verify);
  }
  return kBadInput;
}

}  // namespace dynatape::proxy
