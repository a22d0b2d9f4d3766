#include "emulator/expression/parser.h"
#include "emulator/expression/resolve.h"
#include "emulator/expression/substitute.h"

namespace dynatape::expression {

namespace {

using model::AttributeValue;
using model::Type;

/// ADD and DELETE name types in words of their own.
std::string_view type_word(Type type) {
  switch (type) {
    case Type::s:
      return "STRING";
    case Type::n:
      return "NUMBER";
    case Type::b:
      return "BINARY";
    case Type::boolean:
      return "BOOLEAN";
    case Type::null:
      return "NULL";
    case Type::l:
      return "LIST";
    case Type::m:
      return "MAP";
    default:
      return model::type_name(type);
  }
}

bool is_set(Type type) { return type == Type::ss || type == Type::ns || type == Type::bs; }

// The passes, in the order in which the service finds their errors (recorded pairwise: an undefined
// name beats a wrong operand count, an overlap beats it too, and a wrong ADD operand beats a wrong
// function operand written before it).

/// Names and values in the place of placeholders.
class Substitution {
 public:
  explicit Substitution(Placeholders& placeholders) : placeholders_(placeholders) {}

  Detail operator()(Set& set) const {
    if (Detail wrong = substitute(set.target, placeholders_); !wrong.empty()) return wrong;
    if (Detail wrong = all(set.value); !wrong.empty()) return wrong;
    return set.term ? all(set.term->operand) : Detail{};
  }
  Detail operator()(Remove& remove) const { return substitute(remove.target, placeholders_); }
  Detail operator()(auto& add_or_delete) const {
    if (Detail wrong = substitute(add_or_delete.target, placeholders_); !wrong.empty())
      return wrong;
    return substitute(add_or_delete.value, placeholders_);
  }

 private:
  Detail all(Operand& operand) const {
    if (Detail wrong = substitute(operand, placeholders_); !wrong.empty()) return wrong;
    auto* call = std::get_if<Call>(&operand.node);
    if (call == nullptr) return {};
    for (Operand& argument : call->arguments) {
      if (Detail wrong = all(argument); !wrong.empty()) return wrong;
    }
    return {};
  }

  Placeholders& placeholders_;
};

struct AddAndDeleteTypes {
  Detail operator()(const Set&) const { return {}; }
  Detail operator()(const Remove&) const { return {}; }
  Detail operator()(const Add& add) const {
    const Type type = std::get<AttributeValue>(add.value.node).type();
    return is_set(type) || type == Type::n ? Detail{} : wrong("ADD", type);
  }
  Detail operator()(const Delete& erase) const {
    const Type type = std::get<AttributeValue>(erase.value.node).type();
    return is_set(type) ? Detail{} : wrong("DELETE", type);
  }

 private:
  static Detail wrong(std::string_view section, Type type) {
    Detail detail = "Incorrect operand type for operator or function; operator: ";
    return detail.append(section).append(", operand type: ").append(type_word(type));
  }
};

struct FunctionsAndArithmetic {
  Detail operator()(const Set& set) const {
    if (Detail wrong = check(set.value); !wrong.empty()) return wrong;
    if (!set.term) return {};
    if (Detail wrong = check(set.term->operand); !wrong.empty()) return wrong;
    const std::string_view symbol = set.term->sign == Sign::plus ? "+" : "-";
    if (Detail wrong = check_type(set.value, Type::n, symbol); !wrong.empty()) return wrong;
    return check_type(set.term->operand, Type::n, symbol);
  }
  Detail operator()(const auto&) const { return {}; }

 private:
  static Detail check(const Operand& operand) {
    const auto* call = std::get_if<Call>(&operand.node);
    if (call == nullptr) return {};
    for (const Operand& argument : call->arguments) {
      if (Detail wrong = check(argument); !wrong.empty()) return wrong;
    }
    if (call->arguments.size() != 2) {
      return wrong_operand_count(call->function, call->arguments.size());
    }
    if (call->function == Function::if_not_exists) {
      const bool path = std::holds_alternative<Path>(call->arguments[0].node);
      return path ? Detail{} : path_required(call->function);
    }
    const std::string_view name = function_name(call->function);
    if (Detail wrong = check_type(call->arguments[0], Type::l, name); !wrong.empty()) return wrong;
    return check_type(call->arguments[1], Type::l, name);
  }

  static Detail check_type(const Operand& operand, Type wanted, std::string_view name) {
    const std::optional<Type> type = static_type(operand);
    if (!type || *type == wanted) return {};
    return wrong_operand_type(name, model::type_name(*type));
  }
};

Detail visit_all(auto& actions, const auto& pass) {
  for (auto& action : actions) {
    if (Detail wrong = std::visit(pass, action); !wrong.empty()) return wrong;
  }
  return {};
}

Detail check(Update& update, Placeholders& placeholders) {
  Detail wrong = visit_all(update.actions, Substitution(placeholders));
  if (!wrong.empty()) return wrong;
  std::vector<const Path*> targets;
  targets.reserve(update.actions.size());
  for (const Action& action : update.actions) targets.push_back(&target(action));
  wrong = overlap_detail(targets);
  if (!wrong.empty()) return wrong;
  wrong = visit_all(update.actions, AddAndDeleteTypes{});
  if (!wrong.empty()) return wrong;
  return visit_all(update.actions, FunctionsAndArithmetic{});
}

}  // namespace

model::Outcome<void> resolve(Update& update, Placeholders& placeholders) {
  const Detail wrong = check(update, placeholders);
  if (!wrong.empty()) return std::unexpected(invalid_expression(Parameter::update, wrong));
  return {};
}

model::Outcome<Update> compile_update(std::string_view text, Placeholders& placeholders) {
  auto update = parse_update(text);
  if (!update) return update;
  if (auto resolved = resolve(*update, placeholders); !resolved) {
    return std::unexpected(std::move(resolved.error()));
  }
  return update;
}

}  // namespace dynatape::expression
