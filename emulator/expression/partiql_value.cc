// Literals and parameters as attribute values, paths as document paths, and the refusals they
// share.

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "emulator/expression/limits.h"
#include "emulator/expression/partiql_compile.h"
#include "emulator/model/number_error_text.h"

namespace dynatape::expression::partiql {

namespace {

using model::AttributeValue;
using model::Number;
using model::NumberError;
using model::Outcome;

/// 31 maps around a scalar are the most the service stores.
constexpr std::size_t kMaxDepth = 32;

/// The service keeps exponents in 32 bits, and digits minus scale wraps there: a number just below
/// the largest it can read is too small, not too large.
bool wraps(std::string_view text) {
  const std::size_t at = text.find_first_of("eE");
  if (at == std::string_view::npos) return false;
  std::string_view digits = text.substr(at + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t exponent = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  const std::string_view mantissa = text.substr(0, at);
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  const auto integer = static_cast<std::int64_t>(std::ranges::count_if(
      mantissa.substr(0, point), [](char c) { return c >= '0' && c <= '9'; }));
  return integer + exponent > std::numeric_limits<std::int32_t>::max();
}

/// Reads one value and everything in it, knowing where it is: "root.x[1]".
class ValueReader {
 public:
  explicit ValueReader(Parameters parameters) : parameters_(parameters) {}

  /// The members of a map; in an item each is a root of its own.
  Outcome<model::Map> members(const Node& node, const std::string& place, std::size_t depth,
                              bool is_item) {
    model::Map map;
    for (const Node& member : node.children) {
      const Node& key = member.children[0];
      if (key.kind != Node::Kind::string) {
        return refuse_at("Unsupported data type: " + name_of(key) + " under key root", key);
      }
      auto value = read(member.children[1], is_item ? place : place + "." + key.text, depth);
      if (!value) return std::unexpected(std::move(value.error()));
      map.set(key.text, std::move(*value));
    }
    return map;
  }

  Outcome<AttributeValue> read(const Node& node, const std::string& place, std::size_t depth) {
    if (depth > kMaxDepth) {
      return model::invalid(
          "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
          "levels beyond supported limit");
    }
    switch (node.kind) {
      case Node::Kind::string:
        return AttributeValue(node.text);
      case Node::Kind::number:
        return number(node, place);
      case Node::Kind::boolean:
        return AttributeValue(node.text == "true");
      case Node::Kind::null:
        return AttributeValue(model::Null{});
      case Node::Kind::parameter:
        return parameters_[std::stoul(node.text)];
      case Node::Kind::list:
        return list(node, place, depth);
      case Node::Kind::bag:
        return bag(node, place);
      case Node::Kind::structure:
        return structure(node, place, depth);
      default:
        return refuse_at("Unsupported data type: " + name_of(node) + " under key root", node);
    }
  }

 private:
  static std::string name_of(const Node& node) {
    if (node.kind == Node::Kind::path) return node.children.front().text;
    return node.text;
  }

  static Outcome<AttributeValue> number(const Node& node, const std::string& place) {
    const auto number = Number::parse(node.text);
    if (number) return AttributeValue(*number);
    const NumberError error = wraps(node.text) ? NumberError::underflow : number.error();
    return model::invalid(std::string(model::number_error_text(error)) + " under " + place);
  }

  Outcome<AttributeValue> list(const Node& node, const std::string& place, std::size_t depth) {
    model::List values;
    values.reserve(node.children.size());
    for (const Node& each : node.children) {
      auto value = read(each, place + "[" + std::to_string(values.size()) + "]", depth + 1);
      if (!value) return value;
      values.push_back(std::move(*value));
    }
    return AttributeValue(std::move(values));
  }

  Outcome<AttributeValue> structure(const Node& node, const std::string& place, std::size_t depth) {
    auto map = members(node, place, depth + 1, false);
    if (!map) return std::unexpected(std::move(map.error()));
    return AttributeValue(std::move(*map));
  }

  Outcome<AttributeValue> bag(const Node& node, const std::string& place) {
    if (node.children.empty()) return model::invalid("Empty bags are not supported");
    std::vector<AttributeValue> members;
    for (const Node& each : node.children) {
      auto member = read(each, place + "[" + std::to_string(members.size()) + "]", kMaxDepth);
      if (!member) return member;
      members.push_back(std::move(*member));
    }
    switch (members.front().type()) {
      case model::Type::s:
        return set<std::string>(members);
      case model::Type::n:
        return set<Number>(members);
      case model::Type::b:
        return set<model::Binary>(members);
      default:
        return mixed_bag();
    }
  }

  static std::unexpected<model::ServiceError> mixed_bag() {
    return model::invalid("Bags must hold values of one type: strings, numbers or binaries");
  }

  template <class T>
  static Outcome<AttributeValue> set(std::vector<AttributeValue>& members) {
    model::SetOf<T> set;
    std::string printed;
    for (AttributeValue& member : members) {
      const T* value = member.get<T>();
      if (value == nullptr) return mixed_bag();
      set.members.push_back(*value);
      if constexpr (std::same_as<T, std::string>) {
        printed += (printed.empty() ? "" : ", ") + *value;
      }
    }
    std::ranges::sort(set.members);
    if (std::ranges::adjacent_find(set.members) == set.members.end()) return set;
    if constexpr (std::same_as<T, std::string>) {
      return model::invalid("One or more parameter values were invalid: Input collection [" +
                            printed + "] contains duplicates.");
    } else {
      return model::invalid("Input collection contains duplicates");
    }
  }

  Parameters parameters_;
};

}  // namespace

bool is_value(const Node& node) {
  switch (node.kind) {
    case Node::Kind::string:
    case Node::Kind::number:
    case Node::Kind::boolean:
    case Node::Kind::null:
    case Node::Kind::parameter:
    case Node::Kind::list:
    case Node::Kind::bag:
    case Node::Kind::structure:
      return true;
    default:
      return false;
  }
}

Outcome<AttributeValue> value_of(const Node& node, Parameters parameters) {
  return ValueReader(parameters).read(node, "root", 1);
}

Outcome<model::Item> item_of(const Node& node, Parameters parameters) {
  if (node.kind == Node::Kind::structure) {
    return ValueReader(parameters).members(node, "root", 1, true);
  }
  auto value = value_of(node, parameters);
  if (!value) return std::unexpected(std::move(value.error()));
  if (auto* map = value->get<model::Map>()) return std::move(*map);
  return refuse_at(
      "Unsupported data type: " + std::string(model::type_name(value->type())) + " under key root",
      node);
}

bool is_path(const Node& node) {
  return node.kind == Node::Kind::name || node.kind == Node::Kind::path;
}

Outcome<Path> path_of(const Node& node) {
  constexpr std::string_view kUnexpected = "Unexpected path component";
  if (node.kind == Node::Kind::name) return Path{{PathElement::of(node.text)}};
  if (node.kind != Node::Kind::path || node.children.front().kind != Node::Kind::name) {
    return refuse_at(kUnexpected, node);
  }
  Path path{{PathElement::of(node.children.front().text)}};
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Node& step = node.children[i];
    if (step.kind == Node::Kind::name_step) {
      path.elements.push_back(PathElement::of(step.text));
      continue;
    }
    if (step.kind != Node::Kind::value_step) return refuse_at(kUnexpected, step);
    const Node& inside = step.children.front();
    std::uint32_t index = 0;
    const char* const end = inside.text.data() + inside.text.size();
    const auto [read_to, error] = std::from_chars(inside.text.data(), end, index);
    if (inside.kind == Node::Kind::string) {
      path.elements.push_back(PathElement::of(inside.text));
    } else if (inside.kind == Node::Kind::number && error == std::errc{} && read_to == end &&
               index <= kMaxListIndex) {
      path.elements.push_back(PathElement::of(index));
    } else {
      return refuse_at(kUnexpected, inside);
    }
  }
  if (path.elements.size() > kMaxPathElements) {
    return model::invalid("The document path has too many nesting elements; nesting levels: " +
                          std::to_string(path.elements.size()));
  }
  return path;
}

std::unexpected<model::ServiceError> refuse_at(std::string_view text, const Node& node) {
  return model::invalid(std::string(text) + " at " + to_string(node.position));
}

std::unexpected<model::ServiceError> unrecognized_function(const Node& call) {
  return refuse_at("Unrecognized function: " + call.text, call);
}

std::unexpected<model::ServiceError> without_parameter(model::ServiceError error) {
  constexpr std::string_view kEnd = "Expression: ";
  const std::size_t at = error.message.find(kEnd);
  if (error.message.starts_with("Invalid ") && at != std::string::npos) {
    error.message.erase(0, at + kEnd.size());
  }
  return std::unexpected(std::move(error));
}

}  // namespace dynatape::expression::partiql
