#include "cassettes/meaning.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <utility>

#include "cassettes/expression_tree.h"
#include "cassettes/expressions_of.h"
#include "emulator/wire/json.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::cassettes {
namespace {

using wire::Json;
using Kind = Node::Kind;
using Builder = Node (*)(const Json& json);

Node plain(const Json& json);
Node scope(const Json& object);

/// A JSON number that is not written as an integer: 10.0 and 1e1 are 10.
std::string decimal(double value) {
  char buffer[32];
  const auto written = std::to_chars(std::begin(buffer), std::end(buffer), value);
  std::string text(buffer, written.ptr);
  const auto number = model::Number::parse(text);
  return number ? number->to_string() : text;
}

/// An attribute value where nothing says that one stands here: {"N":"1.0"}. Nothing else in a
/// request looks like one of these types.
std::optional<Node> lone_value(const Json& json) {
  const wire::JsonMember only = *json.members().begin();
  const bool number = only.name == "N" && only.value.kind() == Json::Kind::string;
  const bool set = (only.name == "NS" || only.name == "SS" || only.name == "BS") &&
                   only.value.kind() == Json::Kind::array;
  if (!number && !set) return std::nullopt;
  wire::Decoding decoding;
  wire::OneValue value;
  if (!wire::decode(decoding, json, value) || value.problem.any()) return std::nullopt;
  return tree_of(std::move(value.value));
}

/// Sorted by name; members of one name in the order sent.
void sort_members(Node& node) {
  if (std::ranges::is_sorted(node.children, {}, &Node::name)) return;
  std::vector<std::size_t> order(node.children.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::pair(std::string_view(node.children[i].name), i);
  });
  std::vector<Node> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(std::move(node.children[i]));
  node.children = std::move(sorted);
}

Node object(const Json& json, Builder build) {
  Node node{.kind = Kind::members};
  node.children.reserve(json.size());
  for (const auto [name, value] : json.members()) {
    node.children.push_back(build(value));
    node.children.back().name = name;
  }
  sort_members(node);
  return node;
}

Node array(const Json& json, Kind kind, Builder build) {
  Node node{.kind = kind};
  node.children.reserve(json.size());
  for (const Json& element : json.elements()) node.children.push_back(build(element));
  if (node.is_unordered()) std::ranges::sort(node.children);
  return node;
}

/// JSON that has no meaning beyond itself.
Node plain(const Json& json) {
  switch (json.kind()) {
    case Json::Kind::null:
      return {};
    case Json::Kind::boolean:
      return {.kind = Kind::boolean, .text = json.boolean() ? "true" : "false"};
    case Json::Kind::integer:
      return {.kind = Kind::number, .text = std::to_string(json.integer())};
    case Json::Kind::decimal:
      return {.kind = Kind::number, .text = decimal(json.decimal())};
    case Json::Kind::string:
      return {.kind = Kind::text, .text = std::string(json.string())};
    case Json::Kind::array:
      return array(json, Kind::list, plain);
    case Json::Kind::object:
      if (json.size() == 1) {
        if (auto value = lone_value(json)) return std::move(*value);
      }
      return object(json, plain);
  }
  return {};
}

// The builders of parameters. What has not the JSON type of its parameter, or holds a value that
// DynamoDB refuses, stands as it was sent.

/// {"S":"…"}
Node value(const Json& json) {
  wire::Decoding decoding;
  wire::OneValue read;
  const bool good = wire::decode(decoding, json, read) && !read.problem.any();
  return good ? tree_of(std::move(read.value)) : plain(json);
}

/// Item, Key, ExclusiveStartKey: {"id":{"S":"…"}}
Node attributes(const Json& json) {
  wire::Decoding decoding;
  wire::Values read;
  const bool good = wire::decode(decoding, json, read) && !read.problem.any();
  return good ? tree_of(std::move(read.item)) : plain(json);
}

Node values(const Json& json) {
  return json.kind() == Json::Kind::array ? array(json, Kind::list, value) : plain(json);
}

Node unordered_texts(const Json& json) {
  return json.kind() == Json::Kind::array ? array(json, Kind::bag, plain) : plain(json);
}

Node keys(const Json& json) {
  return json.kind() == Json::Kind::array ? array(json, Kind::bag, attributes) : plain(json);
}

/// Of a transaction or a batch of statements: answered place by place.
Node scopes(const Json& json) {
  return json.kind() == Json::Kind::array ? array(json, Kind::list, scope) : plain(json);
}

/// One entry of Expected, AttributeUpdates, KeyConditions, QueryFilter or ScanFilter.
Node legacy_entry(const Json& json) {
  if (json.kind() != Json::Kind::object) return plain(json);
  Node node{.kind = Kind::members};
  bool unordered = false;
  for (const auto [name, given] : json.members()) {
    Node child = name == "Value"                ? value(given)
                 : name == "AttributeValueList" ? values(given)
                                                : plain(given);
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
  return json.kind() == Json::Kind::object ? object(json, legacy_entry) : plain(json);
}

/// One table's entry of RequestItems: KeysAndAttributes of a read, a list of writes.
Node table_entry(std::string_view table, const Json& json) {
  Node node;
  if (json.kind() == Json::Kind::object) {
    node = scope(json);
  } else {
    node.kind = Kind::members;
    node.children.push_back(json.kind() == Json::Kind::array ? array(json, Kind::bag, scope)
                                                             : plain(json));
    node.children.back().name = "Requests";
  }
  node.children.push_back({.kind = Kind::text, .name = std::string(kTableName)});
  node.children.back().text = table;
  sort_members(node);
  return node;
}

Node request_items(const Json& json) {
  if (json.kind() != Json::Kind::object) return plain(json);
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
    {"ConditionCheck", scope},
    {"Delete", scope},
    {"DeleteRequest", scope},
    {"ExclusiveStartKey", attributes},
    {"Expected", legacy},
    {"Get", scope},
    {"Item", attributes},
    {"Key", attributes},
    {"KeyConditions", legacy},
    {"Keys", keys},
    {"Parameters", values},
    {"Put", scope},
    {"PutRequest", scope},
    {"QueryFilter", legacy},
    {"RequestItems", request_items},
    {"ScanFilter", legacy},
    {"Statements", scopes},
    {"TransactItems", scopes},
    {"TransactStatements", scopes},
    {"Update", scope},
};
static_assert(std::ranges::is_sorted(kParameters, {}, &Parameter::name));

Builder builder_of(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(kParameters, name, {}, &Parameter::name);
  return found != std::end(kParameters) && found->name == name ? found->build : plain;
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

/// The request, or a part of one that has parameters of its own.
Node scope(const Json& json) {
  if (json.kind() != Json::Kind::object) return plain(json);
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

/// xxxxxxxx-xxxx-4xxx-[89ab]xxx-xxxxxxxxxxxx: what every SDK generates (RFC 9562, version 4).
bool is_generated(const Node& node) {
  const std::string& text = node.text;
  if (node.kind != Kind::text || text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return text[14] == '4' && std::string_view("89abAB").contains(text[19]);
}

/// The member that an SDK fills with a new UUID where the program sets none (the service model's
/// idempotencyToken trait).
std::string_view idempotency_token(const core::Operation& operation) {
  const std::string_view name = operation.name;
  if (name == "TransactWriteItems" || name == "ExecuteTransaction") return "ClientRequestToken";
  if (name == "ExportTableToPointInTime" || name == "ImportTable") return "ClientToken";
  return "";
}

void remove_generated_token(Node& body, const core::Operation& operation) {
  const std::string_view token = idempotency_token(operation);
  if (token.empty() || body.kind != Kind::members) return;
  std::erase_if(body.children,
                [&](const Node& each) { return each.name == token && is_generated(each); });
}

}  // namespace

std::strong_ordering Node::operator<=>(const Node& other) const {
  if (const auto order = kind <=> other.kind; order != 0) return order;
  if (const auto order = name <=> other.name; order != 0) return order;
  if (const auto order = text <=> other.text; order != 0) return order;
  return children <=> other.children;
}

bool Node::operator==(const Node& other) const = default;

Meaning meaning_of(const core::Request& request, const core::Operation* operation) {
  Meaning meaning;
  if (operation) {
    meaning.operation = operation->name;
  } else {
    meaning.operation = request.method + ' ' + request.target + ' ';
    meaning.operation += request.headers.get("x-amz-target").value_or("");
  }
  const auto json = Json::parse(request.body);
  if (!json) {
    meaning.body = {.kind = Kind::text, .name = "not JSON", .text = request.body};
  } else if (operation) {
    meaning.body = scope(*json);
    remove_generated_token(meaning.body, *operation);
  } else {
    meaning.body = plain(*json);
  }
  return meaning;
}

const Node* member(const Node& node, std::string_view name) {
  if (node.kind != Kind::members) return nullptr;
  const auto found = std::ranges::lower_bound(node.children, name, {}, &Node::name);
  return found != node.children.end() && found->name == name ? &*found : nullptr;
}

}  // namespace dynatape::cassettes
