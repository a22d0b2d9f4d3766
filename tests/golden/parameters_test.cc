// Every operation and parameter of the service's model, sent to the emulator: a value of a wrong
// type shows which the emulator's shapes read (SerializationException) and which it refuses by
// name; whatever else it answers is a failure. docs/fidelity.md holds the table that comes out of
// it; with DYNATAPE_REGENERATE=1 in the environment the test writes it.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <ranges>

#include "core/operation.h"
#include "tests/golden/case.h"

namespace dynatape::golden {
namespace {

using nlohmann::json;

constexpr auto* kDocument = DYNATAPE_SOURCE_DIR "/docs/fidelity.md";
constexpr std::string_view kBegin = "<!-- parameters: written by test_golden -->\n";
constexpr std::string_view kEnd = "<!-- end of parameters -->\n";

/// Read, checked and described again, and nothing else, because the emulator has nothing that they
/// could change.
constexpr std::pair<std::string_view, std::string_view> kNotApplicable[] = {
    {"SSESpecification", "nothing is encrypted"},
    {"TableClass", "nothing is billed"},
    {"ProvisionedThroughput", "nothing is throttled"},
    {"OnDemandThroughput", "nothing is throttled"},
    {"WarmThroughput", "nothing is throttled"},
    {"PointInTimeRecoverySpecification", "recovery itself is a polyfill's"},
};

struct Parameter {
  std::string path;  ///< "RequestItems.*.Keys", "KeySchema[].KeyType"
  std::string type;
};

json right_value(const std::string& type) {
  if (type == "string") return "text";
  if (type == "number" || type == "timestamp") return 1;
  if (type == "boolean") return true;
  if (type == "list") return json::array();
  if (type == "AttributeValue") return {{"S", "text"}};
  return json::object();
}

json wrong_value(const std::string& type) { return type == "string" ? json(23) : json("text"); }

/// The smallest body that has `value` at `path`.
json body_with(std::string_view path, json value) {
  while (!path.empty()) {
    if (path.ends_with("[]")) {
      path.remove_suffix(2);
      value = json::array({std::move(value)});
    } else if (path.ends_with(".*")) {
      path.remove_suffix(2);
      value = {{"entry", std::move(value)}};
    } else {
      const auto dot = path.rfind('.');
      const auto name = dot == std::string_view::npos ? path : path.substr(dot + 1);
      value = {{std::string(name), std::move(value)}};
      path = path.substr(0, dot == std::string_view::npos ? 0 : dot);
    }
  }
  return value;
}

struct Refusal {
  std::string type;
  std::string message;
};

Refusal refusal(Service& service, const std::string& operation, const json& body) {
  const auto answer = call(service, operation, body);
  if (answer.status == 200) return {};
  const json error = json::parse(answer.body);
  const std::string type = text(error, "__type");
  return {type.substr(type.find('#') + 1),
          error.value("message", error.value("Message", std::string()))};
}

/// How the emulator treats a parameter: "supported", "not applicable: …" or "ValidationException:
/// …".
std::string verdict(Service& service, const std::string& operation, const Parameter& parameter) {
  const auto send = [&](const json& value) {
    return refusal(service, operation, body_with(parameter.path, value));
  };
  const Refusal wrong = send(wrong_value(parameter.type));
  const Refusal right = send(right_value(parameter.type));
  INFO(operation << " " << parameter.path << ": " << wrong.type << ": " << wrong.message);
  INFO("a value of the right type: " << right.type << ": " << right.message);
  CHECK(right.type != "SerializationException");
  if (wrong.type == "SerializationException") {
    for (const auto& [name, reason] : kNotApplicable) {
      if (("." + parameter.path + ".").find("." + std::string(name) + ".") != std::string::npos) {
        return "not applicable, described only: " + std::string(reason);
      }
    }
    return "supported";
  }
  CHECK(wrong.type == "ValidationException");
  CHECK(wrong.message.starts_with("Dynatape's emulator does not implement "));
  CHECK(right.message == wrong.message);
  return "rejected, `" + wrong.type + ": " + wrong.message + "`";
}

std::string join(const std::vector<std::string>& paths) {
  std::string joined;
  for (const std::string& path : paths) joined += (joined.empty() ? "`" : ", `") + path + "`";
  return joined.empty() ? "none" : joined;
}

/// The rows of one operation: its parameters by verdict, in the model's order.
std::string rows(Service& service, const json& modelled) {
  const std::string operation = text(modelled, "operation");
  std::vector<std::pair<std::string, std::vector<std::string>>> verdicts;
  for (const json& one : modelled["parameters"]) {
    const Parameter parameter{one[0].get<std::string>(), one[1].get<std::string>()};
    const std::string said = verdict(service, operation, parameter);
    auto found =
        std::ranges::find(verdicts, said, &std::pair<std::string, std::vector<std::string>>::first);
    if (found == verdicts.end()) found = verdicts.insert(verdicts.end(), {said, {}});
    found->second.push_back(parameter.path);
  }
  if (verdicts.empty()) {
    const Refusal refused = refusal(service, operation, json::object());
    verdicts.push_back({refused.type.empty() ? "supported" : refused.message, {}});
  }
  std::string text;
  for (const auto& [said, paths] : verdicts) {
    text += "| " + operation + " | " + join(paths) + " | " + said + " |\n";
  }
  return text;
}

std::string read_document() {
  std::ifstream in(kDocument);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("parameters: the service's model has the operations that core names") {
  std::vector<std::string> modelled;
  for (const json& one : load("service_model.jsonl")) modelled.push_back(text(one, "operation"));
  std::vector<std::string> named;
  for (const core::Operation& operation : core::kOperations) named.emplace_back(operation.name);
  CHECK(modelled == named);
}

TEST_CASE("parameters: docs/fidelity.md lists each as the emulator treats it") {
  const auto service = make_service({});
  std::string table = "| operation | parameters | the emulator |\n|---|---|---|\n";
  for (const json& modelled : load("service_model.jsonl")) table += rows(*service, modelled);

  std::string document = read_document();
  const auto begin = document.find(kBegin);
  const auto end = document.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const auto first = begin + kBegin.size();
  if (std::getenv("DYNATAPE_REGENERATE") != nullptr) {
    std::ofstream(kDocument) << document.replace(first, end - first, table);
    return;
  }
  INFO("to write the table anew: DYNATAPE_REGENERATE=1 build/tests/test_golden 'parameters*'");
  CHECK(document.substr(first, end - first) == table);
}

}  // namespace dynatape::golden
