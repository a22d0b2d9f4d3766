#include "tests/cassettes/random_requests.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace dynatape::cassettes {

namespace {

constexpr const char* kAttributes[] = {"alpha", "beta", "status", "name"};  // two are reserved
constexpr const char* kNumbers[] = {"0", "1", "2", "15"};
constexpr const char* kTexts[] = {"a", "ab", "b", "\u00e9"};

bool is_reserved(const std::string& name) { return name == "status" || name == "name"; }

}  // namespace

struct RandomRequests::Placeholders {
  Json names = Json::object();
  Json values = Json::object();
  int made = 0;
};

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

std::string RandomRequests::write_path(const Json& path, Placeholders& placeholders) {
  std::string text;
  for (const Json& step : path["path"]) {
    if (step.is_number()) {
      text += "[" + step.dump() + "]";
      continue;
    }
    const auto name = step.get<std::string>();
    if (!text.empty()) text += ".";
    if (!is_reserved(name) && chance(0.5)) {
      text += name;
      continue;
    }
    std::string placeholder;
    for (const auto& [known, stands_for] : placeholders.names.items()) {
      if (stands_for == name && chance(0.5)) placeholder = known;
    }
    if (placeholder.empty()) {
      placeholder =
          "#" + std::string(one_of({"n", "Zz", "a_"})) + std::to_string(++placeholders.made);
      placeholders.names[placeholder] = name;
    }
    text += placeholder;
  }
  return text;
}

std::string RandomRequests::write_operand(const Json& operand, Placeholders& placeholders) {
  if (operand.contains("path")) return write_path(operand, placeholders);
  if (operand.contains("size")) return "size(" + write_path(operand["size"], placeholders) + ")";
  for (const auto& [known, stands_for] : placeholders.values.items()) {
    if (stands_for == operand["value"] && chance(0.5)) return known;
  }
  const std::string placeholder =
      ":" + std::string(one_of({"v", "Zz", "a_"})) + std::to_string(++placeholders.made);
  placeholders.values[placeholder] = operand["value"];
  return placeholder;
}

std::string RandomRequests::write_row(std::vector<std::string> operands, std::string_view word,
                                      bool inner) {
  std::ranges::shuffle(operands, random_);
  const std::string joint = space() + keyword(word) + space();
  if (operands.size() > 2 && chance(0.4)) {  // the last two in a row of their own
    operands[operands.size() - 2] =
        "(" + operands[operands.size() - 2] + joint + operands.back() + ")";
    operands.pop_back();
  }
  std::string text;
  for (const std::string& each : operands) text += (text.empty() ? "" : joint) + each;
  return inner ? "(" + text + ")" : text;
}

std::string RandomRequests::write_condition(const Json& condition, Placeholders& placeholders,
                                            bool inner) {
  const auto op = condition["op"].get<std::string>();
  const auto at = [&](const char* name) { return write_operand(condition[name], placeholders); };
  if (op == "AND" || op == "OR") {
    std::vector<std::string> operands;
    for (const Json& each : condition["of"]) {
      operands.push_back(write_condition(each, placeholders, true));
    }
    if (operands.size() == 1) return operands[0];
    return write_row(std::move(operands), op, inner);
  }
  if (op == "NOT") {
    return keyword("NOT") + " " + write_condition(condition["of"][0], placeholders, true);
  }
  if (op == "BETWEEN") {
    return at("left") + space() + keyword("BETWEEN") + space() + at("low") + space() +
           keyword("AND") + space() + at("high");
  }
  if (op == "IN") {
    std::vector<std::string> operands;
    for (const Json& each : condition["of"]) operands.push_back(write_operand(each, placeholders));
    std::ranges::shuffle(operands, random_);
    std::string text;
    for (const std::string& each : operands) text += (text.empty() ? "" : ", ") + each;
    return at("left") + space() + keyword("IN") + " (" + text + ")";
  }
  if (!condition.contains("right")) return op + "(" + at("left") + ")";
  if (op == "begins_with") return op + "( " + at("left") + "," + at("right") + " )";
  if (chance(0.5)) return at("left") + " " + op + " " + at("right");
  const std::map<std::string, std::string> turned = {{"=", "="},   {"<>", "<>"}, {"<", ">"},
                                                     {"<=", ">="}, {">", "<"},   {">=", "<="}};
  return at("right") + " " + turned.at(op) + " " + at("left");
}

std::string RandomRequests::write_update(const Json& actions, Placeholders& placeholders) {
  std::map<std::string, std::vector<std::string>> clauses;
  for (const Json& each : actions) {
    const auto verb = each["action"].get<std::string>();
    std::string text = write_path(each["target"], placeholders);
    if (verb == "SET") text += space() + "=" + space();
    if (verb == "ADD" || verb == "DELETE") text += space();
    if (each.contains("term")) {
      std::string left = write_operand(each["right"], placeholders);
      std::string right = write_operand(each["term"], placeholders);
      if (each["sign"] == "+" && chance(0.5)) std::swap(left, right);
      text += left + space() + each["sign"].get<std::string>() + space() + right;
    } else if (each.contains("right")) {
      text += write_operand(each["right"], placeholders);
    }
    clauses[verb].push_back(std::move(text));
  }
  std::vector<std::string> written;
  for (auto& [verb, texts] : clauses) {
    std::ranges::shuffle(texts, random_);
    std::string clause = keyword(verb) + space();
    for (std::size_t i = 0; i < texts.size(); ++i) clause += (i > 0 ? ", " : "") + texts[i];
    written.push_back(std::move(clause));
  }
  std::ranges::shuffle(written, random_);
  std::string text;
  for (const std::string& each : written) text += (text.empty() ? "" : space()) + each;
  return text;
}

/// Literals or parameters, in any order of conditions and assignments.
std::string RandomRequests::write_statement(const Json& statement, Json& parameters) {
  const auto literal = [&](const Json& value) -> std::string {
    if (chance(0.5) || value.contains("SS") || value.contains("NS") || value.contains("M") ||
        value.contains("L") || value.contains("BOOL")) {
      parameters.push_back(value);
      return "?";
    }
    if (value.contains("N")) return value["N"].get<std::string>();
    return "'" + value["S"].get<std::string>() + "'";
  };
  const auto verb = statement["verb"].get<std::string>();
  const auto table = "\"" + statement["table"].get<std::string>() + "\"";
  if (verb == "INSERT") {
    std::string members;
    for (const auto& [name, value] : statement["item"].items()) {
      members += (members.empty() ? "" : ", ") + ("'" + name + "' : ") + literal(value);
    }
    return keyword("INSERT INTO") + " " + table + " " + keyword("VALUE") + " {" + members + "}";
  }
  std::string text;
  if (verb == "SELECT") text = keyword("SELECT") + " * " + keyword("FROM") + " " + table;
  if (verb == "DELETE") text = keyword("DELETE FROM") + " " + table;
  if (verb == "UPDATE") {
    text = keyword("UPDATE") + " " + table;
    std::vector<std::string> names = {"alpha", "beta"};
    std::ranges::shuffle(names, random_);
    for (const auto& name : names) {
      text += " " + keyword("SET") + " " + name + " = " + literal(statement["set"][name]);
    }
  }
  std::vector<std::pair<std::string, Json>> conditions = {{"pk = ", statement["key"]["pk"]},
                                                          {"sk = ", statement["key"]["sk"]}};
  if (statement.contains("and")) {
    conditions.emplace_back("alpha " + statement["and"]["op"].get<std::string>() + " ",
                            statement["and"]["right"]);
  }
  std::ranges::shuffle(conditions, random_);
  std::string where;
  for (const auto& [left, value] : conditions) {
    where += (where.empty() ? " " + keyword("WHERE") + " " : " " + keyword("AND") + " ") + left +
             literal(value);
  }
  return text + where;
}

nlohmann::json RandomRequests::write_scope(const Json& scope) {
  Json body = Json::object();
  Placeholders placeholders;
  if (scope.contains("table")) body["TableName"] = scope["table"];
  if (scope.contains("item")) body["Item"] = scope["item"];
  if (scope.contains("key")) body["Key"] = scope["key"];
  for (const char* name : {"ReturnValues", "ScanIndexForward"}) {
    if (scope.contains(name)) body[name] = scope[name];
  }
  if (scope.contains("partition")) {
    std::vector<std::string> conditions = {
        write_condition({{"op", "="},
                         {"left", {{"path", {"pk"}}}},
                         {"right", {{"value", {{"S", scope["partition"]}}}}}},
                        placeholders, true)};
    if (scope.contains("range")) {
      conditions.push_back(write_condition(scope["range"], placeholders, true));
    }
    body["KeyConditionExpression"] = write_row(std::move(conditions), "AND", false);
  }
  if (scope.contains("condition")) {
    body["ConditionExpression"] = write_condition(scope["condition"], placeholders, false);
  }
  if (scope.contains("filter")) {
    body["FilterExpression"] = write_condition(scope["filter"], placeholders, false);
  }
  if (scope.contains("projection") && !scope["projection"].empty()) {
    std::vector<std::string> paths;
    for (const Json& path : scope["projection"]) paths.push_back(write_path(path, placeholders));
    std::ranges::shuffle(paths, random_);
    std::string text;
    for (const std::string& path : paths) text += (text.empty() ? "" : " , ") + path;
    body["ProjectionExpression"] = text;
  }
  if (scope.contains("update") && !scope["update"].empty()) {
    body["UpdateExpression"] = write_update(scope["update"], placeholders);
  }
  if (!placeholders.names.empty()) body["ExpressionAttributeNames"] = placeholders.names;
  if (!placeholders.values.empty()) body["ExpressionAttributeValues"] = placeholders.values;
  return body;
}

void RandomRequests::write_defaults(Json& body, const std::string& operation) {
  if (chance(0.3)) body["ReturnConsumedCapacity"] = "NONE";
  const bool read = operation == "GetItem" || operation == "Query" || operation == "Scan";
  if (read && chance(0.3)) body["ConsistentRead"] = false;
  if (operation == "Query" && !body.contains("ScanIndexForward") && chance(0.3)) {
    body["ScanIndexForward"] = true;
  }
  if ((operation == "Query" || operation == "Scan") && chance(0.3)) {
    body["Select"] =
        body.contains("ProjectionExpression") ? "SPECIFIC_ATTRIBUTES" : "ALL_ATTRIBUTES";
  }
  const bool write =
      operation == "PutItem" || operation == "DeleteItem" || operation == "UpdateItem";
  if (write && !body.contains("ReturnValues") && chance(0.3)) body["ReturnValues"] = "NONE";
}

std::string RandomRequests::written(const Json& request) {
  const auto operation = request["operation"].get<std::string>();
  Json body;
  if (operation == "ExecuteStatement") {
    Json parameters = Json::array();
    body["Statement"] = write_statement(request["statement"], parameters);
    if (!parameters.empty()) body["Parameters"] = parameters;
  } else if (operation == "TransactWriteItems") {
    for (const Json& each : request["actions"]) {
      body["TransactItems"].push_back({{each["verb"].get<std::string>(), write_scope(each)}});
    }
  } else if (operation.starts_with("Batch")) {
    for (const auto& [table, asked] : request["tables"].items()) {
      auto entries = asked["entries"].get<std::vector<Json>>();
      std::ranges::shuffle(entries, random_);
      Json& out = body["RequestItems"][table];
      if (operation == "BatchGetItem") {
        out = write_scope(asked);
        for (const Json& each : entries) out["Keys"].push_back(each["key"]);
        continue;
      }
      for (const Json& each : entries) {
        const char* verb = each.contains("item") ? "PutRequest" : "DeleteRequest";
        out.push_back({{verb, write_scope(each)}});
      }
    }
  } else {
    body = write_scope(request);
  }
  write_defaults(body, operation);
  return json(body);
}

// Changing.

void RandomRequests::collect(Json& node, std::vector<Json*>& nodes) {
  nodes.push_back(&node);
  if (!node.is_structured()) return;
  for (auto& child : node.items()) collect(child.value(), nodes);
}

/// False where there is nothing at this node to change.
bool RandomRequests::change(Json& node) {
  if (node.is_array() && node.size() > 1 && node[0].is_object()) {
    node.erase(below(node.size()));
    return true;
  }
  if (!node.is_object()) return false;
  if (node.contains("S")) {
    const auto old = node["S"];
    while (node["S"] == old) node["S"] = one_of({"a", "b", "ab", "c"});
    return true;
  }
  if (node.contains("N")) {
    const auto old = node["N"];
    while (node["N"] == old) node["N"] = one_of({"0", "1", "2", "15"});
    return true;
  }
  if (node.contains("BOOL")) {
    node["BOOL"] = !node["BOOL"].get<bool>();
    return true;
  }
  if (node.contains("path") && node["path"][0] != "pk" && node["path"][0] != "sk") {
    const Json old = node["path"][0];
    while (node["path"][0] == old) node["path"][0] = kAttributes[below(4)];
    return true;
  }
  if (node.contains("op")) {
    const auto op = node["op"].get<std::string>();
    if (op == "AND" || op == "OR") {
      node["op"] = op == "AND" ? "OR" : "AND";
    } else if (op == "attribute_exists" || op == "attribute_not_exists") {
      node["op"] = op == "attribute_exists" ? "attribute_not_exists" : "attribute_exists";
    } else if (op == "<" || op == ">" || op == "=") {
      node["op"] = op == "<" ? ">" : op == ">" ? "=" : "<";
    } else if (op == "<=" || op == ">=") {
      node["op"] = op == "<=" ? ">=" : "<=";
    } else {
      return false;
    }
    return true;
  }
  if (node.contains("sign")) {
    node["sign"] = node["sign"] == "+" ? "-" : "+";
    return true;
  }
  if (node.contains("table") && chance(0.3)) {
    node["table"] = node["table"] == "tab1" ? "tab2" : "tab1";
    return true;
  }
  if (node.contains("ScanIndexForward") || node.contains("ReturnValues")) {
    node.erase(node.contains("ReturnValues") ? "ReturnValues" : "ScanIndexForward");
    return true;
  }
  return false;
}

nlohmann::json RandomRequests::changed(const Json& request) {
  while (true) {
    Json changed = request;
    std::vector<Json*> nodes;
    collect(changed, nodes);
    if (change(*nodes[below(nodes.size())])) return changed;
  }
}

}  // namespace dynatape::cassettes
