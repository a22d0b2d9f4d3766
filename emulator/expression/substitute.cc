#include "emulator/expression/substitute.h"

namespace dynatape::expression {

Detail substitute(Path& path, Placeholders& placeholders) {
  for (PathElement& element : path.elements) {
    if (element.kind != PathElement::Kind::placeholder) continue;
    const std::string* name = placeholders.name(element.name);
    if (name == nullptr) {
      return "An expression attribute name used in the document path is not defined; attribute "
             "name: " +
             element.name;
    }
    element = PathElement::of(*name);
  }
  return {};
}

Detail substitute(Operand& operand, Placeholders& placeholders) {
  if (auto* path = std::get_if<Path>(&operand.node)) return substitute(*path, placeholders);
  const auto* placeholder = std::get_if<Placeholder>(&operand.node);
  if (placeholder == nullptr) return {};
  const model::AttributeValue* value = placeholders.value(placeholder->name);
  if (value == nullptr) {
    return "An expression attribute value used in expression is not defined; attribute value: " +
           placeholder->name;
  }
  operand.node = *value;
  return {};
}

Detail wrong_operand_type(std::string_view operator_or_function, std::string_view type) {
  Detail detail = "Incorrect operand type for operator or function; operator or function: ";
  return detail.append(operator_or_function).append(", operand type: ").append(type);
}

Detail wrong_operand_count(Function function, std::size_t count) {
  Detail detail = "Incorrect number of operands for operator or function; operator or function: ";
  return detail.append(function_name(function)) + ", number of operands: " + std::to_string(count);
}

Detail path_required(Function function) {
  Detail detail = "Operator or function requires a document path; operator or function: ";
  return detail.append(function_name(function));
}

std::optional<model::Type> static_type(const Operand& operand) {
  if (const auto* value = std::get_if<model::AttributeValue>(&operand.node)) return value->type();
  const auto* call = std::get_if<Call>(&operand.node);
  if (call == nullptr) return std::nullopt;
  if (call->function == Function::size) return model::Type::n;
  if (call->function == Function::list_append) return model::Type::l;
  if (call->function == Function::if_not_exists) return static_type(call->arguments.back());
  return std::nullopt;
}

}  // namespace dynatape::expression
