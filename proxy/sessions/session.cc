#include "proxy/sessions/session.h"

#include <algorithm>
#include <utility>

#include "emulator/storage/databases.h"
#include "interceptors/expiry.h"
#include "interceptors/polyfills.h"
#include "interceptors/record.h"
#include "interceptors/recovery.h"
#include "interceptors/replay.h"
#include "interceptors/rule_reader.h"
#include "interceptors/written_tables.h"
#include "proxy/aws/remote_upstream.h"
#include "proxy/sessions/database_file.h"
#include "proxy/sessions/emulator_upstream.h"
#include "proxy/sessions/hydrated_emulator.h"

namespace dynatape::sessions {
namespace {

using core::Result;
using interceptors::FaultTally;
using interceptors::LostAnswerTally;

constexpr std::size_t kToldApart = 20;  // reasons why calls failed

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

/// nullptr where there are none.
Result<RuleSetPtr> read_set(const std::optional<RuleText>& rules) {
  if (!rules) return nullptr;
  return interceptors::read_rules(rules->text, rules->name);
}

void add(const FaultTally& tally, FaultTally& sum) {
  sum.rule = tally.rule;
  sum.fault = tally.fault;
  sum.planned += tally.planned;
  sum.delivered += tally.delivered;
  for (const auto& [reason, count] : tally.undelivered) sum.undelivered[reason] += count;
}

}  // namespace

Result<std::shared_ptr<Session>> Session::open(SessionSettings settings, const Shared& shared) {
  const auto session = std::shared_ptr<Session>(new Session(std::move(settings), shared));
  const SessionSettings& given = session->settings_;
  // The rules first: a mistake in them leaves no cassette behind.
  auto set = read_set(given.rules);
  if (!set) return std::unexpected(set.error());
  if (*set) session->for_cassettes_ = (*set)->for_cassettes();
  session->first_rules_ = *set;
  if (auto made = session->make_upstream(); !made) return std::unexpected(made.error());
  if (auto loaded = session->load_database(); !loaded) return std::unexpected(loaded.error());
  auto polyfills = session->make_polyfills();
  if (!polyfills) return std::unexpected(polyfills.error());
  auto cassette = session->open_cassette(given.cassette, given.mode);
  if (!cassette) return std::unexpected(cassette.error());
  const std::lock_guard lock(session->mutex_);
  session->put_rules(given.rules, session->running(*set));
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

Session::~Session() { count_early(false); }

Result<Session::CassetteInUse> Session::open_cassette(std::string path, cassettes::Mode mode) {
  if (path.empty()) return CassetteInUse{};
  auto cassette = cassettes::Cassette::open({.path = path,
                                             .mode = mode,
                                             .secrets = shared_.secrets,
                                             .replay = shared_.replay,
                                             .standby = make_standby(),
                                             .match = for_cassettes_.match,
                                             .redaction = for_cassettes_.redaction,
                                             .pseudonym_key = shared_.pseudonym_key,
                                             .new_key = shared_.new_pseudonym_key});
  if (!cassette) return std::unexpected(cassette.error());
  return CassetteInUse{std::move(path), mode, std::move(*cassette)};
}

/// Fresh for each tape: what one tells does not hold for another.
std::shared_ptr<cassettes::Standby> Session::make_standby() const {
  if (shared_.replay.on_miss != cassettes::OnMiss::emulate) return nullptr;
  emulator::Options options = settings_.emulator;
  options.table_delay = {};  // what the tape's tables became is told by the tape
  return std::make_shared<HydratedEmulator>(options);
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

Result<Session::Polyfills> Session::make_polyfills() const {
  auto file = interceptors::PolyfillFile::open(settings_.backups);
  if (!file) return std::unexpected(file.error());
  auto backups = interceptors::BackupStore::open(*file);
  if (!backups) return std::unexpected(backups.error());
  auto kept = interceptors::TableSettings::open(*file);
  if (!kept) return std::unexpected(kept.error());
  const auto upstream =
      emulator_ ? std::shared_ptr<core::Upstream>(emulator_, &emulator_->inside()) : upstream_;
  const core::Duration delay = emulator_ ? settings_.emulator.table_delay : core::Duration();
  auto written = std::make_shared<interceptors::WrittenTables>(
      upstream, *kept, std::make_shared<interceptors::WriteLog>(*file));
  auto expiry = std::make_shared<interceptors::Expiry>(upstream, *kept, written, delay);
  return Polyfills{
      interceptors::make_polyfills({.upstream = upstream,
                                    .snapshots = emulator_,
                                    .backups = *std::move(backups),
                                    .settings = *kept,
                                    .expiry = expiry,
                                    .recovery = std::make_shared<interceptors::Recovery>(),
                                    .written = std::move(written),
                                    .account = settings_.account,
                                    .change_delay = delay}),
      expiry};
}

Result<void> Session::load_database() {
  if (settings_.database.empty()) return {};
  auto loaded = sessions::load_database(*emulator(), settings_.database, clock_.now());
  if (!loaded) return loaded;
  prepared_.adopt(emulator()->databases());
  return {};
}

Session::Rules Session::running(const RuleSetPtr& set) const {
  if (!set || set->empty()) return nullptr;
  return std::make_shared<interceptors::StagedRules>(
      set,
      interceptors::RulesOptions{
          .seed = settings_.seed, .session = name(), .http = shared_.http, .since = clock_.now()});
}

Result<void> Session::check_for_cassettes(const RuleSetPtr& set, const std::string& file) const {
  const auto& wanted = set->for_cassettes();
  const bool same_match = wanted.match.empty() || wanted.match == for_cassettes_.match;
  const bool same_redaction = !wanted.redaction || wanted.redaction == for_cassettes_.redaction;
  if (same_match && same_redaction) return {};
  return core::failure(file + R"(: "match" and "redact" hold from a session's beginning to )"
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
  const auto set = read_set(*wanted);
  if (!set) return std::unexpected(set.error());
  if (*set) {
    if (auto same = check_for_cassettes(*set, (*wanted)->name); !same) return same;
  }
  const std::lock_guard lock(mutex_);
  if (closed()) return core::failure("session '" + name() + "' is closed");
  auto made = running(*set);
  if (made && running_rules_) made->take_over(*running_rules_);
  put_rules(std::move(*wanted), std::move(made));
  if (paused_) return {};
  retire_pipeline();
  put_pipeline();
  return {};
}

void Session::put_rules(std::optional<RuleText> rules, Rules running) {
  if (running_rules_) retired_rules_.push_back(std::move(running_rules_));
  running_rules_ = std::move(running);
  count_early(running_rules_ && running_rules_->act_early());
  rules_ = std::move(rules);
}

void Session::count_early(bool early) {
  if (early == std::exchange(early_, early)) return;
  *shared_.early += early ? 1 : std::uint64_t(-1);
}

/// Outermost first: what all sessions have, faults, replay, record, polyfills, upstream.
void Session::put_pipeline() {
  auto pipeline = std::make_shared<core::Pipeline>();
  auto& chain = pipeline->interceptors;
  chain = shared_.front;
  if (running_rules_) running_rules_->append_to(*pipeline);
  if (emulator_) emulator_->emulator().keep_past(running_rules_ && running_rules_->need_past());
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
  } else if (cassette && !cassette->records() &&
             shared_.replay.on_miss != cassettes::OnMiss::upstream) {
    pipeline->upstream =
        std::make_shared<NoUpstream>("a cassette that only replays has nothing behind it");
  } else {
    chain.push_back(polyfills_.interceptor);
  }
  polyfills_.expiry->hold_back(false);
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
  if (polyfills_.expiry->busy()) return true;
  return std::ranges::any_of(retired_, [](const auto& pipeline) { return !pipeline.expired(); });
}

Session::CassetteInUse Session::cassette() const {
  const std::lock_guard lock(mutex_);
  return cassette_;
}

emulator::Emulator* Session::emulator() { return emulator_ ? &emulator_->emulator() : nullptr; }

std::shared_ptr<interceptors::Expiry> Session::expiry() const {
  const std::lock_guard lock(mutex_);
  return polyfills_.expiry;
}

Holds* Session::holds() { return emulator_ ? &emulator_->holds() : nullptr; }

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
