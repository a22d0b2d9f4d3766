#include "cassettes/implied_item.h"

#include <algorithm>

#include "cassettes/json_depth.h"
#include "core/json.h"
#include "core/statement.h"
#include "emulator/expression/parser.h"
#include "emulator/expression/partiql_syntax.h"

namespace dynatape::cassettes {
namespace {

using core::member;
using core::text_member;
using nlohmann::json;
namespace partiql = expression::partiql;
using partiql::Node;

/// What a key attribute may be: {"S": …}, {"N": …} or {"B": …}.
bool fits_key(const json& value) {
  return value.is_object() && value.size() == 1 && value.front().is_string();
}

/// Keeps `name = value`, where that can be of a key.
void keep(json& attributes, const std::string& name, const json* value) {
  if (value && fits_key(*value)) attributes[name] = *value;
}

/// The attribute an operand names, with a `#name` looked up; nullptr where it is no plain one.
const std::string* attribute_of(const expression::Operand& operand, const json& params) {
  const auto* path = std::get_if<expression::Path>(&operand.node);
  if (!path || path->elements.size() != 1) return nullptr;
  const expression::PathElement& element = path->elements.front();
  if (element.kind == expression::PathElement::Kind::name) return &element.name;
  const json* names = member(params, "ExpressionAttributeNames");
  return names ? text_member(*names, element.name) : nullptr;
}

const json* value_of(const expression::Operand& operand, const json& params) {
  const auto* placeholder = std::get_if<expression::Placeholder>(&operand.node);
  const json* values = member(params, "ExpressionAttributeValues");
  return placeholder && values ? member(*values, placeholder->name) : nullptr;
}

void add_equalities(const expression::Condition& condition, const json& params, json& attributes) {
  if (const auto* logical = std::get_if<expression::Logical>(&condition.node)) {
    if (logical->connective != expression::Connective::and_) return;
    for (const auto& part : logical->operands) add_equalities(part, params, attributes);
    return;
  }
  const auto* comparison = std::get_if<expression::Comparison>(&condition.node);
  if (!comparison || comparison->comparator != expression::Comparator::eq) return;
  const auto* left = attribute_of(comparison->left, params);
  const auto* name = left ? left : attribute_of(comparison->right, params);
  if (name) keep(attributes, *name, value_of(left ? comparison->right : comparison->left, params));
}

/// KeyConditions, as before there were expressions.
void add_key_conditions(const json& conditions, json& attributes) {
  if (!conditions.is_object()) return;
  for (const auto& [name, condition] : conditions.items()) {
    const std::string* comparator = text_member(condition, "ComparisonOperator");
    const json* values = member(condition, "AttributeValueList");
    if (!comparator || *comparator != "EQ" || !values || !values->is_array()) continue;
    if (values->size() == 1) keep(attributes, name, &values->front());
  }
}

/// Literals and parameters of a statement as DynamoDB's JSON; null for anything else.
class Literals {
 public:
  explicit Literals(const json* parameters) : parameters_(parameters) {}

  [[nodiscard]] json read(const Node& node) const {
    switch (node.kind) {
      case Node::Kind::string:
        return {{"S", node.text}};
      case Node::Kind::number:
        return {{"N", node.text}};
      case Node::Kind::boolean:
        return {{"BOOL", node.text == "true"}};
      case Node::Kind::null:
        return {{"NULL", true}};
      case Node::Kind::parameter:
        return parameter(std::stoul(node.text));
      case Node::Kind::list:
        return {{"L", elements(node)}};
      case Node::Kind::bag:
        return set(node);
      case Node::Kind::structure:
        return {{"M", members(node)}};
      default:
        return nullptr;
    }
  }

  [[nodiscard]] json members(const Node& structure) const {
    json members = json::object();
    for (const Node& each : structure.children) {
      members[each.children.at(0).text] = read(each.children.at(1));
    }
    return members;
  }

  [[nodiscard]] json elements(const Node& list) const {
    json elements = json::array();
    for (const Node& each : list.children) elements.push_back(read(each));
    return elements;
  }

 private:
  [[nodiscard]] json parameter(std::size_t place) const {
    const bool there = parameters_ && parameters_->is_array() && place < parameters_->size();
    return there ? parameters_->at(place) : json();
  }

  /// << 'a', 'b' >> is {"SS": ["a", "b"]}.
  [[nodiscard]] json set(const Node& bag) const {
    json values = json::array();
    std::string type;
    for (const json& element : elements(bag)) {
      if (!fits_key(element)) return nullptr;
      type = element.begin().key();
      values.push_back(element.front());
    }
    return {{type + "S", std::move(values)}};
  }

  const json* parameters_;
};

/// Keeps `name IN [value, …]`, where all of these can be of a key.
void keep_among(const Node& in, const Literals& literals, ImpliedItem& item) {
  const Node& name = in.children[0];
  if (name.kind != Node::Kind::name) return;
  const bool written =
      in.children[1].kind == Node::Kind::list || in.children[1].kind == Node::Kind::bag;
  const json given = written ? json() : literals.read(in.children[1]);  // a parameter
  const json* const inside = member(given, "L");
  const json list = inside ? *inside : written ? literals.elements(in.children[1]) : json();
  if (!list.is_array() || !std::ranges::all_of(list, fits_key)) return;
  item.among[name.text] = list.get<std::vector<json>>();
}

void add_where(const Node& node, const Literals& literals, ImpliedItem& item) {
  if (node.kind != Node::Kind::binary) return;
  if (node.text == "and") {
    for (const Node& part : node.children) add_where(part, literals, item);
  }
  if (node.children.size() != 2) return;
  if (node.text == "in") keep_among(node, literals, item);
  if (node.text != "=") return;
  const bool flipped = node.children[0].kind != Node::Kind::name;
  const Node& name = node.children[flipped ? 1 : 0];
  if (name.kind != Node::Kind::name) return;
  const json value = literals.read(node.children[flipped ? 0 : 1]);
  keep(item.attributes, name.text, &value);
}

/// What stands in EXISTS(…), or the statement itself.
const Node& inside_exists(const Node& node) {
  const bool exists =
      node.kind == Node::Kind::call && node.text == "exists" && node.children.size() == 1;
  return exists ? node.children.front() : node;
}

}  // namespace

std::optional<ImpliedItem> item_of_query(const json& params) {
  const std::string* table = text_member(params, "TableName");
  ImpliedItem item{table ? *table : "", json::object()};
  if (const auto* text = text_member(params, "KeyConditionExpression")) {
    const auto condition = expression::parse_condition(*text, expression::Parameter::key_condition);
    if (condition) add_equalities(*condition, params, item.attributes);
  } else if (const json* conditions = member(params, "KeyConditions")) {
    add_key_conditions(*conditions, item.attributes);
  }
  if (item.attributes.empty()) return std::nullopt;
  return item;
}

std::optional<ImpliedItem> item_of_statement(const json& holder) {
  const std::string* statement = text_member(holder, "Statement");
  const json* parameters = member(holder, "Parameters");
  if (!statement || (parameters && deeper_than(kDeepestJson, *parameters))) return std::nullopt;
  const auto parsed = partiql::parse(*statement);
  if (!parsed) return std::nullopt;
  const Node& node = inside_exists(*parsed);
  const Literals literals(parameters);
  ImpliedItem item{core::target_of_statement(*statement).table, json::object()};
  if (node.kind == Node::Kind::insert_value && node.children.size() >= 2) {
    const Node& value = node.children[1];
    item.put = true;
    if (value.kind == Node::Kind::structure) item.attributes = literals.members(value);
  } else if (const Node* where = child(node, Node::Kind::where);
             where && !where->children.empty()) {
    add_where(where->children.front(), literals, item);
  }
  if (item.attributes.empty() && item.among.empty()) return std::nullopt;
  return item;
}

std::vector<ImpliedItem> implied_items(const json& params) {
  std::vector<ImpliedItem> items;
  const auto add = [&](std::optional<ImpliedItem> item) {
    if (item && !item->attributes.empty()) items.push_back(*std::move(item));
  };
  add(item_of_query(params));
  add(item_of_statement(params));
  for (const char* list : {"Statements", "TransactStatements"}) {
    const json* statements = member(params, list);
    if (!statements || !statements->is_array()) continue;
    for (const json& one : *statements) add(item_of_statement(one));
  }
  return items;
}

}  // namespace dynatape::cassettes
