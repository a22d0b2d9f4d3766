// The part of random requests that writes them.

#include <algorithm>
#include <cstdio>
#include <map>

#include "tests/cassettes/random_requests.h"

namespace dynatape::cassettes {
namespace {

bool is_reserved(const std::string& name) { return name == "status" || name == "name"; }

}  // namespace

struct RandomRequests::Placeholders {
  Json names = Json::object();
  Json values = Json::object();
  int made = 0;
};

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

}  // namespace dynatape::cassettes
