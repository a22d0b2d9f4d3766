// Rules: read, checked, replaced, edited one by one; and what interceptors there are.

#include <algorithm>

#include "interceptors/interceptor_table.h"
#include "interceptors/predicate_reader.h"
#include "interceptors/profiles.h"
#include "interceptors/rule_reader.h"
#include "interceptors/when_reader.h"
#include "proxy/admin/handlers.h"

namespace dynatape::admin {
namespace {

using core::failure;
using core::Result;
using sessions::RuleText;
using Rules = std::optional<RuleText>;

/// The rules as a document that can be edited, rule by rule; comments are left behind.
ordered_json document_of(const Rules& rules) {
  ordered_json document = {{"rules", ordered_json::array()}};
  if (!rules) return document;
  auto read = ordered_json::parse(rules->text, nullptr, false, /*ignore_comments=*/true);
  return read.is_discarded() ? document : interceptors::with_profiles_written_out(std::move(read));
}

RuleText text_of(const ordered_json& document) {
  return {document.dump(-1, ' ', false, ordered_json::error_handler_t::replace), "rules"};
}

auto named(std::string_view name) {
  return [name](const ordered_json& rule) {
    const auto found = rule.find("name");
    return found != rule.end() && found->is_string() &&
           found->get_ref<const std::string&>() == name;
  };
}

ordered_json json_of(const interceptors::FaultTally& tally) {
  return {{"rule", tally.rule},
          {"fault", tally.fault},
          {"planned", tally.planned},
          {"delivered", tally.delivered},
          {"undelivered", tally.undelivered}};
}

ordered_json json_of(const interceptors::LostAnswerTally& tally) {
  return {{"what", tally.what}, {"lost", tally.lost}, {"retries", tally.retries}};
}

core::Response rules_answer(const sessions::Session& session) {
  ordered_json answer = document_of(session.rules());
  answer["counts"] = ordered_json::array();
  for (const auto& tally : session.tallies()) answer["counts"].push_back(json_of(tally));
  answer["lost_answers"] = ordered_json::array();
  for (const auto& tally : session.lost_answers()) {
    answer["lost_answers"].push_back(json_of(tally));
  }
  answer["halts"] = session.halts();
  return json_answer(200, answer);
}

ordered_json json_of_parts(const auto& parts) {
  ordered_json list = ordered_json::array();
  for (const auto& part : parts) {
    list.push_back({{"name", part.name}, {"type", part.type}, {"help", part.help}});
    // From when on a rule can ask for it.
    if constexpr (requires { part.known; }) {
      list.back()["known"] = interceptors::moment_of(part.known);
    }
  }
  return list;
}

ordered_json json_of_profiles() {
  ordered_json list = ordered_json::array();
  for (const auto& profile : interceptors::profiles()) {
    list.push_back({{"name", profile.name}, {"summary", profile.summary}, {"rules", profile.text}});
  }
  return list;
}

/// The answer to an edit: the rules as they are now, or what was wrong.
core::Response edited(sessions::Session& session, const sessions::Session::RuleEdit& edit) {
  if (auto done = session.edit_rules(edit); !done) return refusal(400, done.error().message);
  return rules_answer(session);
}

}  // namespace

Answering get_rules(Services&, Asked asked) { co_return answer_of(rules_answer(*asked.session)); }

Answering put_rules(Services&, Asked asked) {
  const RuleText wanted = text_of(asked.body);
  co_return answer_of(
      edited(*asked.session, [&](const Rules&) -> Result<Rules> { return wanted; }));
}

Answering post_rule(Services&, Asked asked) {
  co_return answer_of(edited(*asked.session, [&](const Rules& rules) -> Result<Rules> {
    ordered_json document = document_of(rules);
    document["rules"].push_back(asked.body);
    return text_of(document);
  }));
}

Answering delete_rules(Services&, Asked asked) {
  co_return answer_of(
      edited(*asked.session, [](const Rules&) -> Result<Rules> { return std::nullopt; }));
}

Answering delete_rule(Services&, Asked asked) {
  const std::string name = asked.parameter("rule");
  ordered_json document = document_of(asked.session->rules());
  if (std::ranges::none_of(document["rules"], named(name))) {
    co_return answer_of(refusal(404, "there is no rule '" + name + "'"));
  }
  co_return answer_of(edited(*asked.session, [&](const Rules& rules) -> Result<Rules> {
    ordered_json now = document_of(rules);
    auto& list = now["rules"].get_ref<ordered_json::array_t&>();
    std::erase_if(list, named(name));
    return text_of(now);
  }));
}

Answering check_rules(Services&, Asked asked) {
  const RuleText text = text_of(asked.body);
  const auto rules = interceptors::read_rules(text.text, text.name);
  if (!rules) co_return answer_of(refusal(400, rules.error().message));
  co_return answer_of(json_answer(200, {{"says", interceptors::describe(**rules)}}));
}

Answering list_interceptors(Services&, Asked) {
  ordered_json list = ordered_json::array();
  for (const auto& row : interceptors::interceptor_table()) {
    ordered_json options = ordered_json::array();
    for (const auto& option : row.options) {
      options.push_back({{"name", option.name},
                         {"type", option.type},
                         {"default", option.fallback},
                         {"help", option.help}});
    }
    list.push_back({{"name", row.name},
                    {"summary", row.summary},
                    {"by_rule", row.make != nullptr},
                    {"acts", interceptors::moment_of(row.stage)},
                    {"options", std::move(options)}});
  }
  co_return answer_of(
      json_answer(200, {{"interceptors", std::move(list)},
                        {"file", json_of_parts(interceptors::file_parts())},
                        {"rule", json_of_parts(interceptors::rule_parts())},
                        {"when", json_of_parts(interceptors::when_parts())},
                        {"predicate", json_of_parts(std::span(interceptors::kOperators))},
                        {"profiles", json_of_profiles()}}));
}

}  // namespace dynatape::admin
