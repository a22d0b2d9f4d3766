#pragma once

// A session: a cassette, a rule set, databases, a seed and a clock, and the pipeline they make. The
// pipeline is immutable; an edit puts another in its place, and calls under way keep theirs. It
// shares nothing that remembers with other sessions. Safe to call from any thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cassettes/cassette.h"
#include "core/pipeline.h"
#include "emulator/emulator.h"
#include "interceptors/rules_interceptor.h"
#include "proxy/aws/signature_check.h"
#include "proxy/sessions/rule_file.h"
#include "proxy/sessions/session_clock.h"
#include "proxy/sessions/summary.h"

namespace dynatape::sessions {

class EmulatorUpstream;

/// What a session begins with.
struct SessionSettings {
  std::string name = std::string(core::kDefaultSession);
  std::string upstream = "emulator";  ///< "emulator" or an http:// URL
  emulator::Options emulator;
  std::string account;   ///< whose databases all its calls see; empty: each key id its own
  std::string cassette;  ///< a path; empty: no cassette
  cassettes::Mode mode = cassettes::Mode::once;
  std::optional<RuleText> rules;
  std::optional<std::uint64_t> seed;  ///< goes before the rules' own
  ClockSetting clock;
};

/// What all sessions of a process have in common.
struct Shared {
  std::vector<std::shared_ptr<core::Interceptor>> front;  ///< outermost; each meets every call
  std::vector<std::string> secrets;                       ///< that must not reach a cassette
  std::vector<aws::Key> keys;  ///< whose signatures the emulator takes; empty: anybody's
};

class Session {
 public:
  /// Opens the cassette and reads the rules.
  [[nodiscard]] static core::Result<std::shared_ptr<Session>> open(SessionSettings settings,
                                                                   const Shared& shared);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const SessionSettings& settings() const { return settings_; }
  [[nodiscard]] const std::string& name() const { return settings_.name; }
  /// "/session/NAME"
  [[nodiscard]] const std::string& path_prefix() const { return path_prefix_; }
  [[nodiscard]] SessionClock& clock() { return clock_; }

  /// For one call, which keeps it to its end; nullptr while there is none, because the session is
  /// closed or its cassette is being changed.
  [[nodiscard]] std::shared_ptr<const core::Pipeline> pipeline() const;
  [[nodiscard]] bool closed() const { return closed_.load(); }
  /// Whether calls may still be under way in a pipeline that is no longer in place.
  [[nodiscard]] bool has_calls() const;

  /// Counts a call.
  void arrived() { calls_.fetch_add(1, std::memory_order_relaxed); }
  /// Notes that a call got no answer.
  void failed(const std::string& why);

  /// Puts other rules in the place of all there are; nullopt: none.
  [[nodiscard]] core::Result<void> replace_rules(std::optional<RuleText> rules);
  /// As they are now; the reader's own words.
  [[nodiscard]] std::optional<RuleText> rules() const;
  /// Of the rules in force, and of those that were.
  [[nodiscard]] std::vector<interceptors::FaultTally> tallies() const;

  [[nodiscard]] Summary summary() const;

  /// Takes no more calls, waits for those under way, and closes the cassette. The error says what
  /// could not be stored.
  [[nodiscard]] core::Task<core::Result<void>> close(core::Loop& loop);
  /// The same where no call can be under way.
  [[nodiscard]] core::Result<void> close_now();

 private:
  using Pipelines = std::vector<std::weak_ptr<const core::Pipeline>>;

  Session(SessionSettings settings, const Shared& shared);
  [[nodiscard]] core::Result<void> open_cassette();
  [[nodiscard]] core::Result<void> make_upstream();
  /// The next four with mutex_ held.
  [[nodiscard]] core::Result<void> put_rules(std::optional<RuleText> rules);
  void put_pipeline();
  void retire_pipeline();
  void fold_retired();

  const SessionSettings settings_;
  const std::string path_prefix_;
  const Shared shared_;
  SessionClock clock_;
  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<bool> closed_ = false;

  mutable std::mutex mutex_;  ///< guards all below
  // Shared with the pipelines they stand in.
  std::shared_ptr<core::Upstream> upstream_;
  std::shared_ptr<EmulatorUpstream> emulator_;  ///< upstream_, where it is one
  std::shared_ptr<cassettes::Cassette> cassette_;
  std::optional<RuleText> rules_;
  std::shared_ptr<interceptors::RulesInterceptor> running_rules_;
  std::shared_ptr<const core::Pipeline> pipeline_;
  Pipelines retired_;  ///< may have calls under way
  std::vector<std::shared_ptr<interceptors::RulesInterceptor>> retired_rules_;
  std::map<std::string, interceptors::FaultTally> past_faults_;  ///< of rules gone, by rule
  std::map<std::string, std::uint64_t> failures_;                ///< by reason
};

}  // namespace dynatape::sessions
