#pragma once

// A meaning with holes in the places of its volatile literals. Two requests that differ in nothing
// but these have equal shapes, and then their holes correspond: the n-th of one to the n-th of the
// other, but for groups of entries that only their holes tell apart, which may come in any order.
// A shape without holes is the meaning itself.
//
//   const Shape recorded = shape_of(meaning_of(a, operation), split);
//   const Shape live     = shape_of(meaning_of(b, operation), split);
//   if (recorded.key == live.key) {
//     // recorded.holes[i] and live.holes[i] stand in the same place, up to a permutation of the
//     // entries within each group, inner groups first or last as you like: see Group.
//   }

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cassettes/fingerprint.h"
#include "cassettes/meaning.h"

namespace dynatape::cassettes {

/// One literal of a meaning, and where it stands: "Item.id", "Key.id", "FilterExpression.price",
/// "TransactItems[0].Put.Item.id", "RequestItems.orders[*].PutRequest.Item.id" (see address.h).
struct Leaf {
  const Node& node;
  std::string_view path;
};

/// A piece of a leaf's text: literal where `tag` is empty, else what a hole covers. The tag says
/// what may stand there ("uuid") and is part of the shape; `text` of a hole is not.
struct Part {
  std::string_view text;
  std::string_view tag;
};

/// Cuts the text of a leaf into parts, in order and without gaps: "order#<uuid>" into
/// {"order#", ""} and {"f81d…", "uuid"}. Leaves `parts` empty where all of it is literal. What
/// the views point at must outlive the call of shape_of(). Called once per leaf, also for leaves of
/// kind `path` (attribute names in an expression), but not for names of members.
using Splitter = std::function<void(const Leaf& leaf, std::vector<Part>& parts)>;

struct Hole {
  std::string tag;
  std::string text;
  Node::Kind kind;   ///< of the leaf that it is in
  std::string path;  ///< of that leaf

  bool operator==(const Hole&) const = default;
};

/// Entries of an unordered node that are equal but for their holes, sorted by the holes' texts.
/// Entry k has the holes from `first + k * holes` on, `holes` many. Groups nest: a group inside an
/// entry of another is listed for every such entry, before the outer one.
struct Group {
  std::size_t first;
  std::size_t entries;  ///< at least two
  std::size_t holes;    ///< of one entry, at least one

  bool operator==(const Group&) const = default;
};

struct Shape {
  Fingerprint key;
  std::vector<Hole> holes;  ///< in canonical order
  std::vector<Group> groups;

  bool operator==(const Shape&) const = default;
};

[[nodiscard]] Shape shape_of(const Meaning& meaning, const Splitter& split);

/// The key of the shape without holes.
[[nodiscard]] Fingerprint fingerprint_of(const Meaning& meaning);

}  // namespace dynatape::cassettes
