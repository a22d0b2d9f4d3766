#include "emulator/expression/set_arithmetic.h"
#include "emulator/expression/update.h"

namespace dynatape::expression {

namespace {

using model::AttributeValue;

// Bytes, found by bisecting the service's limit on UpdateItem (2026-10).
constexpr std::size_t kPerUpdate = 3;
constexpr std::size_t kPerWrite = 19;  // SET, ADD
constexpr std::size_t kPerClear = 1;   // REMOVE, DELETE
constexpr std::size_t kPerNestedTargetElement = 4;
constexpr std::size_t kPerPathOperand = 1;
constexpr std::size_t kPerPathOperandElement = 14;
constexpr std::size_t kPlus = 34;
constexpr std::size_t kMinus = 37;
constexpr std::size_t kIfNotExists = 39;
constexpr std::size_t kListAppend = 37;

std::size_t size_of(const PathElement& element) {
  return element.kind == PathElement::Kind::index ? std::to_string(element.index).size()
                                                  : element.name.size();
}

std::size_t target_size(const Path& path) {
  std::size_t size = size_of(path.elements.front());
  for (std::size_t i = 1; i < path.elements.size(); ++i) {
    size += kPerNestedTargetElement + size_of(path.elements[i]);
  }
  return size;
}

std::size_t operand_size(const Operand& operand) {
  if (const auto* value = std::get_if<AttributeValue>(&operand.node)) {
    return model::size_bytes(*value);
  }
  if (const auto* path = std::get_if<Path>(&operand.node)) {
    std::size_t size = kPerPathOperand;
    for (const PathElement& element : path->elements) {
      size += kPerPathOperandElement + size_of(element);
    }
    return size;
  }
  const auto& call = std::get<Call>(operand.node);
  std::size_t size = call.function == Function::if_not_exists ? kIfNotExists : kListAppend;
  for (const Operand& argument : call.arguments) size += operand_size(argument);
  return size;
}

class SizeOfAction {
 public:
  explicit SizeOfAction(const model::Item& before) : before_(before) {}

  std::size_t operator()(const Set& set) const {
    std::size_t size = kPerWrite + target_size(set.target) + operand_size(set.value);
    if (set.term) {
      size += set.term->sign == Sign::plus ? kPlus : kMinus;
      size += operand_size(set.term->operand);
    }
    return size;
  }

  /// Of a set, only the members that come new.
  std::size_t operator()(const Add& add) const {
    const auto& value = std::get<AttributeValue>(add.value.node);
    const AttributeValue* present = find(before_, add.target);
    const auto added = present != nullptr ? set_difference(value, *present) : std::nullopt;
    return kPerWrite + target_size(add.target) + model::size_bytes(added ? *added : value);
  }

  std::size_t operator()(const Remove& remove) const {
    return kPerClear + target_size(remove.target);
  }
  std::size_t operator()(const Delete& erase) const {
    return kPerClear + target_size(erase.target);
  }

 private:
  const model::Item& before_;
};

}  // namespace

std::size_t statement_size(const Update& update, const model::Item& before) {
  std::size_t size = kPerUpdate;
  for (const Action& action : update.actions) size += std::visit(SizeOfAction(before), action);
  return size;
}

}  // namespace dynatape::expression
