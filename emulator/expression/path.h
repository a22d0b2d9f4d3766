#pragma once

// A document path: `a.b[3].#c`. As parsed it may hold placeholders for names; resolved it holds
// names and indices only. It never evaluates anything but itself.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/model/attribute_value.h"
#include "emulator/model/encoded_item.h"

namespace dynatape::expression {

struct PathElement {
  enum class Kind : std::uint8_t { name, placeholder, index };

  Kind kind = Kind::name;
  std::string name;         ///< the attribute's name, or the placeholder with its '#'
  std::uint32_t index = 0;  ///< of a list

  [[nodiscard]] static PathElement of(std::string name) { return {Kind::name, std::move(name)}; }
  [[nodiscard]] static PathElement of(std::uint32_t index) { return {Kind::index, {}, index}; }

  bool operator==(const PathElement&) const = default;
};

/// At least one element, the first never an index.
struct Path {
  std::vector<PathElement> elements;

  bool operator==(const Path&) const = default;
};

/// As the service prints it: `[a, b, [3]]`.
[[nodiscard]] std::string to_string(const Path& path);

/// What a resolved path points at in an item; null where there is nothing.
[[nodiscard]] const model::AttributeValue* find(const model::Item& item, const Path& path);
[[nodiscard]] std::optional<model::ValueView> find(const model::ItemView& item, const Path& path);

/// How two resolved paths lie to each other: one inside the other (or equal), or one reading as a
/// list what the other reads as a map.
enum class Relation { separate, overlap, conflict };
[[nodiscard]] Relation relate(const Path& one, const Path& two);

/// The service's refusal of the first two paths that overlap, else of the first two that conflict,
/// each printed in the order written; empty where all may stand together.
[[nodiscard]] std::string overlap_detail(const std::vector<const Path*>& paths);

}  // namespace dynatape::expression
