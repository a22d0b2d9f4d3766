#include "tests/golden/case.h"

#include <algorithm>
#include <fstream>
#include <regex>

namespace dynatape::golden {
namespace {

using nlohmann::json;

std::string short_type(const std::string& type) { return type.substr(type.find('#') + 1); }

bool matches(const std::string& pattern, const std::string& text, bool whole) {
  // A pattern of JavaScript is written without its flags: the case of letters is not asserted.
  const bool without_flags = pattern.starts_with("RE:");
  const auto flags =
      without_flags ? std::regex::ECMAScript | std::regex::icase : std::regex::ECMAScript;
  const std::regex regex(without_flags ? pattern.substr(3) : pattern, flags);
  return whole ? std::regex_match(text, regex) : std::regex_search(text, regex);
}

/// `Value 'x' …` or `/regular expression/`.
bool same_clause(const std::string& recorded, const std::string& clause) {
  const bool pattern = recorded.size() > 1 && recorded.front() == '/' && recorded.back() == '/';
  return pattern ? matches(recorded.substr(1, recorded.size() - 2), clause, false)
                 : recorded == clause;
}

/// "N validation errors detected: a; b" whatever the order of a and b.
bool same_set(const json& recorded, const std::string& message) {
  const auto colon = message.find("detected: ");
  if (colon == std::string::npos) return false;
  std::vector<std::string> clauses;
  std::string rest = message.substr(colon + 10);
  for (std::size_t at; (at = rest.find("; Value ")) != std::string::npos; rest.erase(0, at + 2)) {
    clauses.push_back(rest.substr(0, at));
  }
  clauses.push_back(rest);
  return clauses.size() == recorded.size() && std::ranges::all_of(recorded, [&](const json& one) {
           return std::ranges::any_of(clauses, [&](const std::string& clause) {
             return same_clause(one.get<std::string>(), clause);
           });
         });
}

bool same_text(const std::string& expected, const std::string& match, const std::string& message) {
  if (match == "exact") return expected == message;
  if (match == "contains") return message.find(expected) != std::string::npos;
  if (match == "exact-with-placeholders") return true;
  return matches(expected, message, false);
}

bool same_message(const json& recorded, const std::string& message) {
  const std::string match = recorded.value("match", std::string("none"));
  if (match == "none" || !recorded.contains("message")) return true;
  const json& expected = recorded["message"];
  if (match == "set") return same_set(expected, message);
  const auto agrees = [&](const json& one) {
    return same_text(one.get<std::string>(), match, message);
  };
  return expected.is_array() ? std::ranges::all_of(expected, agrees) : agrees(expected);
}

bool is_set(const std::string& name) { return name == "SS" || name == "NS" || name == "BS"; }

bool among(std::initializer_list<std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Members whose values differ from run to run: they must be there, whatever they hold.
bool varies(std::string_view name) {
  return among(
      {"CreationDateTime", "TableId", "TableArn", "IndexArn", "LatestStreamArn",
       "LatestStreamLabel", "ItemCount", "TableSizeBytes", "IndexSizeBytes", "KMSMasterKeyArn"},
      name);
}

/// What tells of a table's past before the recording began.
bool history(std::string_view name) {
  return among(
      {"LastDecreaseDateTime", "LastIncreaseDateTime", "LastUpdateToPayPerRequestDateTime"}, name);
}

/// What the service says today and did not when older recordings were made.
bool newer_than_some_recordings(std::string_view name) {
  return among({"DeletionProtectionEnabled", "WarmThroughput", "TableId"}, name);
}

/// What is on the wire and in no client's model: recordings made through a client do not have it.
bool unknown_to_clients(std::string_view name) { return name == "TableThroughputModeSummary"; }

bool placeholder(const json& value) {
  return value.is_string() && (value == "datetime" || value.get<std::string>().starts_with("<"));
}

bool same(const json& recorded, const json& ours, const std::string& name = {});

/// The same elements, in any order.
bool same_elements(const json& recorded, const json& ours) {
  return recorded.size() == ours.size() && std::ranges::all_of(recorded, [&](const json& one) {
           return std::ranges::any_of(ours, [&](const json& other) { return same(one, other); });
         });
}

/// BatchGetItem's answer: each table's items come in no order; recordings of one and the same
/// request differ in it.
bool same_batches(const json& recorded, const json& ours) {
  return recorded.size() == ours.size() &&
         std::ranges::all_of(recorded.items(), [&](const auto& table) {
           return ours.contains(table.key()) && same_elements(table.value(), ours[table.key()]);
         });
}

bool same_object(const json& recorded, const json& ours) {
  for (const auto& [name, value] : ours.items()) {
    const bool excused =
        history(name) || newer_than_some_recordings(name) || unknown_to_clients(name);
    if (!recorded.contains(name) && !excused) return false;
  }
  return std::ranges::all_of(recorded.items(), [&](const auto& member) {
    if (history(member.key())) return true;
    if (!ours.contains(member.key())) return false;
    return varies(member.key()) || same(member.value(), ours[member.key()], member.key());
  });
}

/// Equal but for placeholders, the order of sets, and members that say nothing of behaviour.
bool same(const json& recorded, const json& ours, const std::string& name) {
  if (placeholder(recorded)) return true;
  const bool objects = recorded.is_object() && ours.is_object();
  if (objects && name == "Responses") return same_batches(recorded, ours);
  if (objects) return same_object(recorded, ours);
  if (!recorded.is_array() || !ours.is_array() || recorded.size() != ours.size()) {
    return recorded == ours;
  }
  if (is_set(name)) return std::ranges::is_permutation(recorded, ours);
  return std::equal(recorded.begin(), recorded.end(), ours.begin(),
                    [](const json& a, const json& b) { return same(a, b); });
}

/// As the asserting language sees it: an array has a length.
json at_path(const json& document, const std::string& path) {
  const json::json_pointer pointer(path);
  if (path.ends_with("/length")) return at_path(document, path.substr(0, path.rfind('/'))).size();
  return document.contains(pointer) ? document.at(pointer) : json(nullptr);
}

/// The matcher "an array that holds these", as the assertions write it.
bool holds_sample(const json& matcher, const json& found) {
  return std::ranges::all_of(matcher["sample"], [&](const json& one) {
    return std::ranges::find(found, one) != found.end();
  });
}

bool holds(const json& assertion, const json& document) {
  const std::string check = text(assertion, "check");
  const json found = at_path(document, text(assertion, "path"));
  const json value = assertion.value("value", json(nullptr));
  if (check == "toBeDefined") return !found.is_null();
  if (check == "toBeUndefined") return found.is_null();
  if (check == "toHaveLength") return found.size() == value.get<std::size_t>();
  if (check == "toContain") {
    return std::ranges::find(found, value) != found.end();
  }
  if (value.is_object() && value.contains("sample")) return holds_sample(value, found);
  return same(value, found);
}

/// Each reason has what is recorded of it; some recordings leave out the text.
bool same_reasons(const json& recorded, const json& ours) {
  return std::ranges::equal(recorded, ours, [](const json& one, const json& other) {
    return std::ranges::all_of(one.items(), [&](const auto& member) {
      return other.value(member.key(), json()) == member.value();
    });
  });
}

}  // namespace

std::vector<json> load(std::string_view file) {
  std::ifstream in(std::string(DYNATAPE_SOURCE_DIR "/tests/golden/data/") + std::string(file));
  std::vector<json> cases;
  for (std::string line; std::getline(in, line);) cases.push_back(json::parse(line));
  return cases;
}

bool same_error(const json& recorded, const emulator::Answer& answer) {
  if (answer.status != recorded["status"]) return false;
  const json body = json::parse(answer.body);
  const std::string type = text(recorded, "type");
  if (short_type(body.value("__type", std::string())) != short_type(type)) return false;
  const std::string message = body.value("message", body.value("Message", std::string()));
  if (!same_message(recorded, message)) return false;
  const json reasons = recorded.value("reasons", json(nullptr));
  return reasons.is_null() || same_reasons(reasons, body.value("CancellationReasons", json()));
}

bool same_response(const json& recorded, const emulator::Answer& answer) {
  if (answer.status != recorded["status"]) return false;
  const json body = json::parse(answer.body);
  const std::string match = text(recorded, "match");
  if (match == "assertions") {
    return std::ranges::all_of(recorded.value("assertions", json::array()),
                               [&](const json& one) { return holds(one, body); });
  }
  const json response = recorded.value("response", json::object());
  if (match == "path") {
    return same(response, at_path(body, text(recorded, "path")));
  }
  return same(response, body);
}

}  // namespace dynatape::golden
