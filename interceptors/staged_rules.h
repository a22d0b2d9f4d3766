#pragma once

// The rules of one file at work, those of each stage by themselves: with an interceptor of their
// own, at the place where what they ask for is known. So each call is decided once by each rule.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/pipeline.h"
#include "interceptors/halt.h"
#include "interceptors/rules_interceptor.h"
#include "interceptors/stage.h"

namespace dynatape::interceptors {

class StagedRules {
 public:
  StagedRules(std::shared_ptr<const RuleSet> rules, const RulesOptions& options);

  /// Puts them where they belong, behind what `pipeline` has.
  void append_to(core::Pipeline& pipeline) const;
  /// Whether some act before a call is whole.
  [[nodiscard]] bool act_early() const { return connections_ || heads_; }

  // All below are as those of RulesInterceptor, for all rules of the file.
  void take_over(StagedRules& before);
  [[nodiscard]] std::vector<FaultTally> tallies() const;
  [[nodiscard]] std::vector<LostAnswerTally> lost_answers() const;
  [[nodiscard]] std::optional<std::string> halted() const;
  [[nodiscard]] bool need_past() const;

 private:
  using Rules = std::shared_ptr<RulesInterceptor>;

  std::shared_ptr<const RuleSet> rules_;
  // Shared with the pipelines they stand in; nullptr where the file has no rules of that stage.
  Rules connections_;
  Rules heads_;
  Rules calls_;
  /// Where it must hold for several stages; else calls_ has one of its own.
  std::shared_ptr<Halt> halt_;
};

}  // namespace dynatape::interceptors
