#pragma once

// Derives a new tree from an old one by any number of puts and erases. Nodes that it made itself it
// changes in place, so a bulk load copies each path once.
//
// A copied node does not count its entries again: the counts stay with the old node until settle(),
// when they move over if nobody else holds the old node, and are added otherwise. An edit of a tree
// that nobody reads thus touches none of the path's siblings.

#include <cstddef>
#include <string_view>
#include <vector>

#include "emulator/storage/persistent_tree.h"

namespace dynatape::storage {

template <class T>
class TreeEditor {
 public:
  explicit TreeEditor(PersistentTree<T> base);
  TreeEditor(TreeEditor&& other) noexcept;
  TreeEditor& operator=(TreeEditor&&) = delete;
  /// Settles a finished edit, undoes an unfinished one.
  ~TreeEditor();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool changed() const { return changed_; }
  /// As edited so far; valid until the next edit.
  [[nodiscard]] const T* find(std::string_view key) const;
  [[nodiscard]] TreeCursor<T> first() const { return TreeCursor<T>::first(root_); }
  [[nodiscard]] TreeCursor<T> lower_bound(std::string_view key) const;

  /// Inserts, or replaces the entry with the same key, which it returns.
  Ref<T> put(Ref<T> item);
  /// Removes the entry and returns it; null where there is none.
  Ref<T> erase(std::string_view key);

  /// The edited tree. No edit may follow.
  [[nodiscard]] PersistentTree<T> finish();
  /// Ends a finished edit. It is cheap if the base is no longer held by anyone else: publish the
  /// new tree, drop the old, then settle. Until then this editor keeps the base alive.
  void settle();

 private:
  using Node = TreeNode<T>;

  Node& own_root();
  Node& own_child(Node& parent, std::size_t index);
  Ref<T> take(const Node& leaf, std::size_t index);
  Node* insert(Node& node, const T* item, Ref<T>& replaced);
  Ref<T> remove(Node& node, std::string_view key);
  void shrink_root();
  void rebalance(Node& parent, std::size_t index);
  void undo(const Node& node);

  PersistentTree<T> base_;
  const Node* root_;  ///< counted by base_ until own_root(), by the editor from then on
  bool root_owned_ = false;
  bool changed_ = false;
  bool finished_ = false;
  std::size_t size_;
  std::vector<const Node*>
      replaced_;                   ///< old nodes that have a copy in the new tree, parents first
  std::vector<const T*> dropped_;  ///< borrowed items that the new tree no longer has
};

}  // namespace dynatape::storage
