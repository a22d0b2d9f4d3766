// What is about the process as a whole.

#include "proxy/admin/handlers.h"

namespace dynatape::admin {
namespace {

constexpr std::string_view kRoot = "/_dynatape/v1";

ordered_json schema_of(Type type) {
  switch (type) {
    case Type::text:
      return {{"type", "string"}};
    case Type::whole_number:
      return {{"type", "integer"}, {"minimum", 0}};
    case Type::number:
      return {{"type", "number"}};
    case Type::flag:
      return {{"type", "boolean"}};
    case Type::texts:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case Type::object:
      return {{"type", "object"}};
    case Type::any:
      break;
  }
  return ordered_json::object();
}

ordered_json body_of(std::span<const Member> members) {
  const bool whole = members.front().name.empty();
  const bool lines = whole && members.front().type == Type::text;
  ordered_json schema = {{"type", "object"}};
  if (whole) schema = schema_of(members.front().type);
  if (whole) schema["description"] = members.front().help;
  if (!whole) {
    schema["additionalProperties"] = false;
    for (const Member& member : members) {
      ordered_json& property = schema["properties"][std::string(member.name)];
      property = schema_of(member.type);
      property["description"] = member.help;
      if (member.required) schema["required"].push_back(member.name);
    }
  }
  const std::string type = lines ? "application/x-ndjson" : "application/json";
  return {{"required", true}, {"content", {{type, {{"schema", std::move(schema)}}}}}};
}

void add_parameter(ordered_json& parameters, std::string_view name, const char* in, bool required,
                   std::string_view help) {
  parameters.push_back({{"name", name},
                        {"in", in},
                        {"required", required},
                        {"description", help},
                        {"schema", {{"type", "string"}}}});
}

/// One route at one of its paths.
ordered_json operation_of(const Route& route, const std::string& path) {
  ordered_json operation = {{"summary", route.summary}};
  ordered_json parameters = ordered_json::array();
  for (auto at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
    const std::string name = path.substr(at + 1, path.find('}', at) - at - 1);
    add_parameter(parameters, name, "path", true, "the name of the " + name);
  }
  for (const Member& member : route.query) {
    add_parameter(parameters, member.name, "query", member.required, member.help);
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!route.body.empty()) operation["requestBody"] = body_of(route.body);
  operation["responses"] = {
      {"2XX", {{"description", route.answers}}},
      {"default",
       {{"description", "what is wrong, in one line"},
        {"content",
         {{"application/json",
           {{"schema",
             {{"type", "object"}, {"properties", {{"error", {{"type", "string"}}}}}}}}}}}}}};
  return operation;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

}  // namespace

Answering get_openapi(Services& services, Asked) {
  ordered_json document = {
      {"openapi", "3.1.0"},
      {"info", {{"title", "Dynatape's admin API"}, {"version", services.version}}}};
  for (const Route& route : routes()) {
    std::vector<std::string> paths = {std::string(route.path)};
    if (route.scope == Scope::session) paths.push_back("/sessions/{session}" + paths.front());
    for (const std::string& path : paths) {
      document["paths"][std::string(kRoot) + path][lower(route.method)] = operation_of(route, path);
    }
  }
  co_return answer_of(json_answer(200, document));
}

Answering get_health(Services& services, Asked) {
  co_return answer_of(json_answer(200, {{"status", "ok"}, {"version", services.version}}));
}

Answering get_metrics(Services& services, Asked) {
  co_return answer_of(
      core::Response{200, {{"Content-Type", "text/plain; version=0.0.4"}}, services.metrics()});
}

}  // namespace dynatape::admin
