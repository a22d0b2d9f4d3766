#include <algorithm>
#include <array>

#include "emulator/expression/limits.h"
#include "emulator/expression/parser.h"
#include "emulator/expression/resolve.h"
#include "emulator/expression/substitute.h"

namespace dynatape::expression {

namespace {

using model::AttributeValue;
using model::Type;

bool is_ordered(Type type) { return type == Type::s || type == Type::n || type == Type::b; }
bool is_sized(Type type) { return type != Type::n && type != Type::boolean && type != Type::null; }
/// What contains() can look into.
bool is_container(Type type) { return is_sized(type) && type != Type::m; }
bool is_text(Type type) { return type == Type::s || type == Type::b; }

/// `{S:a}`, as the service prints the bounds of BETWEEN. How it prints bytes is not recorded; raw
/// ones would break the JSON of the answer.
std::string printed(const AttributeValue& value) {
  std::string text = "AttributeValue: {";
  text.append(model::type_name(value.type())) += ':';
  if (const auto* string = value.get<std::string>()) text += *string;
  if (const auto* number = value.get<model::Number>()) text += number->to_string();
  return text + "}";
}

bool is_less(const AttributeValue& left, const AttributeValue& right) {
  switch (left.type()) {
    case Type::s:
      return *left.get<std::string>() < *right.get<std::string>();
    case Type::n:
      return *left.get<model::Number>() < *right.get<model::Number>();
    default:
      return left.get<model::Binary>()->bytes < right.get<model::Binary>()->bytes;
  }
}

/// Walks a tree in the order written and reports the first thing wrong, each operator or function
/// after its operands: so `a = a AND :undefined > b` complains of `a = a` (a recorded answer).
class ConditionResolver {
 public:
  explicit ConditionResolver(Placeholders& placeholders) : placeholders_(placeholders) {}

  Detail resolve(Condition& condition) {
    return std::visit([this](auto& node) { return check(node); }, condition.node);
  }

 private:
  Detail check(Logical& logical) {
    for (Condition& operand : logical.operands) {
      if (Detail wrong = resolve(operand); !wrong.empty()) return wrong;
    }
    return {};
  }

  Detail check(Comparison& comparison) {
    const std::string_view symbol = comparator_symbol(comparison.comparator);
    const std::array<Operand*, 2> operands = {&comparison.left, &comparison.right};
    if (Detail wrong = substitute_all(operands); !wrong.empty()) return wrong;
    if (comparison.comparator != Comparator::eq && comparison.comparator != Comparator::ne) {
      if (Detail wrong = check_types(operands, is_ordered, symbol); !wrong.empty()) return wrong;
    }
    return check_distinct(operands, symbol);
  }

  Detail check(Between& between) {
    const std::array<Operand*, 3> operands = {&between.operand, &between.low, &between.high};
    if (Detail wrong = substitute_all(operands); !wrong.empty()) return wrong;
    if (Detail wrong = check_types(operands, is_ordered, "BETWEEN"); !wrong.empty()) return wrong;
    const auto* low = std::get_if<AttributeValue>(&between.low.node);
    const auto* high = std::get_if<AttributeValue>(&between.high.node);
    if (low != nullptr && high != nullptr) {
      if (Detail wrong = check_bounds(*low, *high); !wrong.empty()) return wrong;
    }
    return check_distinct(operands, "BETWEEN");
  }

  static Detail check_bounds(const AttributeValue& low, const AttributeValue& high) {
    std::string_view requirement;
    if (low.type() != high.type()) {
      requirement = "requires same data type for lower and upper bounds";
    } else if (is_less(high, low)) {
      requirement = "requires upper bound to be greater than or equal to lower bound";
    } else {
      return {};
    }
    Detail detail = "The BETWEEN operator ";
    detail.append(requirement).append("; lower bound operand: ").append(printed(low));
    return detail.append(", upper bound operand: ").append(printed(high));
  }

  Detail check(In& in) {
    std::vector<Operand*> operands = {&in.operand};
    for (Operand& candidate : in.candidates) operands.push_back(&candidate);
    if (Detail wrong = substitute_all(operands); !wrong.empty()) return wrong;
    if (in.candidates.size() > kMaxInOperands) {
      return "The IN operator is provided with too many operands; number of operands: " +
             std::to_string(in.candidates.size());
    }
    return check_distinct(operands, "IN");
  }

  Detail check(Call& call) {
    std::vector<Operand*> operands;
    operands.reserve(call.arguments.size());
    for (Operand& argument : call.arguments) operands.push_back(&argument);
    if (Detail wrong = substitute_all(operands); !wrong.empty()) return wrong;

    const bool unary = call.function == Function::attribute_exists ||
                       call.function == Function::attribute_not_exists ||
                       call.function == Function::size;
    if (operands.size() != (unary ? 1 : 2)) {
      return wrong_operand_count(call.function, operands.size());
    }
    if (Detail wrong = check_arguments(call, operands); !wrong.empty()) return wrong;
    return check_distinct(operands, function_name(call.function));
  }

  static Detail check_arguments(const Call& call, const std::vector<Operand*>& operands) {
    const std::string_view name = function_name(call.function);
    switch (call.function) {
      case Function::attribute_exists:
      case Function::attribute_not_exists:
        if (!std::holds_alternative<Path>(operands[0]->node)) return path_required(call.function);
        return {};
      case Function::attribute_type:
        return check_type_name(*operands[1], name);
      case Function::begins_with:
        return check_types(operands, is_text, name);
      case Function::contains:
        return check_types(std::array{operands[0]}, is_container, name);
      default:
        return check_types(operands, is_sized, name);
    }
  }

  static Detail check_type_name(const Operand& operand, std::string_view function) {
    const std::optional<Type> type = static_type(operand);
    // A path has no type of its own to print; the service asks for a value.
    if (!type) return wrong_operand_type(function, "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    if (*type != Type::s) return wrong_operand_type(function, model::type_name(*type));
    const auto& name = *std::get<AttributeValue>(operand.node).get<std::string>();
    constexpr std::array<std::string_view, 10> kNames = {"B",  "NULL", "SS", "BOOL", "L",
                                                         "BS", "N",    "NS", "S",    "M"};
    if (std::ranges::find(kNames, name) != kNames.end()) return {};
    return "Invalid attribute type name found; type: " + name +
           ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}";
  }

  static Detail check_types(const auto& operands, bool (*allowed)(Type), std::string_view name) {
    for (const Operand* operand : operands) {
      const std::optional<Type> type = static_type(*operand);
      if (type && !allowed(*type)) return wrong_operand_type(name, model::type_name(*type));
    }
    return {};
  }

  static Detail check_distinct(const auto& operands, std::string_view name) {
    const auto* first = std::get_if<Path>(&operands[0]->node);
    if (first == nullptr) return {};
    for (std::size_t i = 1; i < operands.size(); ++i) {
      const auto* other = std::get_if<Path>(&operands[i]->node);
      if (other == nullptr || !(*other == *first)) continue;
      Detail detail =
          "The first operand must be distinct from the remaining operands for this operator or "
          "function; operator: ";
      return detail.append(name).append(", first operand: ").append(to_string(*first));
    }
    return {};
  }

  Detail substitute_all(const auto& operands) {
    for (Operand* operand : operands) {
      Detail wrong = substitute(*operand, placeholders_);
      if (auto* call = std::get_if<Call>(&operand->node); call != nullptr) wrong = check(*call);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  Placeholders& placeholders_;
};

}  // namespace

model::Outcome<void> resolve(Condition& condition, Parameter parameter,
                             Placeholders& placeholders) {
  const Detail wrong = ConditionResolver(placeholders).resolve(condition);
  if (!wrong.empty()) return std::unexpected(invalid_expression(parameter, wrong));
  return {};
}

model::Outcome<Condition> compile_condition(std::string_view text, Parameter parameter,
                                            Placeholders& placeholders) {
  auto condition = parse_condition(text, parameter);
  if (!condition) return condition;
  if (auto resolved = resolve(*condition, parameter, placeholders); !resolved) {
    return std::unexpected(std::move(resolved.error()));
  }
  return condition;
}

}  // namespace dynatape::expression
