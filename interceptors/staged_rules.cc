#include "interceptors/staged_rules.h"

#include <algorithm>
#include <utility>

#include "interceptors/intake.h"
#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {
namespace {

Stage stage_of(const Rule& rule) {
  const InterceptorRow* row = find_interceptor(rule.then->name());
  return row ? row->stage : Stage::call;
}

/// Those of one stage, in order; nullptr where there are none.
std::shared_ptr<const RuleSet> only(const RuleSet& all, Stage stage) {
  std::vector<Rule> rules;
  for (const Rule& rule : all.rules()) {
    if (stage_of(rule) == stage) rules.push_back(rule);
  }
  if (rules.empty()) return nullptr;
  return std::make_shared<const RuleSet>(std::move(rules), all.seed(), all.keys());
}

/// Watches all answers for a Halt that several interceptors ask.
class HaltWatch final : public core::Interceptor {
 public:
  explicit HaltWatch(std::shared_ptr<Halt> halt) : halt_(std::move(halt)) {}

  [[nodiscard]] std::string_view name() const override { return "halt"; }
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override {
    auto result = co_await next(exchange);
    halt_->saw(has_failed(result), exchange.clock().now());
    co_return result;
  }

 private:
  std::shared_ptr<Halt> halt_;  // shared with those who ask
};

/// Rules that do nothing any more once they are halted.
class Stoppable final : public core::Interceptor {
 public:
  Stoppable(std::shared_ptr<core::Interceptor> rules, std::shared_ptr<Halt> halt)
      : rules_(std::move(rules)), halt_(std::move(halt)) {}

  [[nodiscard]] std::string_view name() const override { return rules_->name(); }
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override {
    return halt_->halted() ? next(exchange) : rules_->handle(exchange, next);
  }

 private:
  std::shared_ptr<core::Interceptor> rules_;  // shared with the StagedRules
  std::shared_ptr<Halt> halt_;                // shared with who watches
};

/// As it stands in a pipeline.
std::shared_ptr<core::Interceptor> stoppable(std::shared_ptr<core::Interceptor> rules,
                                             const std::shared_ptr<Halt>& halt) {
  if (!rules || !halt) return rules;
  return std::make_shared<Stoppable>(std::move(rules), halt);
}

}  // namespace

StagedRules::StagedRules(std::shared_ptr<const RuleSet> rules, const RulesOptions& options)
    : rules_(std::move(rules)) {
  const bool one_stage = std::ranges::all_of(
      rules_->rules(), [](const Rule& rule) { return stage_of(rule) == Stage::call; });
  if (one_stage) {
    calls_ = make_rules_interceptor(rules_, options);
    return;
  }
  if (rules_->halt()) halt_ = std::make_shared<Halt>(*rules_->halt());
  const auto running = [&](Stage stage) -> Rules {
    auto own = only(*rules_, stage);
    return own ? make_rules_interceptor(std::move(own), options) : nullptr;
  };
  connections_ = running(Stage::connection);
  heads_ = running(Stage::head);
  calls_ = running(Stage::call);
}

void StagedRules::append_to(core::Pipeline& pipeline) const {
  auto& chain = pipeline.interceptors;
  pipeline.doorkeeper = stoppable(connections_, halt_);
  if (halt_) chain.push_back(std::make_shared<HaltWatch>(halt_));
  if (heads_) {
    chain.push_back(stoppable(heads_, halt_));
    chain.push_back(std::make_shared<Intake>());
    pipeline.takes_uploads = true;
  }
  if (calls_) chain.push_back(stoppable(calls_, halt_));
}

void StagedRules::take_over(StagedRules& before) {
  if (connections_ && before.connections_) connections_->take_over(*before.connections_);
  if (heads_ && before.heads_) heads_->take_over(*before.heads_);
  if (calls_ && before.calls_) calls_->take_over(*before.calls_);
}

std::vector<FaultTally> StagedRules::tallies() const {
  std::vector<FaultTally> found;
  for (const Rules& rules : {connections_, heads_, calls_}) {
    if (rules) std::ranges::move(rules->tallies(), std::back_inserter(found));
  }
  if (!act_early()) return found;
  std::vector<FaultTally> in_order;
  for (const Rule& rule : rules_->rules()) {
    const auto own = std::ranges::find(found, rule.name, &FaultTally::rule);
    if (own != found.end()) in_order.push_back(std::move(*own));
  }
  return in_order;
}

// What heads_ would tell besides, calls_ tells already: it meets the same calls.
std::vector<LostAnswerTally> StagedRules::lost_answers() const {
  return calls_ ? calls_->lost_answers() : std::vector<LostAnswerTally>();
}

std::optional<std::string> StagedRules::halted() const {
  if (halt_) return halt_->reason();
  return calls_ ? calls_->halted() : std::nullopt;
}

bool StagedRules::need_past() const { return calls_ && calls_->need_past(); }

}  // namespace dynatape::interceptors
