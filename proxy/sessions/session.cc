#include "proxy/sessions/session.h"

#include <algorithm>
#include <utility>

#include "emulator/storage/databases.h"
#include "interceptors/polyfills.h"
#include "interceptors/record.h"
#include "interceptors/recovery.h"
#include "interceptors/replay.h"
#include "interceptors/rule_reader.h"
#include "proxy/aws/remote_upstream.h"
#include "proxy/sessions/database_file.h"
#include "proxy/sessions/emulator_upstream.h"

namespace dynatape::sessions {
namespace {

using core::Result;
using interceptors::FaultTally;
using interceptors::LostAnswerTally;
using namespace std::chrono_literals;

constexpr core::Duration kPoll = 1ms;      // between two looks whether calls have ended
constexpr core::Duration kPatience = 10s;  // for the calls under way
constexpr std::size_t kToldApart = 20;     // reasons why calls failed

/// Nothing, whatever happens: behind a cassette that only replays.
class NoUpstream final : public core::Upstream {
 public:
  explicit NoUpstream(std::string why) : why_(std::move(why)) {}
  [[nodiscard]] core::Task<Result<core::Reply>> send(core::Exchange&) override {
    co_return core::failure(why_);
  }

 private:
  std::string why_;
};

void add(const FaultTally& tally, FaultTally& sum) {
  sum.rule = tally.rule;
  sum.fault = tally.fault;
  sum.planned += tally.planned;
  sum.delivered += tally.delivered;
  for (const auto& [reason, count] : tally.undelivered) sum.undelivered[reason] += count;
}

void add(const cassettes::CassetteSummary& tape, Summary& summary) {
  summary.replayed += tape.replayed;
  summary.recorded += tape.recorded;
  summary.missed += tape.missed;
  summary.unused += tape.unused;
  summary.misses.insert(summary.misses.end(), tape.misses.begin(), tape.misses.end());
  summary.unused_calls.insert(summary.unused_calls.end(), tape.unused_calls.begin(),
                              tape.unused_calls.end());
  for (const std::string& call : tape.gated_calls) {
    summary.problems.push_back("not recorded: " + call);
  }
  if (tape.gated > tape.gated_calls.size()) {
    summary.problems.push_back(
        "not recorded, too: " + std::to_string(tape.gated - tape.gated_calls.size()) +
        " more calls that look as if they held credentials");
  }
  if (tape.failure) {
    summary.problems.push_back("the tape failed: " + *tape.failure +
                               "; calls refused for it: " + std::to_string(tape.refused));
  }
}

void add(const std::vector<FaultTally>& tallies, Summary& summary) {
  for (const auto& tally : tallies) {
    summary.faults_planned += tally.planned;
    summary.faults_delivered += tally.delivered;
    const auto not_delivered = [&](std::uint64_t count, const std::string& reason) {
      summary.undelivered.push_back(tally.rule + " (" + tally.fault +
                                    "): " + std::to_string(count) + " because " + reason);
    };
    std::uint64_t under_way = tally.planned - tally.delivered;
    for (const auto& [reason, count] : tally.undelivered) {
      not_delivered(count, reason);
      under_way -= count;
    }
    if (under_way > 0) not_delivered(under_way, "the proxy stopped first");
  }
}

}  // namespace

Result<std::shared_ptr<Session>> Session::open(SessionSettings settings, const Shared& shared) {
  const auto session = std::shared_ptr<Session>(new Session(std::move(settings), shared));
  const SessionSettings& given = session->settings_;
  // The rules first: a mistake in them leaves no cassette behind.
  auto rules = session->make_rules(given.rules);
  if (!rules) return std::unexpected(rules.error());
  if (given.rules) {
    const auto set = interceptors::read_rules(given.rules->text, given.rules->name);
    if (set) session->for_cassettes_ = (*set)->for_cassettes();
  }
  if (auto made = session->make_upstream(); !made) return std::unexpected(made.error());
  if (auto loaded = session->load_database(); !loaded) return std::unexpected(loaded.error());
  auto polyfills = session->make_polyfills();
  if (!polyfills) return std::unexpected(polyfills.error());
  auto cassette = session->open_cassette(given.cassette, given.mode);
  if (!cassette) return std::unexpected(cassette.error());
  const std::lock_guard lock(session->mutex_);
  session->put_rules(given.rules, std::move(*rules));
  session->polyfills_ = std::move(*polyfills);
  session->cassette_ = std::move(*cassette);
  session->put_pipeline();
  return session;
}

Session::Session(SessionSettings settings, const Shared& shared)
    : settings_(std::move(settings)),
      path_prefix_("/session/" + settings_.name),
      shared_(shared),
      clock_(settings_.clock) {}

Session::~Session() = default;

Result<Session::CassetteInUse> Session::open_cassette(std::string path, cassettes::Mode mode) {
  if (path.empty()) return CassetteInUse{};
  auto cassette = cassettes::Cassette::open({.path = path,
                                             .mode = mode,
                                             .secrets = shared_.secrets,
                                             .replay = shared_.replay,
                                             .match = for_cassettes_.match,
                                             .redaction = for_cassettes_.redaction,
                                             .pseudonym_key = shared_.pseudonym_key,
                                             .new_key = shared_.new_pseudonym_key});
  if (!cassette) return std::unexpected(cassette.error());
  return CassetteInUse{std::move(path), mode, std::move(*cassette)};
}

Result<void> Session::make_upstream() {
  if (settings_.upstream == "emulator") {
    emulator_ =
        std::make_shared<EmulatorUpstream>(settings_.emulator, settings_.account, shared_.keys);
    upstream_ = emulator_;
    return {};
  }
  auto remote = aws::RemoteUpstream::at(settings_.upstream);
  if (!remote) return std::unexpected(remote.error());
  upstream_ = std::move(*remote);
  return {};
}

Result<std::shared_ptr<core::Interceptor>> Session::make_polyfills() const {
  auto backups = interceptors::BackupStore::open(settings_.backups);
  if (!backups) return std::unexpected(backups.error());
  interceptors::PolyfillContext context{.upstream = upstream_,
                                        .backups = *std::move(backups),
                                        .recovery = std::make_shared<interceptors::Recovery>(),
                                        .account = settings_.account};
  if (emulator_) {
    context.upstream = std::shared_ptr<core::Upstream>(emulator_, &emulator_->inside());
    context.snapshots = emulator_;
    context.change_delay = settings_.emulator.table_delay;
  }
  return interceptors::make_polyfills(std::move(context));
}

Result<void> Session::load_database() {
  if (settings_.database.empty()) return {};
  auto loaded = sessions::load_database(*emulator(), settings_.database, clock_.now());
  if (!loaded) return loaded;
  prepared_.adopt(emulator()->databases());
  return {};
}

Result<Session::Rules> Session::make_rules(const std::optional<RuleText>& rules) const {
  if (!rules) return nullptr;
  const auto set = interceptors::read_rules(rules->text, rules->name);
  if (!set) return std::unexpected(set.error());
  if ((*set)->empty()) return nullptr;
  return interceptors::make_rules_interceptor(*set,
                                              {settings_.seed, name(), shared_.http, clock_.now()});
}

Result<void> Session::check_for_cassettes(const std::optional<RuleText>& rules) const {
  if (!rules) return {};
  const auto set = interceptors::read_rules(rules->text, rules->name);
  if (!set) return std::unexpected(set.error());
  const auto& wanted = (*set)->for_cassettes();
  const bool same_match = wanted.match.empty() || wanted.match == for_cassettes_.match;
  const bool same_redaction = !wanted.redaction || wanted.redaction == for_cassettes_.redaction;
  if (same_match && same_redaction) return {};
  return core::failure(rules->name + R"(: "match" and "redact" hold from a session's beginning to )"
                                     "its end, and differ from those it began with");
}

std::shared_ptr<const core::Pipeline> Session::pipeline() const {
  const std::lock_guard lock(mutex_);
  return pipeline_;
}

void Session::failed(const std::string& why) {
  const std::lock_guard lock(mutex_);
  const bool known = failures_.contains(why) || failures_.size() < kToldApart;
  ++failures_[known ? why : "other reasons"];
}

Result<void> Session::edit_rules(const RuleEdit& edit) {
  const std::lock_guard one_at_a_time(editing_);
  auto wanted = edit(rules());
  if (!wanted) return std::unexpected(wanted.error());
  auto running = make_rules(*wanted);
  if (!running) return std::unexpected(running.error());
  if (auto same = check_for_cassettes(*wanted); !same) return same;
  const std::lock_guard lock(mutex_);
  if (closed()) return core::failure("session '" + name() + "' is closed");
  if (*running && running_rules_) (*running)->take_over(*running_rules_);
  put_rules(std::move(*wanted), std::move(*running));
  if (paused_) return {};
  retire_pipeline();
  put_pipeline();
  return {};
}

void Session::put_rules(std::optional<RuleText> rules, Rules running) {
  if (running_rules_) retired_rules_.push_back(std::move(running_rules_));
  running_rules_ = std::move(running);
  rules_ = std::move(rules);
}

/// Outermost first: what all sessions have, faults, replay, record, polyfills, upstream.
void Session::put_pipeline() {
  auto pipeline = std::make_shared<core::Pipeline>();
  auto& chain = pipeline->interceptors;
  chain = shared_.front;
  if (running_rules_) chain.push_back(running_rules_);
  const auto& cassette = cassette_.cassette;
  if (cassette && cassette->replays()) {
    chain.push_back(std::make_shared<interceptors::Replay>(cassette));
  }
  if (cassette && cassette->records()) {
    chain.push_back(std::make_shared<interceptors::Record>(cassette));
  }
  pipeline->upstream = upstream_;
  if (why_none_) {
    pipeline->upstream = std::make_shared<NoUpstream>(*why_none_);
  } else if (cassette && !cassette->records()) {
    pipeline->upstream =
        std::make_shared<NoUpstream>("a cassette that only replays has nothing behind it");
  } else {
    chain.push_back(polyfills_);
  }
  pipeline_ = std::move(pipeline);
}

void Session::retire_pipeline() {
  if (!pipeline_) return;
  retired_.push_back(pipeline_);
  pipeline_ = nullptr;
  fold_retired();
}

void Session::fold_retired() {
  std::erase_if(retired_, [](const auto& pipeline) { return pipeline.expired(); });
  // A call under way in any of them could still add to what its rules have counted.
  if (!retired_.empty()) return;
  for (const auto& rules : std::exchange(retired_rules_, {})) {
    for (const FaultTally& tally : rules->tallies()) add(tally, past_faults_[tally.rule]);
    for (const auto& tally : rules->lost_answers()) add(tally, past_lost_);
    if (auto why = rules->halted()) past_halts_.push_back(*std::move(why));
  }
}

std::optional<RuleText> Session::rules() const {
  const std::lock_guard lock(mutex_);
  return rules_;
}

std::vector<FaultTally> Session::tallies() const {
  const std::lock_guard lock(mutex_);
  std::vector<FaultTally> tallies;
  if (running_rules_) tallies = running_rules_->tallies();
  auto past = past_faults_;
  for (const auto& rules : retired_rules_) {
    for (const FaultTally& tally : rules->tallies()) add(tally, past[tally.rule]);
  }
  for (FaultTally& tally : tallies) {
    const auto found = past.find(tally.rule);
    if (found == past.end() || found->second.fault != tally.fault) continue;
    add(found->second, tally);
    past.erase(found);
  }
  for (auto& [rule, tally] : past) tallies.push_back(std::move(tally));
  return tallies;
}

std::vector<LostAnswerTally> Session::lost_answers() const {
  const std::lock_guard lock(mutex_);
  auto lost = past_lost_;
  for (const auto& rules : retired_rules_) {
    for (const auto& tally : rules->lost_answers()) add(tally, lost);
  }
  if (!running_rules_) return lost;
  for (const auto& tally : running_rules_->lost_answers()) add(tally, lost);
  return lost;
}

std::vector<std::string> Session::halts() const {
  const std::lock_guard lock(mutex_);
  auto halts = past_halts_;
  for (const auto& rules : retired_rules_) {
    if (auto why = rules->halted()) halts.push_back(*std::move(why));
  }
  auto why = running_rules_ ? running_rules_->halted() : std::nullopt;
  if (why) halts.push_back(*std::move(why));
  return halts;
}

Summary Session::summary() const {
  const auto faults = tallies();
  const auto lost = lost_answers();
  const auto stops = halts();
  const CassetteInUse tape = cassette();
  const std::lock_guard lock(mutex_);
  Summary summary = past_tapes_;
  summary.calls = calls_.load();
  add(faults, summary);
  for (const auto& tally : lost) summary.lost_answers.push_back(describe(tally));
  summary.halts = stops;
  if (tape.cassette) add(tape.cassette->summary(), summary);
  for (const auto& [why, count] : failures_) {
    summary.unanswered.push_back(std::to_string(count) + (count == 1 ? " call: " : " calls: ") +
                                 why);
  }
  return summary;
}

bool Session::has_calls() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(retired_, [](const auto& pipeline) { return !pipeline.expired(); });
}

Session::CassetteInUse Session::cassette() const {
  const std::lock_guard lock(mutex_);
  return cassette_;
}

emulator::Emulator* Session::emulator() { return emulator_ ? &emulator_->emulator() : nullptr; }

core::Task<Result<void>> Session::pause(core::Loop& loop) {
  {
    const std::lock_guard lock(mutex_);
    if (paused_ || closed()) {
      co_return core::failure("session '" + name() + "' is closed or being changed");
    }
    paused_ = true;
    retire_pipeline();
  }
  for (core::Duration waited{}; has_calls(); waited += kPoll) {
    if (waited >= kPatience) {
      const std::lock_guard lock(mutex_);
      paused_ = false;
      put_pipeline();
      co_return core::failure("calls of session '" + name() +
                              "' are still under way; nothing was changed");
    }
    co_await loop.sleep(kPoll);
  }
  co_return Result<void>();
}

core::Task<Result<void>> Session::change_cassette(core::Loop& loop, std::string path,
                                                  cassettes::Mode mode) {
  if (auto paused = co_await pause(loop); !paused) co_return paused;
  const CassetteInUse before = cassette();
  Result<void> outcome;
  if (before.cassette) outcome = before.cassette->close();
  auto opened = open_cassette(std::move(path), mode);
  const std::lock_guard lock(mutex_);
  if (before.cassette) add(before.cassette->summary(), past_tapes_);
  why_none_ = std::nullopt;
  if (!opened) {
    why_none_ = opened.error().message;
    outcome = std::unexpected(opened.error());
  }
  cassette_ = opened ? std::move(*opened) : CassetteInUse{};
  paused_ = false;
  put_pipeline();
  co_return outcome;
}

core::Task<Result<void>> Session::reset(core::Loop& loop) {
  if (auto paused = co_await pause(loop); !paused) co_return paused;
  Result<void> outcome;
  CassetteInUse tape = cassette();
  if (tape.cassette && !tape.cassette->records()) {
    outcome = tape.cassette->close();
    auto again = open_cassette(tape.path, cassettes::Mode::none);
    if (again) {
      again->mode = tape.mode;
      tape = std::move(*again);
    } else {
      outcome = std::unexpected(again.error());
    }
  }
  if (auto* const databases = emulator()) databases->databases().adopt(prepared_);
  clock_.restart(settings_.clock);
  auto running = make_rules(settings_.rules);  // read once before, so without mistakes
  auto polyfills = make_polyfills();
  if (!polyfills) outcome = std::unexpected(polyfills.error());
  const std::lock_guard lock(mutex_);
  if (polyfills) polyfills_ = *std::move(polyfills);
  put_rules(settings_.rules, running ? std::move(*running) : nullptr);
  retired_rules_.clear();
  past_faults_.clear();
  past_lost_.clear();
  past_halts_.clear();
  failures_.clear();
  past_tapes_ = {};
  calls_ = 0;
  cassette_ = std::move(tape);
  paused_ = false;
  put_pipeline();
  co_return outcome;
}

core::Task<Result<void>> Session::close(core::Loop& loop) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    retire_pipeline();
  }
  for (core::Duration waited{}; has_calls(); waited += kPoll) {
    if (waited >= kPatience) {
      co_return core::failure("session '" + name() + "' takes no more calls, but some are still " +
                              "under way; close it again when they have ended");
    }
    co_await loop.sleep(kPoll);
  }
  co_return close_now();
}

Result<void> Session::close_now() {
  CassetteInUse tape;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    retire_pipeline();
    tape = cassette_;
  }
  return tape.cassette ? tape.cassette->close() : Result<void>();
}

}  // namespace dynatape::sessions
