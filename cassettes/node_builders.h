#pragma once

// Nodes of a meaning in one expression each, for those who build trees.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cassettes/meaning.h"

namespace dynatape::cassettes {

inline Node leaf(Node::Kind kind, std::string text) {
  return {.kind = kind, .text = std::move(text)};
}

/// Without children yet, and room for `size`.
inline Node inner(Node::Kind kind, std::string_view text, std::size_t size) {
  Node node{.kind = kind, .text = std::string(text)};
  node.children.reserve(size);
  return node;
}

template <class... Children>
Node inner_of(Node::Kind kind, std::string_view text, Children... children) {
  Node node = inner(kind, text, sizeof...(children));
  (node.children.push_back(std::move(children)), ...);
  if (node.is_unordered()) std::ranges::sort(node.children);
  return node;
}

inline Node named(std::string_view name, Node node) {
  node.name = name;
  return node;
}

}  // namespace dynatape::cassettes
