// SET and REMOVE as the actions of an update expression; set_add and set_delete as its ADD and
// DELETE.

#include <utility>

#include "emulator/expression/partiql_compile.h"
#include "emulator/expression/resolve.h"

namespace dynatape::expression::partiql {

namespace {

using model::AttributeValue;
using model::Outcome;

bool is_set(const AttributeValue& value) {
  return value.type() == model::Type::ss || value.type() == model::Type::ns ||
         value.type() == model::Type::bs;
}

Outcome<Operand> operand_of(const Node& node, Parameters parameters) {
  if (is_path(node)) {
    auto path = path_of(node);
    if (!path) return std::unexpected(std::move(path.error()));
    return Operand{std::move(*path)};
  }
  if (is_value(node)) {
    auto value = value_of(node, parameters);
    if (!value) return std::unexpected(std::move(value.error()));
    return Operand{std::move(*value)};
  }
  if (node.kind != Node::Kind::call) return unsupported_operation(node);
  const auto function = function_named(node.text);
  if (function != Function::list_append && function != Function::if_not_exists) {
    return unrecognized_function(node);
  }
  Call call{*function, {}};
  for (const Node& argument : node.children) {
    auto one = operand_of(argument, parameters);
    if (!one) return one;
    call.arguments.push_back(std::move(*one));
  }
  return Operand{std::move(call)};
}

/// set_add(target, <<…>>) or set_delete(target, <<…>>)
Outcome<Action> set_function(const Node& call, const Path& target, Parameters parameters) {
  const bool adds = call.text == "set_add";
  const std::string name = adds ? "SET_ADD" : "SET_DELETE";
  if (call.children.size() != 2) {
    return refuse_at(name + " must have exactly two arguments", call);
  }
  const Node& first = call.children[0];
  const std::string must_equal =
      "The first argument to " + name + " must equal the assignment value";
  if (!is_path(first)) return refuse_at(must_equal, call);
  const auto path = path_of(first);
  if (!path) return std::unexpected(path.error());
  if (!(*path == target)) return refuse_at(must_equal, call);
  // The service points at the first argument.
  const std::string must_be_set =
      "The second argument to " + name + " must be a value with type SET";
  if (!is_value(call.children[1])) return refuse_at(must_be_set, first);
  auto value = value_of(call.children[1], parameters);
  if (!value) return std::unexpected(std::move(value.error()));
  if (!is_set(*value)) return refuse_at(must_be_set, first);
  Operand set{std::move(*value)};
  if (adds) return Action{Add{target, std::move(set)}};
  return Action{Delete{target, std::move(set)}};
}

Outcome<Action> assignment(const Node& node, Parameters parameters) {
  auto target = path_of(node.children[0]);
  if (!target) return std::unexpected(std::move(target.error()));
  const Node& right = node.children[1];
  if (right.kind == Node::Kind::call && (right.text == "set_add" || right.text == "set_delete")) {
    return set_function(right, *target, parameters);
  }
  const bool sum = right.kind == Node::Kind::binary && (right.text == "+" || right.text == "-");
  auto value = operand_of(sum ? right.children[0] : right, parameters);
  if (!value) return std::unexpected(std::move(value.error()));
  Set set{std::move(*target), std::move(*value), std::nullopt};
  if (sum) {
    auto term = operand_of(right.children[1], parameters);
    if (!term) return std::unexpected(std::move(term.error()));
    set.term = Term{right.text == "+" ? Sign::plus : Sign::minus, std::move(*term)};
  }
  return Action{std::move(set)};
}

}  // namespace

Outcome<Update> changes_of(const Node& update, Parameters parameters) {
  Update changes;
  for (const Node& clause : update.children) {
    if (clause.kind == Node::Kind::set) {
      for (const Node& each : clause.children) {
        auto action = assignment(each, parameters);
        if (!action) return std::unexpected(std::move(action.error()));
        changes.actions.push_back(std::move(*action));
      }
    } else if (clause.kind == Node::Kind::remove) {
      auto path = path_of(clause.children.front());
      if (!path) return std::unexpected(std::move(path.error()));
      changes.actions.emplace_back(Remove{std::move(*path)});
    }
  }
  Placeholders none;
  if (auto good = resolve(changes, none); !good) return without_parameter(std::move(good.error()));
  return changes;
}

}  // namespace dynatape::expression::partiql
