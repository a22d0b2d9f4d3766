#include "interceptors/rules_interceptor.h"

#include <algorithm>
#include <atomic>

#include "interceptors/decisions.h"
#include "interceptors/halt.h"

namespace dynatape::interceptors {
namespace {

using Answering = core::Task<core::Result<core::Reply>>;

/// What a rule's faults have come to. It outlives edits that leave the rule as it is.
struct RuleState {
  explicit RuleState(const Rule& rule) : faults(rule.limits) {}

  std::atomic<const RulesInterceptor*> owner = nullptr;  ///< who tells of it
  FaultCounter faults;
};

/// What became of writes whose answers were lost. It outlives all edits.
struct Lost {
  std::atomic<const RulesInterceptor*> owner = nullptr;  ///< who tells of it
  LostAnswers answers;
};

class Rules final : public RulesInterceptor {
 public:
  Rules(std::shared_ptr<const RuleSet> rules, const RulesOptions& options)
      : rules_(std::move(rules)),
        decisions_(rules_, options.seed.value_or(rules_->seed().value_or(0)), options.session,
                   options.since),
        http_(options.http),
        lost_(std::make_shared<Lost>()) {
    lost_->owner = this;
    for (const Rule& rule : rules_->rules()) {
      faults_.push_back(rule.then);
      states_.push_back(std::make_shared<RuleState>(rule));
      states_.back()->owner = this;
    }
    if (rules_->halt()) halt_ = std::make_unique<Halt>(*rules_->halt());
  }

  [[nodiscard]] std::string_view name() const override { return "rules"; }

  [[nodiscard]] Answering handle(core::Exchange& exchange, core::Next next) override {
    return halt_ ? watched(exchange, next) : act(exchange, next);
  }

  void take_over(RulesInterceptor& other) override {
    auto& before = dynamic_cast<Rules&>(other);
    lost_ = before.lost_;
    lost_->owner = this;
    const auto& old = before.rules_->rules();
    std::vector<std::optional<std::size_t>> places;  // in `before`, of each rule
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const auto same = std::ranges::find(old, rules_->rules()[i].text, &Rule::text);
      if (same == old.end()) {
        places.emplace_back();
        continue;
      }
      const std::size_t place = *places.emplace_back(same - old.begin());
      states_[i] = before.states_[place];
      states_[i]->owner = this;
      faults_[i] = before.faults_[place];
    }
    decisions_.take_over(before.decisions_, places);
  }

  [[nodiscard]] std::vector<FaultTally> tallies() const override {
    std::vector<FaultTally> tallies;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i]->owner != this) continue;
      const Rule& rule = rules_->rules()[i];
      tallies.push_back(states_[i]->faults.tally(rule.name, rule.then->name()));
    }
    return tallies;
  }

  [[nodiscard]] std::vector<LostAnswerTally> lost_answers() const override {
    if (lost_->owner != this) return {};
    return lost_->answers.tallies();
  }

  [[nodiscard]] std::optional<std::string> halted() const override {
    return halt_ ? halt_->reason() : std::nullopt;
  }

  [[nodiscard]] bool need_past() const override {
    return std::ranges::any_of(rules_->rules(),
                               [](const Rule& rule) { return rule.then->needs_past(); });
  }

 private:
  /// The same as act(), until too much has failed.
  Answering watched(core::Exchange& exchange, core::Next next) {
    if (halt_->halted()) co_return co_await next(exchange);
    auto result = co_await act(exchange, next);
    halt_->saw(has_failed(result), exchange.clock().now());
    co_return result;
  }

  Answering act(core::Exchange& exchange, core::Next next) {
    const core::Call& call = exchange.call();
    const bool retry = lost_->answers.any() && lost_->answers.remembers(attempts_id(call));
    std::vector<Strike> strikes;
    if (rules_->concerns(call.operation())) strikes = decide(exchange);
    if (strikes.empty() && !retry) return next(exchange);
    return strike(exchange, std::move(strikes), next, lost_->answers, retry);
  }

  static Answering strike(core::Exchange& exchange, std::vector<Strike> strikes, core::Next next,
                          LostAnswers& lost, bool retry) {
    Behind behind;
    auto result = co_await Inner(strikes, next, &behind)(exchange);
    for (Strike& strike : strikes) strike.firing.undelivered("an earlier rule answered the call");
    const core::Call& call = exchange.call();
    if (retry) lost.saw_retry(attempts_id(call), call, behind);
    if (result && LostAnswers::is_lost(call, behind, *result)) {
      std::string rules;
      for (const Strike& strike : strikes) {
        rules.append(rules.empty() ? "" : " + ").append(strike.firing.rule());
      }
      lost.add(attempts_id(call), call, rules);
    }
    co_return result;
  }

  /// The rules that hit this attempt, with their faults planned.
  std::vector<Strike> decide(core::Exchange& exchange) {
    std::vector<Strike> strikes;
    CallView call(exchange);
    for (const Decisions::Hit& hit : decisions_.decide(call)) {
      const Rule& rule = rules_->rules()[hit.rule];
      FaultCounter& faults = states_[hit.rule]->faults;
      if (!faults.plan(call.now())) continue;
      strikes.push_back({faults_[hit.rule].get(),
                         Firing(rule.name, faults, hit.rng,
                                exchange.plan(rule.name, rule.then->name()), http_.get())});
    }
    return strikes;
  }

  std::shared_ptr<const RuleSet> rules_;
  Decisions decisions_;
  std::shared_ptr<core::HttpClient> http_;  // shared with the other sessions
  // Shared with the rules before and after an edit, as far as it left them as they are.
  std::vector<std::shared_ptr<const Fault>> faults_;  ///< one for each rule, in order; may remember
  std::vector<std::shared_ptr<RuleState>> states_;    ///< one for each rule, in order
  std::shared_ptr<Lost> lost_;
  std::unique_ptr<Halt> halt_;  ///< nullptr where nothing stops the rules
};

}  // namespace

std::shared_ptr<RulesInterceptor> make_rules_interceptor(std::shared_ptr<const RuleSet> rules,
                                                         const RulesOptions& options) {
  return std::make_shared<Rules>(std::move(rules), options);
}

}  // namespace dynatape::interceptors
