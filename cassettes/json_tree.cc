#include "cassettes/json_tree.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <utility>

#include "cassettes/expression_tree.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::cassettes {
namespace {

using wire::Json;
using Kind = Node::Kind;

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

}  // namespace

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

Node object_tree(const Json& json, Builder build) {
  Node node{.kind = Kind::members};
  node.children.reserve(json.size());
  for (const auto [name, value] : json.members()) {
    node.children.push_back(build(value));
    node.children.back().name = name;
  }
  sort_members(node);
  return node;
}

Node array_tree(const Json& json, Kind kind, Builder build) {
  Node node{.kind = kind};
  node.children.reserve(json.size());
  for (const Json& element : json.elements()) node.children.push_back(build(element));
  if (node.is_unordered()) std::ranges::sort(node.children);
  return node;
}

Node plain_tree(const Json& json) {
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
      return array_tree(json, Kind::list, plain_tree);
    case Json::Kind::object:
      if (json.size() == 1) {
        if (auto value = lone_value(json)) return std::move(*value);
      }
      return object_tree(json, plain_tree);
  }
  return {};
}

}  // namespace dynatape::cassettes
