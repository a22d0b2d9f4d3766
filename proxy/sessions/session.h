#pragma once

// A session: a cassette, a rule set, databases, a seed and a clock, and the pipeline they make. The
// pipeline is immutable; an edit puts another in its place, and calls under way keep theirs. It
// shares nothing that remembers with other sessions. Safe to call from any thread.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cassettes/cassette.h"
#include "core/pipeline.h"
#include "emulator/emulator.h"
#include "emulator/storage/databases.h"
#include "interceptors/staged_rules.h"
#include "proxy/aws/signature_check.h"
#include "proxy/sessions/rule_file.h"
#include "proxy/sessions/session_clock.h"
#include "proxy/sessions/summary.h"

namespace dynatape::interceptors {
class Expiry;
}

namespace dynatape::sessions {

class EmulatorUpstream;
class Holds;

using RuleSetPtr = std::shared_ptr<const interceptors::RuleSet>;

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
  std::string backups = {};   ///< a path; empty: backups are kept in memory
  std::string database = {};  ///< a path: what its databases begin with; needs `account`
};

/// What all sessions of a process have in common.
struct Shared {
  std::vector<std::shared_ptr<core::Interceptor>> front;  ///< outermost; each meets every call
  std::vector<std::string> secrets = {};                  ///< that must not reach a cassette
  cassettes::ReplayOptions replay = {};                   ///< how cassettes are replayed
  std::vector<aws::Key> keys = {};     ///< whose signatures the emulator takes; empty: anybody's
  std::string pseudonym_key = {};      ///< the user's own; empty: a cassette keeps one
  std::string new_pseudonym_key = {};  ///< random bytes, for a cassette that keeps its own
  std::shared_ptr<core::HttpClient> http = nullptr;  ///< asks hooks
  /// Counts the sessions that have rules which act before a call is whole.
  std::shared_ptr<std::atomic<std::uint64_t>> early =
      std::make_shared<std::atomic<std::uint64_t>>(0);
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

  /// Gets the rules there are, nullopt for none, and says what shall be.
  using RuleEdit =
      std::function<core::Result<std::optional<RuleText>>(const std::optional<RuleText>& rules)>;
  /// Puts what `edit` says in the place of all rules there are. Edits happen one after another, and
  /// a call meets all of an edit or nothing of it. Rules begin to count when they are put in place;
  /// those that an edit leaves as they are go on.
  [[nodiscard]] core::Result<void> edit_rules(const RuleEdit& edit);
  /// As they are now; the reader's own words.
  [[nodiscard]] std::optional<RuleText> rules() const;
  /// Of the rules in force, and of those that were.
  [[nodiscard]] std::vector<interceptors::FaultTally> tallies() const;
  [[nodiscard]] std::vector<interceptors::LostAnswerTally> lost_answers() const;
  /// Why and when rules stopped before their time.
  [[nodiscard]] std::vector<std::string> halts() const;

  [[nodiscard]] Summary summary() const;

  struct CassetteInUse {
    std::string path;  ///< empty: none
    cassettes::Mode mode = cassettes::Mode::once;
    std::shared_ptr<cassettes::Cassette> cassette = nullptr;
  };
  [[nodiscard]] CassetteInUse cassette() const;
  /// Waits for the calls under way, closes the cassette and goes on with another one, or with none
  /// where `path` is empty. Calls that come meanwhile wait. Where the other one cannot be opened,
  /// calls are refused until a cassette is given again.
  [[nodiscard]] core::Task<core::Result<void>> change_cassette(core::Loop& loop, std::string path,
                                                               cassettes::Mode mode);

  /// nullptr where the upstream is another one.
  [[nodiscard]] emulator::Emulator* emulator();
  /// The calls that are held; nullptr where the upstream is another one.
  [[nodiscard]] Holds* holds();
  /// What deletes expired items for an upstream that does not.
  [[nodiscard]] std::shared_ptr<interceptors::Expiry> expiry() const;

  /// As it was at its beginning: rules and their counters, databases, clock and counts; a cassette
  /// that only replays starts over. What was recorded stays.
  [[nodiscard]] core::Task<core::Result<void>> reset(core::Loop& loop);

  /// Takes no more calls, waits for those under way, and closes the cassette. The error says what
  /// could not be stored.
  [[nodiscard]] core::Task<core::Result<void>> close(core::Loop& loop);
  /// The same where no call can be under way.
  [[nodiscard]] core::Result<void> close_now();

 private:
  using Pipelines = std::vector<std::weak_ptr<const core::Pipeline>>;

  Session(SessionSettings settings, const Shared& shared);
  using Rules = std::shared_ptr<interceptors::StagedRules>;

  [[nodiscard]] core::Result<CassetteInUse> open_cassette(std::string path, cassettes::Mode mode);
  [[nodiscard]] core::Result<void> make_upstream();
  struct Polyfills {
    std::shared_ptr<core::Interceptor> interceptor;  ///< before upstream_
    std::shared_ptr<interceptors::Expiry> expiry;    ///< also on loops, behind calls
  };
  [[nodiscard]] core::Result<Polyfills> make_polyfills() const;
  [[nodiscard]] core::Result<void> load_database();
  [[nodiscard]] std::shared_ptr<cassettes::Standby> make_standby() const;
  /// nullptr where the set has no rules.
  [[nodiscard]] Rules running(const RuleSetPtr& set) const;
  /// What cassettes are told holds from the beginning; later rules say the same, or nothing.
  [[nodiscard]] core::Result<void> check_for_cassettes(const RuleSetPtr& set,
                                                       const std::string& file) const;
  /// Takes the pipeline away, and waits for the calls in it; fails where they take too long.
  [[nodiscard]] core::Task<core::Result<void>> pause(core::Loop& loop);
  /// Waits for the calls in pipelines that are no longer in place; whether they ended in time.
  [[nodiscard]] core::Task<bool> calls_end(core::Loop& loop) const;
  /// The next five with mutex_ held.
  void put_rules(std::optional<RuleText> rules, Rules running);
  void count_early(bool early);
  void put_pipeline();
  void retire_pipeline();
  void fold_retired();

  const SessionSettings settings_;
  const std::string path_prefix_;
  const Shared shared_;
  SessionClock clock_;
  storage::Databases prepared_;               ///< what its databases begin with
  RuleSetPtr first_rules_;                    ///< those it began with; set by open(), ...
  interceptors::ForCassettes for_cassettes_;  ///< ... with what they say to cassettes
  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<bool> closed_ = false;

  std::mutex editing_;        ///< held for one edit of the rules
  mutable std::mutex mutex_;  ///< guards all below; never held for long
  // Shared with the pipelines they stand in.
  std::shared_ptr<core::Upstream> upstream_;
  std::shared_ptr<EmulatorUpstream> emulator_;  ///< upstream_, where it is one
  Polyfills polyfills_;
  CassetteInUse cassette_;
  std::optional<std::string> why_none_;  ///< why there is no cassette, where there should be one
  bool paused_ = false;
  Summary past_tapes_;  ///< of the cassettes before
  std::optional<RuleText> rules_;
  Rules running_rules_;
  bool early_ = false;  ///< counted in shared_.early
  std::shared_ptr<const core::Pipeline> pipeline_;
  Pipelines retired_;  ///< may have calls under way
  std::vector<Rules> retired_rules_;
  std::map<std::string, interceptors::FaultTally> past_faults_;  ///< of rules gone, by rule
  std::vector<interceptors::LostAnswerTally> past_lost_;         ///< the same
  std::vector<std::string> past_halts_;                          ///< the same
  std::map<std::string, std::uint64_t> failures_;                ///< by reason
};

}  // namespace dynatape::sessions
