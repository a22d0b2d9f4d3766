// WHERE as a condition of the other expressions.

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/expression/partiql_compile.h"
#include "emulator/expression/resolve.h"

namespace dynatape::expression::partiql {

namespace {

using model::AttributeValue;
using model::Outcome;

struct OperationName {
  Node::Kind kind;
  std::string_view text;  ///< of the operator; empty for all
  std::string_view name;
};
// As the reference grammar's tree calls them; captured for IsType.
constexpr auto kOperationNames = std::to_array<OperationName>({
    {Node::Kind::name, "", "Id"},
    {Node::Kind::missing, "", "Missing"},
    {Node::Kind::parameter, "", "Parameter"},
    {Node::Kind::list, "", "List"},
    {Node::Kind::bag, "", "Bag"},
    {Node::Kind::structure, "", "Struct"},
    {Node::Kind::path, "", "Path"},
    {Node::Kind::call, "", "Call"},
    {Node::Kind::unary, "not", "Not"},
    {Node::Kind::unary, "+", "Pos"},
    {Node::Kind::unary, "-", "Neg"},
    {Node::Kind::binary, "and", "And"},
    {Node::Kind::binary, "or", "Or"},
    {Node::Kind::binary, "=", "Eq"},
    {Node::Kind::binary, "<>", "Ne"},
    {Node::Kind::binary, "<", "Lt"},
    {Node::Kind::binary, "<=", "Lte"},
    {Node::Kind::binary, ">", "Gt"},
    {Node::Kind::binary, ">=", "Gte"},
    {Node::Kind::binary, "+", "Plus"},
    {Node::Kind::binary, "-", "Minus"},
    {Node::Kind::binary, "*", "Times"},
    {Node::Kind::binary, "/", "Divide"},
    {Node::Kind::binary, "%", "Modulo"},
    {Node::Kind::binary, "||", "Concat"},
    {Node::Kind::binary, "in", "InCollection"},
    {Node::Kind::binary, "not_in", "Not"},
    {Node::Kind::between, "", "Between"},
    {Node::Kind::type_test, "", "IsType"},
    {Node::Kind::like, "", "Like"},
    {Node::Kind::select, "", "Select"},
    {Node::Kind::insert, "", "Insert"},
});

struct TypeName {
  std::string_view written;
  std::string_view type;
};
constexpr auto kTypeNames = std::to_array<TypeName>({
    {"null", "NULL"},   {"boolean", "BOOL"},
    {"string", "S"},    {"symbol", "S"},
    {"character", "S"}, {"character_varying", "S"},
    {"blob", "B"},      {"clob", "B"},
    {"list", "L"},      {"struct", "M"},
    {"tuple", "M"},     {"integer", "N"},
    {"integer4", "N"},  {"integer8", "N"},
    {"smallint", "N"},  {"decimal", "N"},
    {"numeric", "N"},   {"float", "N"},
    {"real", "N"},      {"double_precision", "N"},
});

Condition logical(Connective connective, std::vector<Condition> operands) {
  return {Logical{connective, std::move(operands)}};
}
Condition negation(Condition condition) {
  return logical(Connective::not_, {std::move(condition)});
}

std::optional<Comparator> comparator(std::string_view text) {
  for (const auto each : {Comparator::eq, Comparator::ne, Comparator::lt, Comparator::le,
                          Comparator::gt, Comparator::ge}) {
    if (comparator_symbol(each) == text) return each;
  }
  return std::nullopt;
}

/// Functions that stand where a condition does; their names in any case.
std::optional<Function> condition_function(const Node& node) {
  if (node.kind != Node::Kind::call) return std::nullopt;
  const auto function = function_named(node.text);
  if (function && (*function == Function::size || *function == Function::if_not_exists ||
                   *function == Function::list_append)) {
    return std::nullopt;
  }
  return function;
}

class ConditionCompiler {
 public:
  explicit ConditionCompiler(Parameters parameters) : parameters_(parameters) {}

  Outcome<Condition> compile(const Node& node);

 private:
  Outcome<Condition> row(const Node& node, Connective connective);
  Outcome<Condition> comparison(const Node& node, Comparator comparator);
  Outcome<Condition> truth(const Node& call, const Node& value, Comparator comparator);
  Outcome<Condition> between(const Node& node);
  Outcome<Condition> in(const Node& node);
  Outcome<Condition> type_test(const Node& node);
  Outcome<Condition> call(const Node& node);
  Outcome<Call> arguments_of(const Node& node, Function function);
  Outcome<Operand> operand(const Node& node);
  Outcome<std::vector<Operand>> operands(const std::vector<Node>& nodes);
  Outcome<std::vector<Operand>> candidates(const Node& node);

  Parameters parameters_;
};

Outcome<Condition> ConditionCompiler::compile(const Node& node) {
  switch (node.kind) {
    case Node::Kind::unary: {
      if (node.text != "not") return unsupported_operation(node);
      auto inner = compile(node.children.front());
      if (!inner) return inner;
      return negation(std::move(*inner));
    }
    case Node::Kind::binary:
      if (node.text == "and") return row(node, Connective::and_);
      if (node.text == "or") return row(node, Connective::or_);
      if (node.text == "in" || node.text == "not_in") return in(node);
      if (const auto found = comparator(node.text)) return comparison(node, *found);
      return unsupported_operation(node);
    case Node::Kind::between:
      return between(node);
    case Node::Kind::type_test:
      return type_test(node);
    case Node::Kind::call:
      return call(node);
    default:
      return unsupported_operation(node);
  }
}

Outcome<Condition> ConditionCompiler::row(const Node& node, Connective connective) {
  std::vector<Condition> conditions;
  conditions.reserve(node.children.size());
  for (const Node& each : node.children) {
    auto condition = compile(each);
    if (!condition) return condition;
    conditions.push_back(std::move(*condition));
  }
  return logical(connective, std::move(conditions));
}

Outcome<Condition> ConditionCompiler::comparison(const Node& node, Comparator comparator) {
  const Node& left = node.children[0];
  const Node& right = node.children[1];
  if (condition_function(left)) return truth(left, right, comparator);
  if (condition_function(right)) return truth(right, left, comparator);
  auto sides = operands(node.children);
  if (!sides) return std::unexpected(std::move(sides.error()));
  return Condition{Comparison{comparator, std::move((*sides)[0]), std::move((*sides)[1])}};
}

/// `attribute_exists(a) = true`
Outcome<Condition> ConditionCompiler::truth(const Node& function, const Node& value,
                                            Comparator comparator) {
  auto condition = call(function);
  if (!condition) return condition;
  const bool equality = comparator == Comparator::eq || comparator == Comparator::ne;
  if (!equality || !is_value(value)) return unsupported_operation(function);
  const auto wanted = value_of(value, parameters_);
  if (!wanted) return std::unexpected(wanted.error());
  const bool* truth = wanted->get<bool>();
  if (truth == nullptr) return unsupported_operation(function);
  if (*truth == (comparator == Comparator::eq)) return condition;
  return negation(std::move(*condition));
}

Outcome<Condition> ConditionCompiler::between(const Node& node) {
  auto three = operands(node.children);
  if (!three) return std::unexpected(std::move(three.error()));
  Condition condition{
      Between{std::move((*three)[0]), std::move((*three)[1]), std::move((*three)[2])}};
  return node.text == "between" ? std::move(condition) : negation(std::move(condition));
}

Outcome<Condition> ConditionCompiler::in(const Node& node) {
  auto tested = operand(node.children[0]);
  if (!tested) return std::unexpected(std::move(tested.error()));
  auto among = candidates(node.children[1]);
  if (!among) return std::unexpected(std::move(among.error()));
  Condition condition{In{std::move(*tested), std::move(*among)}};
  return node.text == "in" ? std::move(condition) : negation(std::move(condition));
}

/// A list or bag as written, or a parameter that is a list.
Outcome<std::vector<Operand>> ConditionCompiler::candidates(const Node& node) {
  if (node.kind == Node::Kind::list || node.kind == Node::Kind::bag) return operands(node.children);
  if (node.kind != Node::Kind::parameter) return unsupported_operation(node);
  const auto value = value_of(node, parameters_);
  if (!value) return std::unexpected(value.error());
  const auto* list = value->get<model::List>();
  if (list == nullptr) return unsupported_operation(node);
  std::vector<Operand> out;
  for (const AttributeValue& each : *list) out.push_back({each});
  return out;
}

/// IS MISSING asks for absence; every other IS for a type, and IS NOT for presence in another one.
Outcome<Condition> ConditionCompiler::type_test(const Node& node) {
  const bool negated = node.text == "is_not";
  auto tested = operand(node.children[0]);
  if (!tested) return std::unexpected(std::move(tested.error()));
  const Node& type = node.children[1];
  if (type.text == "missing") {
    const auto function = negated ? Function::attribute_exists : Function::attribute_not_exists;
    return Condition{Call{function, {std::move(*tested)}}};
  }
  const auto* const found = std::ranges::find(kTypeNames, type.text, &TypeName::written);
  if (found == kTypeNames.end()) return unsupported_operation(node);
  Condition present{Call{Function::attribute_exists, {*tested}}};
  Condition condition{
      Call{Function::attribute_type,
           {std::move(*tested), Operand{AttributeValue(std::string(found->type))}}}};
  if (!negated) return condition;
  return logical(Connective::and_, {std::move(present), negation(std::move(condition))});
}

Outcome<Condition> ConditionCompiler::call(const Node& node) {
  const auto function = condition_function(node);
  if (!function) return unrecognized_function(node);
  auto made = arguments_of(node, *function);
  if (!made) return std::unexpected(std::move(made.error()));
  return Condition{std::move(*made)};
}

Outcome<Call> ConditionCompiler::arguments_of(const Node& node, Function function) {
  auto arguments = operands(node.children);
  if (!arguments) return std::unexpected(std::move(arguments.error()));
  return Call{function, std::move(*arguments)};
}

Outcome<Operand> ConditionCompiler::operand(const Node& node) {
  if (is_path(node)) {
    auto path = path_of(node);
    if (!path) return std::unexpected(std::move(path.error()));
    return Operand{std::move(*path)};
  }
  if (is_value(node)) {
    auto value = value_of(node, parameters_);
    if (!value) return std::unexpected(std::move(value.error()));
    return Operand{std::move(*value)};
  }
  if (node.kind != Node::Kind::call) return unsupported_operation(node);
  if (node.text != "size") return unrecognized_function(node);
  auto made = arguments_of(node, Function::size);
  if (!made) return std::unexpected(std::move(made.error()));
  return Operand{std::move(*made)};
}

Outcome<std::vector<Operand>> ConditionCompiler::operands(const std::vector<Node>& nodes) {
  std::vector<Operand> out;
  out.reserve(nodes.size());
  for (const Node& node : nodes) {
    auto one = operand(node);
    if (!one) return std::unexpected(std::move(one.error()));
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace

Outcome<Condition> condition_of(const Node& node, Parameters parameters) {
  auto condition = ConditionCompiler(parameters).compile(node);
  if (!condition) return condition;
  Placeholders none;
  if (auto good = resolve(*condition, Parameter::filter, none); !good) {
    return without_parameter(std::move(good.error()));
  }
  return condition;
}

std::unexpected<model::ServiceError> unsupported_operation(const Node& node) {
  std::string_view name = "Lit";
  for (const OperationName& each : kOperationNames) {
    if (each.kind == node.kind && (each.text.empty() || each.text == node.text)) name = each.name;
  }
  return model::invalid("Unsupported operation: " + std::string(name));
}

}  // namespace dynatape::expression::partiql
