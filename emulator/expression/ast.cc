#include "emulator/expression/ast.h"

#include <array>

namespace dynatape::expression {

namespace {

constexpr std::array<std::string_view, 8> kFunctionNames = {
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
    "if_not_exists",    "list_append"};

constexpr std::array<std::string_view, 6> kComparatorSymbols = {"=", "<>", "<", "<=", ">", ">="};

class PathCollector {
 public:
  std::vector<const Path*> found;

  void operator()(const Comparison& comparison) { add(comparison.left, comparison.right); }
  void operator()(const Between& between) { add(between.operand, between.low, between.high); }
  void operator()(const In& in) {
    add(in.operand);
    for (const Operand& candidate : in.candidates) add(candidate);
  }
  void operator()(const Call& call) {
    for (const Operand& argument : call.arguments) add(argument);
  }
  void operator()(const Logical& logical) {
    for (const Condition& operand : logical.operands) std::visit(*this, operand.node);
  }

 private:
  void add(const auto&... operands) { (add_one(operands), ...); }
  void add_one(const Operand& operand) {
    if (const auto* path = std::get_if<Path>(&operand.node)) found.push_back(path);
    if (const auto* call = std::get_if<Call>(&operand.node)) (*this)(*call);
  }
};

}  // namespace

std::string_view function_name(Function function) {
  return kFunctionNames.at(static_cast<std::size_t>(function));
}

std::optional<Function> function_named(std::string_view name) {
  for (std::size_t i = 0; i < kFunctionNames.size(); ++i) {
    if (kFunctionNames[i] == name) return static_cast<Function>(i);
  }
  return std::nullopt;
}

std::string_view comparator_symbol(Comparator comparator) {
  return kComparatorSymbols.at(static_cast<std::size_t>(comparator));
}

bool Call::operator==(const Call&) const = default;

bool Logical::operator==(const Logical&) const = default;

const Path& target(const Action& action) {
  return std::visit([](const auto& one) -> const Path& { return one.target; }, action);
}

std::vector<const Path*> paths(const Condition& condition) {
  PathCollector collector;
  std::visit(collector, condition.node);
  return std::move(collector.found);
}

}  // namespace dynatape::expression
