#include "emulator/expression/projection.h"

#include <algorithm>
#include <span>

namespace dynatape::expression {

namespace {

using model::AttributeValue;

/// Paths sorted so that those with a common beginning are neighbours; a run of them is one parent.
using Paths = std::span<const Path*>;

bool comes_before(const Path* left, const Path* right) {
  return std::ranges::lexicographical_compare(
      left->elements, right->elements, [](const PathElement& one, const PathElement& two) {
        if (one.kind != two.kind) return one.kind < two.kind;
        return one.kind == PathElement::Kind::index ? one.index < two.index : one.name < two.name;
      });
}

/// The leading paths of `paths` that agree with the first at `depth`.
Paths take_run(Paths& paths, std::size_t depth) {
  const PathElement& element = paths.front()->elements[depth];
  const auto end = std::ranges::find_if(
      paths, [&](const Path* path) { return !(path->elements[depth] == element); });
  const Paths run = paths.first(static_cast<std::size_t>(end - paths.begin()));
  paths = paths.subspan(run.size());
  return run;
}

std::optional<AttributeValue> pick(const AttributeValue& value, Paths paths, std::size_t depth);

std::optional<AttributeValue> pick_map(const model::Map& map, Paths paths, std::size_t depth) {
  model::Map picked;
  while (!paths.empty()) {
    const Paths run = take_run(paths, depth);
    const std::string& name = run.front()->elements[depth].name;
    const AttributeValue* child = map.find(name);
    if (child == nullptr) continue;
    if (auto part = pick(*child, run, depth + 1)) picked.set(name, std::move(*part));
  }
  if (picked.empty()) return std::nullopt;
  return picked;
}

std::optional<AttributeValue> pick_list(const model::List& list, Paths paths, std::size_t depth) {
  model::List picked;
  while (!paths.empty()) {
    const Paths run = take_run(paths, depth);
    const std::uint32_t index = run.front()->elements[depth].index;
    if (index >= list.size()) continue;
    if (auto part = pick(list[index], run, depth + 1)) picked.push_back(std::move(*part));
  }
  if (picked.empty()) return std::nullopt;
  return picked;
}

/// The parts of `value` that the paths point at from `depth` on; none where they point at nothing.
std::optional<AttributeValue> pick(const AttributeValue& value, Paths paths, std::size_t depth) {
  if (paths.front()->elements.size() == depth) return value;
  const bool by_index = paths.front()->elements[depth].kind == PathElement::Kind::index;
  if (const auto* map = value.get<model::Map>(); map != nullptr && !by_index) {
    return pick_map(*map, paths, depth);
  }
  if (const auto* list = value.get<model::List>(); list != nullptr && by_index) {
    return pick_list(*list, paths, depth);
  }
  return std::nullopt;
}

}  // namespace

model::Item project(const model::Item& item, const std::vector<const Path*>& paths) {
  std::vector<const Path*> sorted = paths;
  std::ranges::sort(sorted, comes_before);
  model::Item projected;
  Paths rest = sorted;
  while (!rest.empty()) {
    const Paths run = take_run(rest, 0);
    const std::string& name = run.front()->elements.front().name;
    const AttributeValue* value = item.find(name);
    if (value == nullptr) continue;
    if (auto part = pick(*value, run, 1)) projected.set(name, std::move(*part));
  }
  return projected;
}

model::Item project(const model::Item& item, const Projection& projection) {
  std::vector<const Path*> paths;
  paths.reserve(projection.paths.size());
  for (const Path& path : projection.paths) paths.push_back(&path);
  return project(item, paths);
}

}  // namespace dynatape::expression
