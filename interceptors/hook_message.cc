#include "interceptors/hook_message.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "interceptors/error.h"
#include "interceptors/json_field.h"
#include "interceptors/rewritten_call.h"

namespace dynatape::interceptors {
namespace {

using core::dumped;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kVersion = 1;

/// A header whose name holds one of these may hold a secret.
constexpr std::string_view kSecret[] = {"authorization", "token",      "cookie",   "secret",
                                        "signature",     "credential", "password", "key"};
/// What is made anew for each answer that leaves.
constexpr std::string_view kOfDelivery[] = {"content-length",    "content-encoding", "connection",
                                            "transfer-encoding", "x-amz-crc32",      "date"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

bool may_be_secret(const std::string& lower_name) {
  return std::ranges::any_of(
      kSecret, [&](std::string_view part) { return lower_name.find(part) != std::string::npos; });
}

/// By name in lower case; the values of a repeated name stand behind each other.
ordered_json told(const core::Headers& headers) {
  ordered_json all = ordered_json::object();
  for (const auto& [name, value] : headers) {
    const std::string key = lower(name);
    if (may_be_secret(key)) continue;
    all[key] = all.contains(key) ? all[key].get<std::string>() + ", " + value : value;
  }
  return all;
}

ordered_json told(const core::Response& answer) {
  ordered_json all = {{"status", answer.status}, {"headers", told(answer.headers)}};
  ordered_json body = ordered_json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) {
    all["text"] = answer.body;
  } else {
    all["body"] = std::move(body);
  }
  return all;
}

void read_headers(const JsonField& field, core::Headers& headers) {
  field.must_be_object();
  for (const std::string& name : field.member_names()) {
    const auto same = [&](std::string_view other) {
      return core::equals_ignoring_case(name, other);
    };
    const std::string value = field.member(name)->text();
    if (std::ranges::any_of(kOfDelivery, same)) continue;
    headers.set(name, value);
  }
}

/// The members of `said` in their own order; a JsonField's are sorted.
core::Response read_answer(const JsonField& field, const ordered_json& said,
                           const core::Response* before) {
  static constexpr std::string_view kMembers[] = {"status", "headers", "body", "text"};
  field.must_be_object();
  field.only(kMembers);
  core::Response answer =
      before ? *before : core::Response{200, {{"Content-Type", "application/x-amz-json-1.0"}}, {}};
  for (const std::string_view name : kOfDelivery) answer.headers.erase(name);
  if (const auto status = field.member("status")) {
    answer.status = static_cast<int>(status->count(200, 599));
  }
  if (const auto headers = field.member("headers")) read_headers(*headers, answer.headers);
  const auto body = field.member("body");
  const auto text = field.member("text");
  if (body && text) field.mistake(R"(it has one of "body" and "text")");
  if (body) answer.body = dumped(said.at("answer").at("body"));
  if (text && text->is_string()) answer.body = text->value().get<std::string>();
  if (text && !text->is_string()) text->must_be("a string");
  if (!body && !text && !before) field.mistake(R"(it needs "body", as JSON, or "text")");
  return answer;
}

}  // namespace

std::string hook_question(const core::Exchange& exchange, std::string_view rule,
                          const core::Response* answer) {
  const core::Call& call = exchange.call();
  const auto& tables = call.tables();
  ordered_json question = {
      {"version", kVersion},
      {"on", answer ? "answer" : "request"},
      {"exchange", exchange.id()},
      {"session", exchange.session()},
      {"rule", rule},
      {"operation", call.name()},
      {"table", tables.empty() ? ordered_json() : ordered_json(tables.front())},
      {"tables", tables},
      {"region", call.identity().region},
      {"access_key", call.identity().access_key},
      {"headers", told(exchange.request().headers)},
  };
  question["params"] =
      rewritable(call) ? ordered_json::parse(exchange.request().body) : ordered_json();
  if (answer) question["answer"] = told(*answer);
  return dumped(question);
}

core::Result<HookVerdict> read_hook_verdict(const core::Response& said,
                                            const core::Response* answer) {
  if (said.status == 204 || (said.status == 200 && said.body.empty())) return HookVerdict{};
  if (said.status != 200) return core::failure("answered HTTP " + std::to_string(said.status));
  const auto ordered = ordered_json::parse(said.body, nullptr, /*allow_exceptions=*/false);
  if (!ordered.is_object()) return core::failure("answered what is no JSON object");
  const json sorted = ordered;
  std::string mistake;
  const JsonField field(sorted, "", mistake);
  static constexpr std::string_view kMembers[] = {"params", "answer", "error"};
  field.only(kMembers);
  HookVerdict verdict;
  if (sorted.size() > 1) field.mistake("it has one of params, answer and error at most");
  if (const auto params = field.member("params")) {
    if (answer) params->mistake("the call was applied; only its answer can be edited");
    params->must_be_object();
    verdict.params = dumped(ordered.at("params"));
  }
  if (const auto given = field.member("answer")) {
    verdict.answer = read_answer(*given, ordered, answer);
  }
  if (const auto error = field.member("error")) verdict.error = make_error(*error);
  if (!mistake.empty()) return core::failure("gave a verdict that is none: " + mistake);
  return verdict;
}

}  // namespace dynatape::interceptors
