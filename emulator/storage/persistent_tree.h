#pragma once

// An ordered map from byte keys to immutable objects, as a value: copying it is O(1), and an edit
// makes a new tree that shares all but one path with the old one. It never locks; any number of
// threads may read a tree while an editor derives the next one from it.
//
// T is reference-counted (retain, release) and knows its own key: `std::string_view key() const`.

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/storage/ref.h"
#include "emulator/storage/tree_node.h"

namespace dynatape::storage {

template <class T>
class PersistentTree;
template <class T>
class TreeEditor;

/// A position in a tree, valid as long as that tree (or a copy of it) lives.
template <class T>
class TreeCursor {
 public:
  TreeCursor() = default;

  /// False before the first and past the last entry.
  [[nodiscard]] bool valid() const { return depth_ != 0; }
  [[nodiscard]] const T& operator*() const { return *top().node->items[top().index]; }
  [[nodiscard]] const T* operator->() const { return &**this; }
  void next();
  void previous();

 private:
  friend class PersistentTree<T>;
  friend class TreeEditor<T>;
  using Node = TreeNode<T>;
  struct Step {
    const Node* node;
    std::size_t index;
  };

  // Of the tree with this root, which may be null.
  static TreeCursor first(const Node* root);
  static TreeCursor last(const Node* root);
  static TreeCursor lower_bound(const Node* root, std::string_view key);

  [[nodiscard]] Step& top() { return path_[depth_ - 1]; }
  [[nodiscard]] const Step& top() const { return path_[depth_ - 1]; }
  void push(const Node* node, std::size_t index) { path_[depth_++] = {node, index}; }
  void descend_first(const Node* node);
  void descend_last(const Node* node);

  std::size_t depth_ = 0;
  Step path_[kMaxTreeDepth];
};

template <class T>
class PersistentTree {
 public:
  using Cursor = TreeCursor<T>;

  PersistentTree() = default;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// The entry with exactly this key, or nullptr; lives as long as the tree.
  [[nodiscard]] const T* find(std::string_view key) const;

  [[nodiscard]] Cursor first() const;
  [[nodiscard]] Cursor last() const;
  /// The first entry with a key not less than `key`.
  [[nodiscard]] Cursor lower_bound(std::string_view key) const;
  /// The last entry with a key less than `key`.
  [[nodiscard]] Cursor last_below(std::string_view key) const;

 private:
  friend class TreeEditor<T>;
  PersistentTree(Ref<TreeNode<T>> root, std::size_t size) : root_(std::move(root)), size_(size) {}

  Ref<TreeNode<T>> root_;
  std::size_t size_ = 0;
};

}  // namespace dynatape::storage
