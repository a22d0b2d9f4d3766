#include "cassettes/expression_tree.h"

#include <algorithm>
#include <utility>

#include "cassettes/node_builders.h"
#include "emulator/model/json_text.h"
#include "emulator/wire/base64.h"

namespace dynatape::cassettes {
namespace {

using expression::Operand;
using Kind = Node::Kind;

Node binary(const std::string& bytes) {
  std::string text;
  wire::append_base64(text, bytes);
  return leaf(Kind::binary_value, std::move(text));
}

struct ValueTree {
  Node operator()(std::string& text) const { return leaf(Kind::string_value, std::move(text)); }
  Node operator()(const model::Number& number) const {
    return leaf(Kind::number_value, number.to_string());
  }
  Node operator()(const model::Binary& value) const { return binary(value.bytes); }
  Node operator()(bool value) const { return leaf(Kind::boolean_value, value ? "true" : "false"); }
  Node operator()(model::Null) const { return leaf(Kind::null_value, ""); }
  Node operator()(model::StringSet& set) const { return of_set("SS", set); }
  Node operator()(model::NumberSet& set) const { return of_set("NS", set); }
  Node operator()(model::BinarySet& set) const { return of_set("BS", set); }
  Node operator()(model::List& list) const {
    Node node = inner(Kind::list, "L", list.size());
    for (model::AttributeValue& each : list) node.children.push_back(tree_of(std::move(each)));
    return node;
  }
  Node operator()(model::Map& map) const {
    Node node = tree_of(std::move(map));
    node.text = "M";
    return node;
  }

 private:
  template <class T>
  Node of_set(std::string_view type, model::SetOf<T>& set) const {
    Node node = inner(Kind::bag, type, set.members.size());
    for (T& each : set.members) node.children.push_back((*this)(each));
    std::ranges::sort(node.children);
    return node;
  }
};

Node tree_of(expression::Call& call);

struct OperandTree {
  Node operator()(const expression::Path& path) const { return cassettes::tree_of(path); }
  Node operator()(const expression::Placeholder& placeholder) const {
    return leaf(Kind::text, placeholder.name);  // no resolved tree has one
  }
  Node operator()(model::AttributeValue& value) const {
    return cassettes::tree_of(std::move(value));
  }
  Node operator()(expression::Call& call) const { return tree_of(call); }
};

Node tree_of(Operand& operand) { return std::visit(OperandTree(), operand.node); }

Node tree_of(expression::Call& call) {
  Node node =
      inner(Kind::expression, expression::function_name(call.function), call.arguments.size());
  for (Operand& argument : call.arguments) node.children.push_back(tree_of(argument));
  return node;
}

struct ConditionTree {
  Node operator()(expression::Comparison& comparison) const {
    using expression::Comparator;
    Node left = tree_of(comparison.left);
    Node right = tree_of(comparison.right);
    Comparator comparator = comparison.comparator;
    if (comparator == Comparator::gt || comparator == Comparator::ge) {
      std::swap(left, right);
      comparator = comparator == Comparator::gt ? Comparator::lt : Comparator::le;
    }
    const bool symmetric = comparator == Comparator::eq || comparator == Comparator::ne;
    return inner_of(symmetric ? Kind::commutative : Kind::expression,
                    expression::comparator_symbol(comparator), std::move(left), std::move(right));
  }

  Node operator()(expression::Between& between) const {
    return inner_of(Kind::expression, "BETWEEN", tree_of(between.operand), tree_of(between.low),
                    tree_of(between.high));
  }

  Node operator()(expression::In& in) const {
    Node candidates = inner(Kind::bag, "", in.candidates.size());
    for (Operand& candidate : in.candidates) candidates.children.push_back(tree_of(candidate));
    std::ranges::sort(candidates.children);
    return inner_of(Kind::expression, "IN", tree_of(in.operand), std::move(candidates));
  }

  Node operator()(expression::Call& call) const { return tree_of(call); }

  Node operator()(expression::Logical& logical) const {
    if (logical.connective == expression::Connective::not_) {
      return inner_of(Kind::expression, "NOT", cassettes::tree_of(std::move(logical.operands[0])));
    }
    const bool all = logical.connective == expression::Connective::and_;
    Node node = inner(Kind::commutative, all ? "AND" : "OR", logical.operands.size());
    for (expression::Condition& each : logical.operands) {
      Node operand = cassettes::tree_of(std::move(each));
      if (operand.kind == Kind::commutative && operand.text == node.text) {
        std::ranges::move(operand.children, std::back_inserter(node.children));
      } else {
        node.children.push_back(std::move(operand));
      }
    }
    std::ranges::sort(node.children);
    return node;
  }
};

struct ActionTree {
  Node operator()(expression::Set& set) const {
    Node value = tree_of(set.value);
    if (set.term) {
      const bool plus = set.term->sign == expression::Sign::plus;
      value = inner_of(plus ? Kind::commutative : Kind::expression, plus ? "+" : "-",
                       std::move(value), tree_of(set.term->operand));
    }
    return inner_of(Kind::expression, "SET", cassettes::tree_of(set.target), std::move(value));
  }
  Node operator()(const expression::Remove& remove) const {
    return inner_of(Kind::expression, "REMOVE", cassettes::tree_of(remove.target));
  }
  Node operator()(expression::Add& add) const {
    return inner_of(Kind::expression, "ADD", cassettes::tree_of(add.target), tree_of(add.value));
  }
  Node operator()(expression::Delete& erase) const {
    return inner_of(Kind::expression, "DELETE", cassettes::tree_of(erase.target),
                    tree_of(erase.value));
  }
};

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == ':' || c == '#' || c == '/' || c == '@' || c == '$';
}

}  // namespace

Node tree_of(model::AttributeValue value) {
  // The variant is only readable from outside; its alternatives are not.
  switch (value.type()) {
    case model::Type::s:
      return ValueTree()(*value.get<std::string>());
    case model::Type::n:
      return ValueTree()(*value.get<model::Number>());
    case model::Type::b:
      return ValueTree()(*value.get<model::Binary>());
    case model::Type::boolean:
      return ValueTree()(*value.get<bool>());
    case model::Type::null:
      return ValueTree()(model::Null());
    case model::Type::ss:
      return ValueTree()(*value.get<model::StringSet>());
    case model::Type::ns:
      return ValueTree()(*value.get<model::NumberSet>());
    case model::Type::bs:
      return ValueTree()(*value.get<model::BinarySet>());
    case model::Type::l:
      return ValueTree()(*value.get<model::List>());
    case model::Type::m:
      return ValueTree()(*value.get<model::Map>());
  }
  return {};
}

Node tree_of(model::Map item) {
  Node node = inner(Kind::members, "", item.size());
  for (const model::Attribute& attribute : item) {
    // `item` is ours; Map shows its attributes as const because their order hangs on the names.
    model::AttributeValue* value = item.find(attribute.name);
    node.children.push_back(named(attribute.name, tree_of(std::move(*value))));
  }
  return node;
}

Node tree_of(const expression::Path& path) {
  Node node{.kind = Kind::path};
  for (const expression::PathElement& element : path.elements) {
    if (element.kind == expression::PathElement::Kind::index) {
      node.text += '[' + std::to_string(element.index) + ']';
      continue;
    }
    if (!node.text.empty()) node.text += '.';
    append_name(node.text, element.name);
  }
  return node;
}

Node tree_of(expression::Condition condition) {
  return std::visit(ConditionTree(), condition.node);
}

Node tree_of(expression::Projection projection) {
  Node node = inner(Kind::bag, "", projection.paths.size());
  for (const expression::Path& path : projection.paths) node.children.push_back(tree_of(path));
  std::ranges::sort(node.children);
  return node;
}

Node tree_of(expression::Update update) {
  Node node = inner(Kind::commutative, "UPDATE", update.actions.size());
  for (expression::Action& action : update.actions) {
    node.children.push_back(std::visit(ActionTree(), action));
  }
  std::ranges::sort(node.children);
  return node;
}

void append_name(std::string& out, std::string_view name) {
  if (!name.empty() && std::ranges::all_of(name, is_plain)) {
    out += name;
  } else {
    model::append_json_string(out, name);
  }
}

}  // namespace dynatape::cassettes
