#include "cassettes/expression_tree.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/model/json_text.h"
#include "emulator/wire/base64.h"

namespace dynatape::cassettes {
namespace {

using expression::Operand;
using Kind = Node::Kind;

Node leaf(Kind kind, std::string text) { return {.kind = kind, .text = std::move(text)}; }

Node inner(Kind kind, std::string_view text, std::size_t size) {
  Node node{.kind = kind, .text = std::string(text)};
  node.children.reserve(size);
  return node;
}

template <class... Children>
Node inner_of(Kind kind, std::string_view text, Children... children) {
  Node node = inner(kind, text, sizeof...(children));
  (node.children.push_back(std::move(children)), ...);
  if (node.is_unordered()) std::ranges::sort(node.children);
  return node;
}

Node named(std::string_view name, Node node) {
  node.name = name;
  return node;
}

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

Node tree_of(expression::Call& call);

struct OperandTree {
  Node operator()(const expression::Path& path) const { return tree_of(path); }
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
    return inner_of(Kind::expression, "SET", tree_of(set.target), std::move(value));
  }
  Node operator()(const expression::Remove& remove) const {
    return inner_of(Kind::expression, "REMOVE", tree_of(remove.target));
  }
  Node operator()(expression::Add& add) const {
    return inner_of(Kind::expression, "ADD", tree_of(add.target), tree_of(add.value));
  }
  Node operator()(expression::Delete& erase) const {
    return inner_of(Kind::expression, "DELETE", tree_of(erase.target), tree_of(erase.value));
  }
};

/// The clauses of a PartiQL statement, by names of our own.
class Clauses {
 public:
  explicit Clauses(std::string_view statement) : statement_(statement) {}

  void add(std::string_view name, Node node) {
    clauses_.children.push_back(named(name, std::move(node)));
  }
  void add_text(std::string_view name, std::string text) { add(name, leaf(Kind::text, text)); }
  void add_source(expression::partiql::Source& source) {
    add_text(kTableName, std::move(source.table));
    if (source.index) add_text("IndexName", std::move(*source.index));
  }
  void add_where(std::optional<expression::Condition>& where) {
    if (where) add("Where", cassettes::tree_of(std::move(*where)));
  }
  void add_returning(expression::partiql::Returning returning) {
    constexpr std::array<std::string_view, 5> kNames = {"", "ALL OLD", "MODIFIED OLD", "ALL NEW",
                                                        "MODIFIED NEW"};
    if (returning == expression::partiql::Returning::nothing) return;
    add_text("Returning", std::string(kNames.at(static_cast<std::size_t>(returning))));
  }
  Node finish() {
    std::ranges::sort(clauses_.children, {}, &Node::name);
    return inner_of(Kind::expression, statement_, std::move(clauses_));
  }

 private:
  std::string_view statement_;
  Node clauses_{.kind = Kind::members};
};

/// Columns have no order, unless one is named after its place.
Node columns_of(const std::vector<expression::partiql::Column>& columns) {
  const bool by_place = std::ranges::any_of(columns, [](const auto& column) {
    return column.path.elements.back().kind != expression::PathElement::Kind::name;
  });
  Node node = inner(by_place ? Kind::list : Kind::bag, "", columns.size());
  for (const auto& column : columns) node.children.push_back(tree_of(column.path));
  if (!by_place) std::ranges::sort(node.children);
  return node;
}

struct StatementTree {
  Node operator()(expression::partiql::Select& select) const {
    Clauses clauses("SELECT");
    clauses.add_source(select.from);
    if (!select.columns.empty()) clauses.add("Columns", columns_of(select.columns));
    clauses.add_where(select.where);
    Node order = inner(Kind::list, "", select.order_by.size());
    for (const auto& [attribute, descending] : select.order_by) {
      order.children.push_back(
          inner_of(Kind::expression, descending ? "DESC" : "ASC", leaf(Kind::path, attribute)));
    }
    if (!order.children.empty()) clauses.add("OrderBy", std::move(order));
    return clauses.finish();
  }
  Node operator()(expression::partiql::InsertStatement& insert) const {
    Clauses clauses("INSERT");
    clauses.add_text(kTableName, std::move(insert.table));
    clauses.add("Item", cassettes::tree_of(std::move(insert.item)));
    if (insert.if_not_exists) clauses.add("IfNotExists", leaf(Kind::boolean, "true"));
    return clauses.finish();
  }
  Node operator()(expression::partiql::UpdateStatement& update) const {
    Clauses clauses("UPDATE FROM");
    clauses.add_source(update.target);
    clauses.add("Changes", cassettes::tree_of(std::move(update.changes)));
    clauses.add_where(update.where);
    clauses.add_returning(update.returning);
    return clauses.finish();
  }
  Node operator()(expression::partiql::DeleteStatement& statement) const {
    Clauses clauses("DELETE FROM");
    clauses.add_source(statement.target);
    clauses.add_where(statement.where);
    clauses.add_returning(statement.returning);
    return clauses.finish();
  }
  Node operator()(expression::partiql::ExistsStatement& exists) const {
    return inner_of(Kind::expression, "EXISTS", (*this)(exists.select));
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

Node tree_of(expression::partiql::Statement statement) {
  return std::visit(StatementTree(), statement);
}

void append_name(std::string& out, std::string_view name) {
  if (!name.empty() && std::ranges::all_of(name, is_plain)) {
    out += name;
  } else {
    model::append_json_string(out, name);
  }
}

}  // namespace dynatape::cassettes
