#include "cassettes/placed_values.h"

#include "emulator/expression/parser.h"

namespace dynatape::cassettes {
namespace {

using namespace expression;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

/// Gathers the values of one tree.
class Placer {
 public:
  explicit Placer(const AttributeNames& names) : names_(names) {}

  void condition(const Condition& condition) {
    std::visit(
        Overloaded{[&](const Comparison& one) { together({&one.left, &one.right}); },
                   [&](const Between& one) { together({&one.operand, &one.low, &one.high}); },
                   [&](const In& one) {
                     std::vector<const Operand*> all{&one.operand};
                     for (const Operand& candidate : one.candidates) all.push_back(&candidate);
                     together(all);
                   },
                   [&](const Call& call) { of_call(call); },
                   [&](const Logical& logical) {
                     for (const Condition& inner : logical.operands) this->condition(inner);
                   }},
        condition.node);
  }

  void update(const Update& update) {
    for (const Action& action : update.actions) {
      const PathSteps attribute = steps_of(target(action));
      std::visit(Overloaded{[&](const Set& set) {
                              place(attribute, set.value);
                              if (set.term) place(attribute, set.term->operand);
                            },
                            [](const Remove&) {},
                            [&](const auto& change) { place(attribute, change.value); }},
                 action);
    }
  }

  std::vector<PlacedValue> take() { return std::move(values_); }

 private:
  PathSteps steps_of(const Path& path) const {
    PathSteps steps;
    for (const PathElement& element : path.elements) {
      if (element.kind == PathElement::Kind::index) {
        steps.push_back("[" + std::to_string(element.index) + "]");
        continue;
      }
      const auto name = names_.find(element.name);
      steps.push_back(name == names_.end() ? element.name : name->second);
    }
    return steps;
  }

  /// Every value among `operands` belongs to every path among them.
  void together(const std::vector<const Operand*>& operands) {
    for (const Operand* operand : operands) {
      if (const auto* path = std::get_if<Path>(&operand->node)) {
        for (const Operand* other : operands) place(steps_of(*path), *other);
      } else if (const auto* call = std::get_if<Call>(&operand->node)) {
        of_call(*call);
      }
    }
  }

  void of_call(const Call& call) {
    // size() and attribute_type() take values that are of no attribute.
    if (call.function == Function::size || call.function == Function::attribute_type) return;
    std::vector<const Operand*> all;
    for (const Operand& argument : call.arguments) all.push_back(&argument);
    together(all);
    if (call.function != Function::contains || call.arguments.size() != 2) return;
    // It may also be a member of a list.
    if (const auto* path = std::get_if<Path>(&call.arguments[0].node)) {
      PathSteps member = steps_of(*path);
      member.emplace_back("[0]");
      place(member, call.arguments[1]);
    }
  }

  void place(const PathSteps& attribute, const Operand& operand) {
    if (const auto* value = std::get_if<Placeholder>(&operand.node)) {
      values_.push_back({attribute, value->name});
    } else if (const auto* call = std::get_if<Call>(&operand.node)) {
      if (call->function == Function::size) return;
      for (const Operand& argument : call->arguments) place(attribute, argument);
      of_call(*call);
    }
  }

  const AttributeNames& names_;
  std::vector<PlacedValue> values_;
};

}  // namespace

std::optional<std::vector<PlacedValue>> values_of_expression(std::string_view text,
                                                             Parameter parameter,
                                                             const AttributeNames& names) {
  Placer placer(names);
  if (parameter == Parameter::update) {
    const auto update = parse_update(text);
    if (!update) return std::nullopt;
    placer.update(*update);
  } else {
    const auto condition = parse_condition(text, parameter);
    if (!condition) return std::nullopt;
    placer.condition(*condition);
  }
  return placer.take();
}

}  // namespace dynatape::cassettes
