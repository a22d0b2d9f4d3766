#pragma once

// A cassette in use: what the interceptors, the exit summary and the command line hold. The mode
// decides, once, whether it answers calls, records them, or both. Safe to call from any thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/player.h"
#include "cassettes/recorder.h"
#include "cassettes/redaction.h"
#include "cassettes/sqlite.h"
#include "cassettes/standby.h"
#include "core/exchange.h"

namespace dynatape::cassettes {

/// VCR's record modes.
enum class Mode {
  once,          ///< records if the file is absent, else only replays
  new_episodes,  ///< replays, and records what is new
  all,           ///< records everything, and then takes the place of the file
  none,          ///< only replays
};

struct CassetteOptions {
  std::string path;
  Mode mode = Mode::once;
  /// Secrets that no request shows and no tape may hold: the proxy's own secret access key.
  std::vector<std::string> secrets = {};
  ReplayOptions replay = {};
  /// Answers where the tape does not; null: nothing does.
  std::shared_ptr<Standby> standby = {};
  /// What of a request need not be as it was recorded.
  MatchRules match = {};
  /// What a rule file says about redaction; nullopt where it says nothing. A tape keeps the rules
  /// that it was recorded with.
  std::optional<RedactionRules> redaction = {};
  /// The user's own key of pseudonyms, which no tape holds; empty: the tape keeps one.
  std::string pseudonym_key = {};
  /// Random bytes, for a tape that keeps its key.
  std::string new_key = {};
};

/// For the exit summary. Calls count once per attempt.
struct CassetteSummary {
  std::size_t replayed = 0;
  std::size_t recorded = 0;
  std::size_t missed = 0;
  std::size_t synthesised = 0;            ///< answered by the standby
  std::size_t passed_on = 0;              ///< misses that went on to the upstream
  std::size_t refused = 0;                ///< answered with an error because the tape had failed
  std::size_t redactions = 0;             ///< secrets that were replaced
  std::size_t gated = 0;                  ///< not stored: what was left looked like a credential
  std::vector<std::string> gated_calls;   ///< why, for the first kListed of them
  std::size_t unused = 0;                 ///< recorded calls that answered nothing
  std::vector<MissReport> misses;         ///< the first kListed that differ
  std::vector<std::string> unused_calls;  ///< "#12 GetItem orders/42", the first kListed of them
  std::vector<std::string> stand_ins;     ///< "GetItem orders/42", the first kListed of the two
  std::optional<std::string> failure;     ///< the first of reading the tape, else of writing it

  static constexpr std::size_t kListed = 20;
};

class Cassette {
 public:
  [[nodiscard]] static core::Result<std::unique_ptr<Cassette>> open(CassetteOptions options);
  Cassette(const Cassette&) = delete;
  Cassette& operator=(const Cassette&) = delete;
  /// Where it was not closed, what it has recorded stays; a new file without recordings does not.
  ~Cassette();

  /// Whether calls are to be answered from the tape, and appended to it.
  [[nodiscard]] bool replays() const { return player_ != nullptr; }
  [[nodiscard]] bool records() const { return recorder_ != nullptr; }

  struct Answer {
    core::Response response;
    std::string note;         ///< "#12, call 1 of 3"
    core::Duration takes{0};  ///< from the call to the answer, as far as that is to be imitated
    core::Source source = core::Source::cassette;
  };
  /// What the tape, or the standby, answers; nullopt where the call is to go on, to be recorded or
  /// because it is a miss for the upstream. Any other miss is an answer, too. An error is the
  /// file's. Suspends a call that came before others that must come first.
  [[nodiscard]] core::Task<core::Result<std::optional<Answer>>> replay(
      const core::Exchange& exchange);

  /// A recording that has no answer yet.
  struct Draft {
    Recording recording;
    RedactionReport report;
    std::vector<std::string> secrets;
    core::Duration began;  ///< when the call went on to what answers it, since it came
  };
  /// Redacts the request; an error where the gate does not let it be stored: such a call must not
  /// reach the upstream.
  [[nodiscard]] core::Result<Draft> draft(const core::Exchange& exchange);
  /// Appends what `response` answered; finishes when it is durable, with a note: "#13".
  [[nodiscard]] core::Task<core::Result<std::string>> record(core::Exchange& exchange, Draft draft,
                                                             const core::Response& response);
  /// Why nothing can be recorded any more: such a call must not reach the upstream. Counts it.
  [[nodiscard]] std::optional<core::Error> refuses();

  [[nodiscard]] CassetteSummary summary() const;

  /// Leaves one file at the path, and none that is new and on which nothing was recorded. Mode
  /// `all` keeps the old one where nothing was recorded or recording failed. Call it when no
  /// exchange is left.
  [[nodiscard]] core::Result<void> close();

 private:
  Cassette(CassetteOptions options, std::string recording_path)
      : options_(std::move(options)), recording_path_(std::move(recording_path)) {}
  [[nodiscard]] core::Result<void> open_store(bool replays, bool records);
  [[nodiscard]] core::Result<void> replace();
  [[nodiscard]] core::Error gated(const core::Exchange& exchange, const std::string& why);
  /// Removes the file that this cassette made, where nothing was recorded to it.
  void remove_unused();
  struct Said {
    Player::Taken taken;
    core::Result<core::Response> response = core::Response();  ///< of a match, ...
    core::Duration takes{0};                                   ///< ... and how long it takes
  };
  [[nodiscard]] Said say(const Player::Asked& asked, const core::Exchange& exchange,
                         bool last_chance);
  [[nodiscard]] core::Task<Said> ask(Player::Asked asked, const core::Exchange& exchange);
  /// Counts a miss; its answer, or nullopt where it is the upstream's.
  [[nodiscard]] std::optional<Answer> missed(const core::Exchange& exchange, const Missed& missed,
                                             const Player::Miss& miss);
  [[nodiscard]] std::expected<core::Response, std::string> stand_in(const core::Exchange& exchange);
  void count(std::size_t CassetteSummary::* kind, const Missed& missed);
  void keep(MissReport report);

  const CassetteOptions options_;
  const std::string recording_path_;  ///< where it records to: beside the path until it is closed
  bool made_file_ = false;            ///< nothing was at recording_path_ before
  std::shared_ptr<Store> store_;      // shared by player and recorder
  std::optional<Connection> held_;    ///< the old tape that this one is to replace
  std::unique_ptr<Player> player_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Redactor> redactor_;
  MatchRules match_;            ///< those that the tape keeps, and the options'
  std::mutex turn_;             ///< held from a tape's answer until the standby has learned it
  Standby* standby_ = nullptr;  ///< the options', where the tape shows it what it needs
  bool overlaid_ = false;       ///< rules are applied to the tape that it was not recorded with
  mutable std::mutex mutex_;
  CassetteSummary counts_;  ///< guarded by mutex_; what player and recorder do not count
};

}  // namespace dynatape::cassettes
