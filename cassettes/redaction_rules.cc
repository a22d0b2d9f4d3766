#include "cassettes/redaction_rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestPattern = 1'000;

bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '*' || c == ':' || c == '#' || c == '$' || c == '/';
  });
}

/// `"..."` at the front of `text`, unquoted; `text` goes on behind it.
core::Result<std::string> take_quoted(std::string_view& text) {
  const auto end = text.find('"', 1);
  if (end == std::string_view::npos) return core::failure("its quotes are not closed");
  const auto name = json::parse(text.substr(0, end + 1), nullptr, /*allow_exceptions=*/false);
  if (!name.is_string()) return core::failure("its quotes hold no name");
  text.remove_prefix(end + 1);
  return name.get<std::string>();
}

/// `[3]` or `[*]` at the front.
core::Result<std::string> take_index(std::string_view& text) {
  const auto end = text.find(']');
  if (end == std::string_view::npos) return core::failure("it has a [ without its ]");
  const auto inner = text.substr(1, end - 1);
  const bool digits =
      !inner.empty() && std::ranges::all_of(inner, [](char c) { return c >= '0' && c <= '9'; });
  if (inner != "*" && !digits) return core::failure("between [ and ] stands a number or *");
  std::string step(text.substr(0, end + 1));
  text.remove_prefix(end + 1);
  return step;
}

core::Result<std::string> take_name(std::string_view& text) {
  const auto end = std::min(text.find_first_of(".[\""), text.size());
  std::string name(text.substr(0, end));
  if (!is_plain(name)) {
    return core::failure("a step is a name, *, ** or [n]; other names stand in quotes");
  }
  text.remove_prefix(end);
  return name;
}

bool step_fits(std::string_view pattern, std::string_view step) {
  if (pattern == step) return true;
  const bool index = step.starts_with('[');
  return index ? pattern == "[*]" : pattern == "*";
}

std::vector<std::string> texts_of(const json& object, const char* name) {
  std::vector<std::string> texts;
  if (!object.contains(name)) return texts;
  for (const json& text : object.at(name)) texts.push_back(text.get<std::string>());
  return texts;
}

/// In rule files, on tapes and in messages.
struct ActionRow {
  RedactionAction action;
  std::string_view name;
  std::string_view words;
};
constexpr ActionRow kActions[] = {{RedactionAction::mask, "mask", "mask "},
                                  {RedactionAction::pseudonym, "pseudonym", "pseudonyms for "},
                                  {RedactionAction::drop, "drop", "drop "}};

const ActionRow& row_of(RedactionAction action) {
  return *std::ranges::find(kActions, action, &ActionRow::action);
}

RedactionRule rule_from(const json& object) {
  RedactionRule rule;
  rule.operations = texts_of(object, "operation");
  rule.tables = texts_of(object, "table");
  rule.attribute = object.value("attribute", "");
  rule.path = object.value("path", "");
  rule.pattern = object.value("pattern", "");
  const auto* const action =
      std::ranges::find(kActions, object.value("action", ""), &ActionRow::name);
  // What a newer version may say hides too much rather than too little.
  if (action != std::end(kActions)) rule.action = action->action;
  rule.ordered = object.value("order", false);
  return rule;
}

std::string joined(const std::vector<std::string>& names, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? std::string(last) : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace

bool RedactionRules::pseudonymises() const {
  return std::ranges::any_of(
      rules, [](const RedactionRule& rule) { return rule.action == RedactionAction::pseudonym; });
}

std::string to_text(const RedactionRules& rules) {
  json text = json::object();
  text["remove"] = rules.removed;
  text["rules"] = json::array();
  for (const RedactionRule& rule : rules.rules) {
    json one = json::object();
    if (!rule.operations.empty()) one["operation"] = rule.operations;
    if (!rule.tables.empty()) one["table"] = rule.tables;
    if (!rule.attribute.empty()) one["attribute"] = rule.attribute;
    if (!rule.path.empty()) one["path"] = rule.path;
    if (!rule.pattern.empty()) one["pattern"] = rule.pattern;
    one["action"] = row_of(rule.action).name;
    if (rule.ordered) one["order"] = true;
    text["rules"].push_back(std::move(one));
  }
  text["allow"] = json::array();
  for (const Allowance& allowance : rules.allowed) {
    text["allow"].push_back({{"id", allowance.id}, {"path", allowance.path}});
  }
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

core::Result<RedactionRules> redaction_rules_from(std::string_view text) {
  RedactionRules rules;
  try {
    const json document = json::parse(text);
    rules.removed = texts_of(document, "remove");
    for (const json& rule : document.at("rules")) rules.rules.push_back(rule_from(rule));
    for (const json& one : document.at("allow")) {
      rules.allowed.push_back({one.at("id").get<std::string>(), one.at("path").get<std::string>()});
    }
  } catch (const json::exception& error) {
    return core::failure(std::string("its redaction rules cannot be read: ") + error.what());
  }
  for (const RedactionRule& rule : rules.rules) {
    if (const auto mistake = pattern_mistake(rule.pattern); !mistake.empty()) {
      return core::failure("its redaction rules cannot be read: " + mistake);
    }
    for (const std::string& path : {rule.attribute, rule.path}) {
      const auto steps = parse_path(path);
      if (!path.empty() && !steps) return std::unexpected(steps.error());
    }
  }
  return rules;
}

std::string describe(const RedactionRule& rule) {
  std::string text(rule.ordered ? "pseudonyms in the order of their values for "
                                : row_of(rule.action).words);
  if (!rule.pattern.empty()) text += "what matches " + rule.pattern;
  if (!rule.pattern.empty() && !(rule.attribute + rule.path).empty()) text += " in ";
  if (!rule.attribute.empty()) text += "attribute " + rule.attribute;
  if (!rule.path.empty()) text += rule.path;
  if (!rule.tables.empty()) text += " of " + joined(rule.tables, " or ");
  if (!rule.operations.empty()) text += " in calls of " + joined(rule.operations, " or ");
  return text;
}

core::Result<PathSteps> parse_path(std::string_view text) {
  PathSteps steps;
  while (!text.empty()) {
    const bool first = steps.empty();
    if (!first && text[0] == '.') {
      text.remove_prefix(1);
    } else if (!first && text[0] != '[') {
      return core::failure("between its steps stands a dot");
    }
    if (text.empty()) return core::failure("it ends with a dot");
    auto step = text[0] == '"'   ? take_quoted(text)
                : text[0] == '[' ? take_index(text)
                                 : take_name(text);
    if (!step) return std::unexpected(step.error());
    steps.push_back(std::move(*step));
  }
  if (steps.empty()) return core::failure("it has no steps");
  return steps;
}

std::string to_text(const PathSteps& path) {
  std::string text;
  for (const std::string& step : path) {
    if (!text.empty() && !step.starts_with('[')) text += '.';
    text += is_plain(step) || step.starts_with('[')
                ? step
                : json(step).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return text;
}

bool covers(std::span<const std::string> pattern, std::span<const std::string> place) {
  if (pattern.empty()) return true;
  if (pattern[0] == "**") {
    for (std::size_t i = 0; i <= place.size(); ++i) {
      if (covers(pattern.subspan(1), place.subspan(i))) return true;
    }
    return false;
  }
  return !place.empty() && step_fits(pattern[0], place[0]) &&
         covers(pattern.subspan(1), place.subspan(1));
}

std::string pattern_mistake(const std::string& pattern) {
  if (pattern.empty()) return "";
  if (pattern.size() > kLongestPattern) {
    return "a pattern has at most " + std::to_string(kLongestPattern) + " characters";
  }
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 compiled(pattern, options);
  if (!compiled.ok()) return "it is no regular expression (RE2): " + compiled.error();
  if (RE2::FullMatch("", compiled)) return "it matches the empty text";
  return "";
}

}  // namespace dynatape::cassettes
