#include "proxy/sessions/session.h"

#include <algorithm>
#include <utility>

#include "interceptors/record.h"
#include "interceptors/replay.h"
#include "interceptors/rule_reader.h"
#include "proxy/aws/remote_upstream.h"
#include "proxy/sessions/emulator_upstream.h"

namespace dynatape::sessions {
namespace {

using core::Result;
using interceptors::FaultTally;
using namespace std::chrono_literals;

constexpr core::Duration kPoll = 1ms;      // between two looks whether calls have ended
constexpr core::Duration kPatience = 10s;  // for the calls under way
constexpr std::size_t kToldApart = 20;     // reasons why calls failed

/// Behind a cassette that only replays: nothing, whatever happens.
class NoUpstream final : public core::Upstream {
 public:
  [[nodiscard]] core::Task<Result<core::Reply>> send(core::Exchange&) override {
    co_return core::failure("a cassette that only replays has nothing behind it");
  }
};

void add(const FaultTally& tally, FaultTally& sum) {
  sum.rule = tally.rule;
  sum.fault = tally.fault;
  sum.planned += tally.planned;
  sum.delivered += tally.delivered;
  for (const auto& [reason, count] : tally.undelivered) sum.undelivered[reason] += count;
}

void add(const cassettes::CassetteSummary& tape, Summary& summary) {
  summary.replayed = tape.replayed;
  summary.recorded = tape.recorded;
  summary.missed = tape.missed;
  summary.unused = tape.unused;
  summary.misses = tape.misses;
  summary.unused_calls = tape.unused_calls;
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
  const std::lock_guard lock(session->mutex_);
  // The rules first: a mistake in them leaves no cassette behind.
  if (auto done = session->put_rules(session->settings_.rules); !done) {
    return std::unexpected(done.error());
  }
  if (auto done = session->open_cassette(); !done) return std::unexpected(done.error());
  if (auto done = session->make_upstream(); !done) return std::unexpected(done.error());
  session->put_pipeline();
  return session;
}

Session::Session(SessionSettings settings, const Shared& shared)
    : settings_(std::move(settings)),
      path_prefix_("/session/" + settings_.name),
      shared_(shared),
      clock_(settings_.clock) {}

Session::~Session() = default;

Result<void> Session::open_cassette() {
  if (settings_.cassette.empty()) return {};
  auto cassette = cassettes::Cassette::open({settings_.cassette, settings_.mode, shared_.secrets});
  if (!cassette) return std::unexpected(cassette.error());
  cassette_ = std::move(*cassette);
  return {};
}

Result<void> Session::make_upstream() {
  if (cassette_ && !cassette_->records()) {
    upstream_ = std::make_shared<NoUpstream>();
  } else if (settings_.upstream == "emulator") {
    emulator_ =
        std::make_shared<EmulatorUpstream>(settings_.emulator, settings_.account, shared_.keys);
    upstream_ = emulator_;
  } else {
    auto remote = aws::RemoteUpstream::at(settings_.upstream);
    if (!remote) return std::unexpected(remote.error());
    upstream_ = std::move(*remote);
  }
  return {};
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

Result<void> Session::replace_rules(std::optional<RuleText> rules) {
  const std::lock_guard lock(mutex_);
  if (closed()) return core::failure("session '" + name() + "' is closed");
  if (auto done = put_rules(std::move(rules)); !done) return done;
  retire_pipeline();
  put_pipeline();
  return {};
}

Result<void> Session::put_rules(std::optional<RuleText> rules) {
  std::shared_ptr<interceptors::RulesInterceptor> running;
  if (rules) {
    const auto set = interceptors::read_rules(rules->text, rules->name);
    if (!set) return std::unexpected(set.error());
    if (!(*set)->empty()) {
      running = interceptors::make_rules_interceptor(*set, {settings_.seed, name()});
    }
  }
  if (running_rules_) retired_rules_.push_back(std::move(running_rules_));
  running_rules_ = std::move(running);
  rules_ = std::move(rules);
  return {};
}

/// Outermost first: what all sessions have, faults, replay, record, upstream.
void Session::put_pipeline() {
  auto pipeline = std::make_shared<core::Pipeline>();
  auto& chain = pipeline->interceptors;
  chain = shared_.front;
  if (running_rules_) chain.push_back(running_rules_);
  if (cassette_ && cassette_->replays()) {
    chain.push_back(std::make_shared<interceptors::Replay>(cassette_));
  }
  if (cassette_ && cassette_->records()) {
    chain.push_back(std::make_shared<interceptors::Record>(cassette_));
  }
  pipeline->upstream = upstream_;
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

Summary Session::summary() const {
  Summary summary;
  summary.calls = calls_.load();
  add(tallies(), summary);
  const std::lock_guard lock(mutex_);
  if (cassette_) add(cassette_->summary(), summary);
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
  const std::lock_guard lock(mutex_);
  closed_ = true;
  retire_pipeline();
  return cassette_ ? cassette_->close() : Result<void>();
}

}  // namespace dynatape::sessions
