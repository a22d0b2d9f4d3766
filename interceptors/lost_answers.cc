#include "interceptors/lost_answers.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cassettes/effects.h"
#include "core/json.h"
#include "core/statement.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using core::member;
using nlohmann::json;

bool writes(const json& holder) {
  const json* statement = member(holder, "Statement");
  return statement && statement->is_string() &&
         !core::is_select(statement->get_ref<const std::string&>());
}

/// Whether the client can take `answer` for what came from behind.
bool arrives(const core::Reply& answer) {
  const core::Delivery& delivery = answer.delivery;
  return answer.source != core::Source::fault && !delivery.cut_after && !delivery.cut_fraction;
}

/// "ConditionalCheckFailedException"
/// Errors that leave open what becomes of the call: its SDK tries again.
bool is_final(int status, std::string_view type) {
  static constexpr std::string_view kTransient[] = {
      "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
      "TransactionInProgressException", "ReplicatedWriteConflictException"};
  return status < 500 && std::ranges::find(kTransient, type) == std::end(kTransient);
}

/// How the retry ended; empty while it has not.
std::string outcome(const core::Call& call, const Behind& behind) {
  if (behind.status == 0) return {};
  if (behind.status < 400) {
    const bool token = member(call.params(), "ClientRequestToken") != nullptr;
    return token ? "absorbed by its token" : "applied again";
  }
  std::string type = cassettes::error_type(behind.error);
  if (type.empty()) type = "an error";
  return is_final(behind.status, type) ? "refused (" + type + ")" : std::string();
}

std::string kind_of(const core::Call& call, const std::string& rules) {
  std::string kind = rules + ": " + std::string(call.name());
  std::string tables;
  for (const std::string& table : call.tables()) {
    tables += (tables.empty() ? " on " : ", ") + parse_table_name(table).name;
  }
  return kind + tables;
}

}  // namespace

std::string describe(const LostAnswerTally& tally) {
  std::string text = tally.what + ": " + std::to_string(tally.lost) +
                     (tally.lost == 1 ? " was applied although its answer was lost"
                                      : " were applied although their answers were lost");
  for (const auto& [what, count] : tally.retries) {
    text += "; " + std::to_string(count) + (count == 1 ? " retry was " : " retries were ") + what;
  }
  return text;
}

void add(const LostAnswerTally& from, std::vector<LostAnswerTally>& sum) {
  auto same = std::ranges::find(sum, from.what, &LostAnswerTally::what);
  if (same == sum.end()) {
    sum.push_back(from);
    return;
  }
  same->lost += from.lost;
  for (const auto& [what, count] : from.retries) same->retries[what] += count;
}

bool changes_something(const core::Call& call) {
  const core::Operation* operation = call.operation();
  if (!operation || operation->kind == core::OperationKind::read) return false;
  if (operation->kind == core::OperationKind::write) return true;
  if (operation->kind == core::OperationKind::control) {
    return std::ranges::none_of(std::array<std::string_view, 3>{"Describe", "List", "Get"},
                                [&](auto verb) { return operation->name.starts_with(verb); });
  }
  if (writes(call.params())) return true;
  for (const char* name : {"Statements", "TransactStatements"}) {
    const json* statements = member(call.params(), name);
    if (statements && statements->is_array() && std::ranges::any_of(*statements, writes)) {
      return true;
    }
  }
  return false;
}

bool LostAnswers::remembers(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  return pending_.contains(id);
}

bool LostAnswers::is_lost(const core::Call& call, const Behind& behind, const core::Reply& answer) {
  const bool applied = behind.status > 0 && behind.status < 400;
  return applied && !arrives(answer) && changes_something(call);
}

void LostAnswers::add(std::uint64_t id, const core::Call& call, const std::string& rules) {
  const std::string kind = kind_of(call, rules);
  const std::lock_guard lock(mutex_);
  const bool known = kinds_.contains(kind) || kinds_.size() < kMostKinds;
  const std::string what = known ? kind : "other calls";
  LostAnswerTally& tally = kinds_[what];
  tally.what = what;
  ++tally.lost;
  if (id == 0 || !pending_.emplace(id, what).second) return;
  any_ = true;
  arrived_.push_back(id);
  if (arrived_.size() <= kRemembered) return;
  pending_.erase(arrived_.front());
  arrived_.pop_front();
}

void LostAnswers::saw_retry(std::uint64_t id, const core::Call& call, const Behind& behind) {
  const std::string became = outcome(call, behind);
  if (became.empty()) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = pending_.find(id); found != pending_.end()) {
    ++kinds_[found->second].retries[became];
  }
}

std::vector<LostAnswerTally> LostAnswers::tallies() const {
  const std::lock_guard lock(mutex_);
  std::vector<LostAnswerTally> tallies;
  for (const auto& [what, tally] : kinds_) tallies.push_back(tally);
  return tallies;
}

}  // namespace dynatape::interceptors
