#include "cassettes/scope_tree.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cassettes/expression_tree.h"
#include "cassettes/expressions_of.h"
#include "cassettes/json_tree.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::cassettes {
namespace {

using wire::Json;
using Kind = Node::Kind;

// The builders of parameters. What has not the JSON type of its parameter, or holds a value that
// DynamoDB refuses, stands as it was sent.

/// {"S":"…"}
Node value(const Json& json) {
  wire::Decoding decoding;
  wire::OneValue read;
  const bool good = wire::decode(decoding, json, read) && !read.problem.any();
  return good ? tree_of(std::move(read.value)) : plain_tree(json);
}

/// Item, Key, ExclusiveStartKey: {"id":{"S":"…"}}
Node attributes(const Json& json) {
  wire::Decoding decoding;
  wire::Values read;
  const bool good = wire::decode(decoding, json, read) && !read.problem.any();
  return good ? tree_of(std::move(read.item)) : plain_tree(json);
}

Node values(const Json& json) {
  return json.kind() == Json::Kind::array ? array_tree(json, Kind::list, value) : plain_tree(json);
}

Node unordered_texts(const Json& json) {
  return json.kind() == Json::Kind::array ? array_tree(json, Kind::bag, plain_tree)
                                          : plain_tree(json);
}

Node keys(const Json& json) {
  return json.kind() == Json::Kind::array ? array_tree(json, Kind::bag, attributes)
                                          : plain_tree(json);
}

/// Of a transaction or a batch of statements: answered place by place.
Node scopes(const Json& json) {
  return json.kind() == Json::Kind::array ? array_tree(json, Kind::list, scope_tree)
                                          : plain_tree(json);
}

/// One entry of Expected, AttributeUpdates, KeyConditions, QueryFilter or ScanFilter.
Node legacy_entry(const Json& json) {
  if (json.kind() != Json::Kind::object) return plain_tree(json);
  Node node{.kind = Kind::members};
  bool unordered = false;
  for (const auto [name, given] : json.members()) {
    Node child = name == "Value"                ? value(given)
                 : name == "AttributeValueList" ? values(given)
                                                : plain_tree(given);
    unordered = unordered || (name == "ComparisonOperator" && child.text == "IN");
    child.name = name;
    node.children.push_back(std::move(child));
  }
  for (Node& child : node.children) {
    if (!unordered || child.name != "AttributeValueList" || child.kind != Kind::list) continue;
    child.kind = Kind::bag;
    std::ranges::sort(child.children);
  }
  sort_members(node);
  return node;
}

Node legacy(const Json& json) {
  return json.kind() == Json::Kind::object ? object_tree(json, legacy_entry) : plain_tree(json);
}

/// One table's entry of RequestItems: KeysAndAttributes of a read, a list of writes.
Node table_entry(std::string_view table, const Json& json) {
  Node node;
  if (json.kind() == Json::Kind::object) {
    node = scope_tree(json);
  } else {
    node.kind = Kind::members;
    node.children.push_back(json.kind() == Json::Kind::array
                                ? array_tree(json, Kind::bag, scope_tree)
                                : plain_tree(json));
    node.children.back().name = "Requests";
  }
  node.children.push_back({.kind = Kind::text, .name = std::string(kTableName)});
  node.children.back().text = table;
  sort_members(node);
  return node;
}

Node request_items(const Json& json) {
  if (json.kind() != Json::Kind::object) return plain_tree(json);
  Node node{.kind = Kind::bag};
  node.children.reserve(json.size());
  for (const auto [table, entry] : json.members()) {
    node.children.push_back(table_entry(table, entry));
  }
  std::ranges::sort(node.children);
  return node;
}

struct Parameter {
  std::string_view name;
  Builder build;
};

/// Those that mean more than their JSON, sorted. A name means the same in every operation.
constexpr Parameter kParameters[] = {
    {"AttributeUpdates", legacy},
    {"AttributesToGet", unordered_texts},
    {"ConditionCheck", scope_tree},
    {"Delete", scope_tree},
    {"DeleteRequest", scope_tree},
    {"ExclusiveStartKey", attributes},
    {"Expected", legacy},
    {"Get", scope_tree},
    {"Item", attributes},
    {"Key", attributes},
    {"KeyConditions", legacy},
    {"Keys", keys},
    {"Parameters", values},
    {"Put", scope_tree},
    {"PutRequest", scope_tree},
    {"QueryFilter", legacy},
    {"RequestItems", request_items},
    {"ScanFilter", legacy},
    {"Statements", scopes},
    {"TransactItems", scopes},
    {"TransactStatements", scopes},
    {"Update", scope_tree},
};
static_assert(std::ranges::is_sorted(kParameters, {}, &Parameter::name));

Builder builder_of(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(kParameters, name, {}, &Parameter::name);
  return found != std::end(kParameters) && found->name == name ? found->build : plain_tree;
}

struct Default {
  std::string_view name;
  std::string_view value;
};

/// Members that say no more than their absence does.
constexpr Default kDefaults[] = {
    {"ConsistentRead", "false"},
    {"ReturnConsumedCapacity", "NONE"},
    {"ReturnItemCollectionMetrics", "NONE"},
    {"ReturnValues", "NONE"},
    {"ReturnValuesOnConditionCheckFailure", "NONE"},
    {"ScanIndexForward", "true"},
};

/// What Select would be without it: hangs on the other members.
std::string_view default_select(const Node& scope) {
  if (member(scope, "ProjectionExpression") || member(scope, "AttributesToGet")) {
    return "SPECIFIC_ATTRIBUTES";
  }
  return member(scope, "IndexName") ? "ALL_PROJECTED_ATTRIBUTES" : "ALL_ATTRIBUTES";
}

bool is_default(const Node& node) {
  if (node.kind != Kind::boolean && node.kind != Kind::text) return false;
  return std::ranges::any_of(kDefaults, [&](const Default& row) {
    return row.name == node.name && row.value == node.text &&
           (node.kind == Kind::boolean) == (row.value == "true" || row.value == "false");
  });
}

}  // namespace

Node scope_tree(const Json& json) {
  if (json.kind() != Json::Kind::object) return plain_tree(json);
  Node node{.kind = Kind::members};
  node.children.reserve(json.size());
  const bool understood = append_expressions(json, node.children);
  for (const auto [name, given] : json.members()) {
    if (given.is_null() || (understood && is_of_expressions(name))) continue;
    node.children.push_back(builder_of(name)(given));
    node.children.back().name = name;
    if (is_default(node.children.back())) node.children.pop_back();
  }
  sort_members(node);
  const Node* select = member(node, "Select");
  if (select && select->kind == Kind::text && select->text == default_select(node)) {
    node.children.erase(node.children.begin() + (select - node.children.data()));
  }
  return node;
}

}  // namespace dynatape::cassettes
