#include "emulator/expression/update.h"

#include <algorithm>

#include "emulator/expression/projection.h"
#include "emulator/expression/set_arithmetic.h"

namespace dynatape::expression {

namespace {

using model::AttributeValue;
using model::Outcome;

/// What an action does to its target, computed from the item as it was.
struct Effect {
  enum class Kind { write, clear, none };

  Kind kind;
  const Path* target;
  AttributeValue value = model::Null{};  ///< to write
};

Outcome<AttributeValue> value_of(const Operand& operand, const model::Item& before);

Outcome<AttributeValue> list_append(const Call& call, const model::Item& before) {
  auto first = value_of(call.arguments[0], before);
  if (!first) return first;
  auto second = value_of(call.arguments[1], before);
  if (!second) return second;
  auto* list = first->get<model::List>();
  auto* tail = second->get<model::List>();
  if (list == nullptr || tail == nullptr) return std::unexpected(wrong_data_type());
  list->insert(list->end(), std::make_move_iterator(tail->begin()),
               std::make_move_iterator(tail->end()));
  return first;
}

Outcome<AttributeValue> call_result(const Call& call, const model::Item& before) {
  if (call.function == Function::list_append) return list_append(call, before);
  const AttributeValue* present = find(before, std::get<Path>(call.arguments[0].node));
  if (present != nullptr) return *present;
  return value_of(call.arguments[1], before);
}

Outcome<AttributeValue> value_of(const Operand& operand, const model::Item& before) {
  if (const auto* value = std::get_if<AttributeValue>(&operand.node)) return *value;
  if (const auto* call = std::get_if<Call>(&operand.node)) return call_result(*call, before);
  const AttributeValue* present = find(before, std::get<Path>(operand.node));
  if (present != nullptr) return *present;
  return model::invalid(
      "The provided expression refers to an attribute that does not exist in the item");
}

class EffectOf {
 public:
  explicit EffectOf(const model::Item& before) : before_(before) {}

  Outcome<Effect> operator()(const Set& set) const {
    auto value = value_of(set.value, before_);
    if (value && set.term) {
      const auto term = value_of(set.term->operand, before_);
      if (!term) return std::unexpected(term.error());
      value = sum(*value, *term, set.term->sign == Sign::minus);
    }
    if (!value) return std::unexpected(std::move(value.error()));
    return Effect{Effect::Kind::write, &set.target, std::move(*value)};
  }

  Outcome<Effect> operator()(const Remove& remove) const {
    return Effect{Effect::Kind::clear, &remove.target};
  }

  Outcome<Effect> operator()(const Add& add) const {
    const auto& value = std::get<AttributeValue>(add.value.node);
    const AttributeValue* present = find(before_, add.target);
    if (present == nullptr) return Effect{Effect::Kind::write, &add.target, value};
    if (auto both = set_union(*present, value)) {
      return Effect{Effect::Kind::write, &add.target, std::move(*both)};
    }
    auto total = sum(*present, value, false);
    if (!total) return std::unexpected(std::move(total.error()));
    return Effect{Effect::Kind::write, &add.target, std::move(*total)};
  }

  Outcome<Effect> operator()(const Delete& erase) const {
    const AttributeValue* present = find(before_, erase.target);
    if (present == nullptr) return Effect{Effect::Kind::none, &erase.target};
    auto rest = set_difference(*present, std::get<AttributeValue>(erase.value.node));
    if (!rest) return std::unexpected(wrong_data_type());
    if (is_empty_set(*rest)) return Effect{Effect::Kind::clear, &erase.target};
    return Effect{Effect::Kind::write, &erase.target, std::move(*rest)};
  }

 private:
  const model::Item& before_;
};

/// Carries effects out. List indices mean the list as it was: so appends wait until all paths have
/// been walked, and removals, last index first, until after the appends.
class Editor {
 public:
  explicit Editor(model::Item item) : item_(std::move(item)) {}

  Outcome<void> edit(Effect& effect) {
    const PathElement& last = effect.target->elements.back();
    if (effect.target->elements.size() == 1) {
      write_or_clear(item_, last.name, effect);
      return {};
    }
    AttributeValue* parent = parent_of(*effect.target);
    auto* map = parent != nullptr ? parent->get<model::Map>() : nullptr;
    auto* list = parent != nullptr ? parent->get<model::List>() : nullptr;
    const bool by_index = last.kind == PathElement::Kind::index;
    if (by_index ? list == nullptr : map == nullptr) {
      return model::invalid(
          "The document path provided in the update expression is invalid for update");
    }
    if (by_index) {
      write_or_clear(*list, last.index, effect);
    } else {
      write_or_clear(*map, last.name, effect);
    }
    return {};
  }

  model::Item finish() {
    std::ranges::sort(appends_, {}, [](const Effect& append) { return sort_key(*append.target); });
    for (Effect& append : appends_) {
      parent_of(*append.target)->get<model::List>()->push_back(std::move(append.value));
    }
    std::ranges::sort(removals_, std::ranges::greater{},
                      [](const Path* path) { return sort_key(*path); });
    for (const Path* path : removals_) {
      auto* list = parent_of(*path)->get<model::List>();
      list->erase(list->begin() + path->elements.back().index);
    }
    return std::move(item_);
  }

 private:
  static std::vector<std::pair<std::uint32_t, std::string_view>> sort_key(const Path& path) {
    std::vector<std::pair<std::uint32_t, std::string_view>> key;
    key.reserve(path.elements.size());
    for (const PathElement& element : path.elements) key.emplace_back(element.index, element.name);
    return key;
  }

  /// What holds the path's last element; null where the way ends before.
  AttributeValue* parent_of(const Path& path) {
    AttributeValue* value = item_.find(path.elements.front().name);
    for (std::size_t i = 1; value != nullptr && i + 1 < path.elements.size(); ++i) {
      const PathElement& element = path.elements[i];
      auto* map = value->get<model::Map>();
      auto* list = value->get<model::List>();
      value = nullptr;
      if (element.kind == PathElement::Kind::name && map != nullptr) {
        value = map->find(element.name);
      } else if (element.kind == PathElement::Kind::index && list != nullptr) {
        value = element.index < list->size() ? &(*list)[element.index] : nullptr;
      }
    }
    return value;
  }

  static void write_or_clear(model::Map& map, const std::string& name, Effect& effect) {
    if (effect.kind == Effect::Kind::write) map.set(name, std::move(effect.value));
    if (effect.kind == Effect::Kind::clear) map.erase(name);
  }

  void write_or_clear(model::List& list, std::uint32_t index, Effect& effect) {
    const bool present = index < list.size();
    if (effect.kind == Effect::Kind::clear && present) removals_.push_back(effect.target);
    if (effect.kind != Effect::Kind::write) return;
    if (present) {
      list[index] = std::move(effect.value);
    } else {
      appends_.push_back(std::move(effect));
    }
  }

  model::Item item_;
  std::vector<Effect> appends_;
  std::vector<const Path*> removals_;
};

std::vector<const Path*> targets(const Update& update, bool with_removals) {
  std::vector<const Path*> paths;
  for (const Action& action : update.actions) {
    if (with_removals || !std::holds_alternative<Remove>(action)) paths.push_back(&target(action));
  }
  return paths;
}

}  // namespace

Outcome<model::Item> apply(const Update& update, model::Item item) {
  std::vector<Effect> effects;
  effects.reserve(update.actions.size());
  for (const Action& action : update.actions) {
    auto effect = std::visit(EffectOf(item), action);
    if (!effect) return std::unexpected(std::move(effect.error()));
    effects.push_back(std::move(*effect));
  }
  Editor editor(std::move(item));
  for (Effect& effect : effects) {
    if (auto edited = editor.edit(effect); !edited) {
      return std::unexpected(std::move(edited.error()));
    }
  }
  return editor.finish();
}

model::Item updated_old(const Update& update, const model::Item& before) {
  return project(before, targets(update, true));
}

model::Item updated_new(const Update& update, const model::Item& after) {
  return project(after, targets(update, false));
}

}  // namespace dynatape::expression
