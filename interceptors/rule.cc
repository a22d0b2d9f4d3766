#include "interceptors/rule.h"

#include <nlohmann/json.hpp>

#include "interceptors/duration_text.h"
#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

std::string describe(const Rule& rule) {
  const InterceptorRow* const row = find_interceptor(rule.then->name());
  const Stage stage = row ? row->stage : Stage::call;
  std::string text = rule.name + ": " + describe(rule.when, stage) + ": " + rule.then->describe();
  const FaultLimits& limits = rule.limits;
  if (limits.times == 1) {
    text += ", at most once";
  } else if (limits.times) {
    text += ", at most " + std::to_string(*limits.times) + " times";
  }
  if (limits.per_second) {
    text += ", at most " + nlohmann::json(*limits.per_second).dump() + " times a second";
  }
  if (limits.max_active) {
    text += ", at most " + std::to_string(*limits.max_active) + " at once";
  }
  if (rule.ttl) text += ", for " + to_text(*rule.ttl);
  return text;
}

}  // namespace dynatape::interceptors
