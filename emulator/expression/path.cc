#include "emulator/expression/path.h"

#include <algorithm>

namespace dynatape::expression {

namespace {

const model::AttributeValue* child(const model::AttributeValue& parent,
                                   const PathElement& element) {
  if (element.kind == PathElement::Kind::index) {
    const auto* list = parent.get<model::List>();
    return list != nullptr && element.index < list->size() ? &(*list)[element.index] : nullptr;
  }
  const auto* map = parent.get<model::Map>();
  return map != nullptr ? map->find(element.name) : nullptr;
}

std::optional<model::ValueView> child(const model::ValueView& parent, const PathElement& element) {
  if (element.kind == PathElement::Kind::name) {
    if (parent.type() != model::Type::m) return std::nullopt;
    return parent.attributes().find(element.name);
  }
  const model::ValueViews elements = parent.elements();
  if (parent.type() != model::Type::l || element.index >= elements.size()) return std::nullopt;
  auto at = elements.begin();
  for (std::uint32_t i = 0; i < element.index; ++i) ++at;
  return *at;
}

std::string detail(Relation relation, const Path& one, const Path& two) {
  std::string text = "Two document paths ";
  text += relation == Relation::overlap ? "overlap" : "conflict";
  text += " with each other; must remove or rewrite one of these paths; path one: ";
  text += to_string(one) + ", path two: " + to_string(two);
  return text;
}

}  // namespace

std::string to_string(const Path& path) {
  std::string text = "[";
  for (const PathElement& element : path.elements) {
    if (text.size() > 1) text += ", ";
    if (element.kind == PathElement::Kind::index) {
      text += "[" + std::to_string(element.index) + "]";
    } else {
      text += element.name;
    }
  }
  return text + "]";
}

const model::AttributeValue* find(const model::Item& item, const Path& path) {
  const model::AttributeValue* value = item.find(path.elements.front().name);
  for (std::size_t i = 1; value != nullptr && i < path.elements.size(); ++i) {
    value = child(*value, path.elements[i]);
  }
  return value;
}

std::optional<model::ValueView> find(const model::ItemView& item, const Path& path) {
  std::optional<model::ValueView> value = item.find(path.elements.front().name);
  for (std::size_t i = 1; value && i < path.elements.size(); ++i) {
    value = child(*value, path.elements[i]);
  }
  return value;
}

Relation relate(const Path& one, const Path& two) {
  const std::size_t common = std::min(one.elements.size(), two.elements.size());
  for (std::size_t i = 0; i < common; ++i) {
    const PathElement& left = one.elements[i];
    const PathElement& right = two.elements[i];
    if (left == right) continue;
    return left.kind == right.kind ? Relation::separate : Relation::conflict;
  }
  return Relation::overlap;
}

std::string overlap_detail(const std::vector<const Path*>& paths) {
  const Path* conflict_one = nullptr;
  const Path* conflict_two = nullptr;
  for (std::size_t later = 1; later < paths.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const Relation relation = relate(*paths[earlier], *paths[later]);
      if (relation == Relation::overlap) return detail(relation, *paths[earlier], *paths[later]);
      if (relation == Relation::conflict && conflict_one == nullptr) {
        conflict_one = paths[earlier];
        conflict_two = paths[later];
      }
    }
  }
  return conflict_one == nullptr ? std::string{}
                                 : detail(Relation::conflict, *conflict_one, *conflict_two);
}

}  // namespace dynatape::expression
