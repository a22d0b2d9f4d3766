#include "tests/cassettes/random_requests.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace dynatape::cassettes {

namespace {

constexpr const char* kNumbers[] = {"0", "1", "2", "15"};
constexpr const char* kTexts[] = {"a", "ab", "b", "\u00e9"};

}  // namespace

nlohmann::json RandomRequests::key() {
  return {{"pk", {{"S", one_of({"a", "b"})}}}, {"sk", {{"N", std::to_string(below(3))}}}};
}

nlohmann::json RandomRequests::scalar() {
  if (chance(0.1)) return {{"BOOL", chance(0.5)}};
  if (chance(0.6)) return {{"N", kNumbers[below(4)]}};
  return {{"S", kTexts[below(4)]}};
}

nlohmann::json RandomRequests::value(int depth) {
  if (depth == 0 || chance(0.6)) return scalar();
  switch (below(4)) {
    case 0:
      return {{"SS", {"x", "y", one_of({"z", "w"})}}};
    case 1:
      return {{"NS", {"1", "2", one_of({"30", "4"})}}};
    case 2:
      return {{"L", {value(depth - 1), value(depth - 1)}}};
    default:
      return {{"M", {{"x", value(depth - 1)}, {"y", value(depth - 1)}}}};
  }
}

nlohmann::json RandomRequests::item() {
  Json item = key();
  for (const char* name : kAttributes) {
    if (chance(0.7)) item[name] = value(1);
  }
  return item;
}

nlohmann::json RandomRequests::path() {
  Json path = {kAttributes[below(4)]};
  if (chance(0.2)) path.push_back(one_of({"x", "y"}));
  if (chance(0.1)) path.push_back(below(2));
  return {{"path", path}};
}

nlohmann::json RandomRequests::operand() {
  if (chance(0.1)) return {{"size", path()}};
  return chance(0.2) ? path() : Json{{"value", scalar()}};
}

nlohmann::json RandomRequests::comparison() {
  return {
      {"op", one_of({"=", "<>", "<", "<=", ">", ">="})}, {"left", path()}, {"right", operand()}};
}

nlohmann::json RandomRequests::condition(int depth) {
  if (depth > 0 && chance(0.5)) {
    Json all = {{"op", one_of({"AND", "OR"})}, {"of", Json::array()}};
    for (std::size_t i = 2 + below(3); i > 0; --i) all["of"].push_back(condition(depth - 1));
    return all;
  }
  if (depth > 0 && chance(0.15)) return {{"op", "NOT"}, {"of", {condition(depth - 1)}}};
  switch (below(6)) {
    case 0:
      return {{"op", one_of({"attribute_exists", "attribute_not_exists"})}, {"left", path()}};
    case 1:
      return {{"op", "begins_with"}, {"left", path()}, {"right", {{"value", {{"S", "a"}}}}}};
    case 2:
      return {{"op", "IN"}, {"left", path()}, {"of", {operand(), operand(), operand()}}};
    case 3:
      return {{"op", "BETWEEN"},
              {"left", path()},
              {"low", {{"value", {{"N", one_of({"0", "1"})}}}}},
              {"high", {{"value", {{"N", one_of({"1", "2"})}}}}}};
    default:
      return comparison();
  }
}

nlohmann::json RandomRequests::projection() {
  Json paths = Json::array();
  for (const char* name : {"alpha", "beta", "status", "pk"}) {
    if (chance(0.5)) paths.push_back({{"path", {name}}});
  }
  return paths;
}

nlohmann::json RandomRequests::action() {
  switch (below(5)) {
    case 0:
      return {{"action", "REMOVE"}};
    case 1:
      return {{"action", "ADD"}, {"right", {{"value", {{"N", kNumbers[below(4)]}}}}}};
    case 2:
      return {{"action", "DELETE"}, {"right", {{"value", {{"SS", {"x", "z"}}}}}}};
    case 3:
      return {{"action", "SET"},
              {"right", {{"value", {{"N", kNumbers[below(4)]}}}}},
              {"sign", one_of({"+", "-"})},
              {"term", {{"path", {kAttributes[below(4)]}}}}};
    default:
      return {{"action", "SET"}, {"right", {{"value", value(1)}}}};
  }
}

nlohmann::json RandomRequests::update() {
  Json actions = Json::array();
  for (const char* name : kAttributes) {
    if (!chance(0.6)) continue;
    actions.push_back(action());
    actions.back()["target"] = {{"path", {name}}};
  }
  return actions;
}

nlohmann::json RandomRequests::statement() {
  Json statement = {{"table", one_of({"tab1", "tab2"})}, {"key", key()}};
  statement["verb"] = one_of({"SELECT", "UPDATE", "DELETE", "INSERT"});
  if (statement["verb"] == "UPDATE") statement["set"] = {{"alpha", scalar()}, {"beta", scalar()}};
  if (statement["verb"] == "INSERT") {
    statement["item"] = item();
    statement.erase("key");
  }
  if (statement["verb"] != "INSERT" && chance(0.5)) {
    statement["and"] = {{"op", one_of({"=", "<", ">"})}, {"right", scalar()}};
  }
  return statement;
}

nlohmann::json RandomRequests::write_action() {
  Json action = {{"table", one_of({"tab1", "tab2"})}};
  switch (below(4)) {
    case 0:
      action["verb"] = "Put";
      action["item"] = item();
      break;
    case 1:
      action["verb"] = "Delete";
      action["key"] = key();
      break;
    case 2:
      action["verb"] = "Update";
      action["key"] = key();
      action["update"] = update();
      break;
    default:
      action["verb"] = "ConditionCheck";
      action["key"] = key();
      action["condition"] = condition(1);
  }
  if (chance(0.3)) action["condition"] = condition(1);
  return action;
}

nlohmann::json RandomRequests::request() {
  const std::string operation =
      one_of({"PutItem", "DeleteItem", "UpdateItem", "UpdateItem", "GetItem", "Query", "Scan",
              "BatchGetItem", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement"});
  Json request = {{"operation", operation}};
  if (operation == "ExecuteStatement") {
    request["statement"] = statement();
    return request;
  }
  if (operation == "TransactWriteItems") {
    request["actions"] = Json::array();
    for (std::size_t i = 1 + below(3); i > 0; --i) request["actions"].push_back(write_action());
    return request;
  }
  if (operation.starts_with("Batch")) {
    Json& tables = request["tables"] = Json::object();
    for (const char* table : {"tab1", "tab2"}) {
      std::map<std::string, Json> entries;  // no two of one item
      for (std::size_t i = 1 + below(3); i > 0; --i) {
        const Json item = operation == "BatchWriteItem" && chance(0.7) ? this->item() : key();
        const std::string id = item["pk"].dump() + item["sk"].dump();
        entries[id] = {{item.size() > 2 ? "item" : "key", item}};
      }
      for (const auto& [id, entry] : entries) tables[table]["entries"].push_back(entry);
    }
    if (operation == "BatchGetItem") tables["tab1"]["projection"] = projection();
    return request;
  }
  request["table"] = one_of({"tab1", "tab2"});
  const bool write =
      operation == "PutItem" || operation == "DeleteItem" || operation == "UpdateItem";
  if (operation == "PutItem") request["item"] = item();
  if (operation == "DeleteItem" || operation == "GetItem" || operation == "UpdateItem") {
    request["key"] = key();
  }
  if (operation == "UpdateItem") request["update"] = update();
  if (write && chance(0.6)) request["condition"] = condition(2);
  if (write && chance(0.5)) request["ReturnValues"] = "ALL_OLD";
  if (write) return request;
  if (chance(0.4)) request["projection"] = projection();
  if (operation == "GetItem") return request;
  if (chance(0.7)) request["filter"] = condition(2);
  if (operation == "Scan") return request;
  request["partition"] = one_of({"a", "b"});
  if (chance(0.5)) {
    request["range"] = {{"op", one_of({"=", "<", "<=", ">", ">="})},
                        {"left", {{"path", {"sk"}}}},
                        {"right", {{"value", {{"N", std::to_string(below(3))}}}}}};
  }
  if (chance(0.5)) request["ScanIndexForward"] = false;
  return request;
}

std::vector<std::string> RandomRequests::items() {
  std::vector<std::string> bodies;
  for (const char* table : {"tab1", "tab2"}) {
    for (int i = 0; i < 5; ++i)
      bodies.push_back(Json{{"TableName", table}, {"Item", item()}}.dump());
  }
  return bodies;
}

// Writing.

std::string RandomRequests::space() { return one_of({" ", "  ", "\t", " \n "}); }

std::string RandomRequests::keyword(std::string_view word) {
  std::string text(word);
  if (chance(0.3)) {
    std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  }
  return text;
}

std::string RandomRequests::number(const std::string& plain) {
  return one_of({plain, plain + ".0", plain + "e0", "0" + plain, "+" + plain, plain + "00E-2"});
}

std::string RandomRequests::json(const Json& value) {
  if (value.is_string() && chance(0.1)) {
    std::string text = "\"";  // every character escaped
    for (const char c : value.get<std::string>()) {
      const auto code = static_cast<unsigned char>(c);
      if (code >= 0x80) return value.dump();
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", code);
      text += escaped;
    }
    return text + "\"";
  }
  if (value.is_array()) {
    std::string text = "[";
    for (const Json& each : value) text += (text.size() > 1 ? "," : "") + json(each);
    return text + "]";
  }
  if (!value.is_object()) return value.dump();
  std::vector<std::string> names;
  for (const auto& [name, member] : value.items()) names.push_back(name);
  std::ranges::shuffle(names, random_);
  std::string text = "{";
  for (const std::string& name : names) {
    Json member = value[name];
    if (text.size() > 1) text += one_of({",", " , ", ",\n"});
    if (name == "SS" || name == "NS") std::shuffle(member.begin(), member.end(), random_);
    if (name == "NS") {
      for (Json& each : member) each = number(each.get<std::string>());
    }
    if (name == "N" && member.is_string()) member = number(member.get<std::string>());
    text += Json(name).dump() + ":" + json(member);
  }
  return text + "}";
}

}  // namespace dynatape::cassettes
