#include "interceptors/statement_batch.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "interceptors/throttle_answer.h"

namespace dynatape::interceptors {
namespace {

using core::dumped;
using nlohmann::json;
using nlohmann::ordered_json;

ordered_json error_of(const Exceeded& exceeded) {
  const ThrottleWords words = words_for(exceeded);
  return {{"Error", {{"Code", words.code}, {"Message", words.message}}}};
}

}  // namespace

std::string without_statements(const core::Call& call, const LeftOut& left_out) {
  json params = call.params();
  json& statements = params.at("Statements");
  json kept = json::array();
  for (std::size_t i = 0; i < left_out.size(); ++i) {
    if (!left_out[i]) kept.push_back(std::move(statements.at(i)));
  }
  statements = std::move(kept);
  return dumped(params);
}

std::string with_statement_errors(std::string_view answer,
                                  std::span<const std::optional<Exceeded>> parts) {
  auto body = ordered_json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("Responses")) return {};
  ordered_json& responses = body["Responses"];
  const auto done = std::ranges::count_if(parts, [](const auto& one) { return !one; });
  if (!responses.is_array() || responses.size() != static_cast<std::size_t>(done)) return {};
  ordered_json all = ordered_json::array();
  std::size_t next = 0;
  for (const auto& exceeded : parts) {
    all.push_back(exceeded ? error_of(*exceeded) : std::move(responses.at(next++)));
  }
  responses = std::move(all);
  return dumped(body);
}

}  // namespace dynatape::interceptors
