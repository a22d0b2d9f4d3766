#include "tests/golden/case.h"

#include <algorithm>
#include <fstream>
#include <regex>

namespace dynatape::golden {
namespace {

using nlohmann::json;

std::string short_type(const std::string& type) { return type.substr(type.find('#') + 1); }

bool matches(const std::string& pattern, const std::string& text, bool whole) {
  const std::regex regex(pattern.starts_with("RE:") ? pattern.substr(3) : pattern);
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

/// Sets have no order, nor have the answers' times and ids a fixed value.
json normal(const json& value, const std::string& name = {}) {
  if (value.is_object()) {
    json object = json::object();
    for (const auto& [key, member] : value.items()) object[key] = normal(member, key);
    return object;
  }
  if (value.is_array()) {
    json array = json::array();
    for (const json& element : value) array.push_back(normal(element));
    if (is_set(name)) std::sort(array.begin(), array.end());
    return array;
  }
  return value;
}

json at_path(const json& document, const std::string& path) {
  const json::json_pointer pointer(path);
  return document.contains(pointer) ? document.at(pointer) : json(nullptr);
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
  return normal(found) == normal(value);
}

}  // namespace

std::vector<json> load(std::string_view file) {
  std::ifstream in(std::string(DYNATAPE_SOURCE_DIR "/tests/golden/data/") + std::string(file));
  std::vector<json> cases;
  for (std::string line; std::getline(in, line);) cases.push_back(json::parse(line));
  return cases;
}

emulator::Answer call(emulator::Emulator& emulator, const std::string& operation,
                      const json& request) {
  constexpr std::chrono::seconds kNow{1'790'000'000};
  return emulator.handle(
      operation, request.dump(),
      {"golden", "us-east-1",
       std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>(kNow)});
}

bool same_error(const json& recorded, const emulator::Answer& answer) {
  if (answer.status != recorded["status"]) return false;
  const json body = json::parse(answer.body);
  const std::string type = text(recorded, "type");
  if (short_type(body.value("__type", std::string())) != short_type(type)) return false;
  const std::string message = body.value("message", body.value("Message", std::string()));
  if (!same_message(recorded, message)) return false;
  const json reasons = recorded.value("reasons", json(nullptr));
  return reasons.is_null() || body.value("CancellationReasons", json()) == reasons;
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
    return normal(at_path(body, text(recorded, "path"))) == normal(response);
  }
  return normal(body) == normal(response);
}

}  // namespace dynatape::golden
