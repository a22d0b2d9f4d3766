// The part of random requests that makes them mean something else.

#include <algorithm>
#include <cstdio>
#include <map>

#include "tests/cassettes/random_requests.h"

namespace dynatape::cassettes {

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
