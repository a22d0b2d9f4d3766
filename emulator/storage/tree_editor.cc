#include "emulator/storage/tree_editor.h"

#include <algorithm>

#include "emulator/storage/idempotency.h"
#include "emulator/storage/item_collection.h"
#include "emulator/storage/record.h"
#include "emulator/storage/stream.h"
#include "emulator/storage/table_state.h"

// A node is owned by the editor if it made it: the root if root_owned_, a child if its parent is
// owned and has not borrowed it. Only owned nodes change, and borrowed bits mean something in owned
// nodes only. An entry that is not borrowed brought its own count.

namespace dynatape::storage {
namespace {

constexpr std::size_t kMinimum = kNodeCapacity / 4;  ///< fewer entries are merged away

std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index; }
std::uint64_t below(std::size_t index) { return bit(index) - 1; }

template <class T>
bool is_borrowed(const TreeNode<T>& node, std::size_t index) {
  return (node.borrowed & bit(index)) != 0;
}

/// An entry on its way between nodes.
template <class T>
struct Entry {
  const T* item;
  const TreeNode<T>* child;  ///< nullptr in a leaf
  bool borrowed;
};

template <class T>
Entry<T> leaf_entry(const T* item) {
  return {item, nullptr, false};
}

template <class T>
Entry<T> child_entry(const TreeNode<T>* child) {
  return {child->items[0], child, false};
}

template <class T>
Entry<T> entry_at(const TreeNode<T>& node, std::size_t index) {
  return {node.items[index], node.is_leaf() ? nullptr : node.children()[index],
          is_borrowed(node, index)};
}

template <class T>
void set_entry(TreeNode<T>& node, std::size_t index, const Entry<T>& entry) {
  node.items[index] = entry.item;
  node.prefixes[index] = key_prefix(entry.item->key());
  if (!node.is_leaf()) node.children()[index] = entry.child;
  node.borrowed = (node.borrowed & ~bit(index)) | (entry.borrowed ? bit(index) : 0);
}

template <class T>
void insert_entry(TreeNode<T>& node, std::size_t index, const Entry<T>& entry) {
  const std::size_t count = node.count;
  std::copy_backward(node.prefixes + index, node.prefixes + count, node.prefixes + count + 1);
  std::copy_backward(node.items + index, node.items + count, node.items + count + 1);
  if (!node.is_leaf()) {
    std::copy_backward(node.children() + index, node.children() + count,
                       node.children() + count + 1);
  }
  node.borrowed = (node.borrowed & below(index)) | (node.borrowed & ~below(index)) << 1;
  ++node.count;
  set_entry(node, index, entry);
}

template <class T>
void erase_entry(TreeNode<T>& node, std::size_t index) {
  const std::size_t count = node.count;
  std::copy(node.prefixes + index + 1, node.prefixes + count, node.prefixes + index);
  std::copy(node.items + index + 1, node.items + count, node.items + index);
  if (!node.is_leaf()) {
    std::copy(node.children() + index + 1, node.children() + count, node.children() + index);
  }
  node.borrowed = (node.borrowed & below(index)) | (node.borrowed >> 1 & ~below(index));
  --node.count;
}

/// Moves the entries of `from` from `begin` on to the end of `to`.
template <class T>
void move_tail(TreeNode<T>& from, std::size_t begin, TreeNode<T>& to) {
  const std::size_t moved = from.count - begin;
  const std::size_t place = to.count;
  std::copy_n(from.prefixes + begin, moved, to.prefixes + place);
  std::copy_n(from.items + begin, moved, to.items + place);
  if (!from.is_leaf()) std::copy_n(from.children() + begin, moved, to.children() + place);
  const std::uint64_t bits = begin < kNodeCapacity ? from.borrowed >> begin : 0;
  to.borrowed = (to.borrowed & below(place)) | bits << place;
  to.count = static_cast<std::uint16_t>(place + moved);
  from.count = static_cast<std::uint16_t>(begin);
}

/// Repeats the smallest item below a child in its parent, after the child changed.
template <class T>
void refresh(TreeNode<T>& parent, std::size_t index) {
  const TreeNode<T>& child = *parent.children()[index];
  parent.items[index] = child.items[0];
  parent.prefixes[index] = child.prefixes[0];
}

/// Inserts where there may be no room; then the upper part goes to a new right neighbour, which is
/// returned. An append leaves the left node full, so that rising keys fill their nodes.
template <class T>
TreeNode<T>* insert_or_split(TreeNode<T>& node, std::size_t index, const Entry<T>& entry) {
  if (node.count < kNodeCapacity) {
    insert_entry(node, index, entry);
    return nullptr;
  }
  TreeNode<T>* right = TreeNode<T>::make(node.level);
  const std::size_t middle = index == kNodeCapacity ? kNodeCapacity : kNodeCapacity / 2;
  move_tail(node, middle, *right);
  if (index > middle || index == kNodeCapacity) {
    insert_entry(*right, index - middle, entry);
  } else {
    insert_entry(node, index, entry);
  }
  return right;
}

}  // namespace

template <class T>
TreeEditor<T>::TreeEditor(PersistentTree<T> base)
    : base_(std::move(base)), root_(base_.root_.get()), size_(base_.size_) {}

template <class T>
TreeEditor<T>::TreeEditor(TreeEditor&& other) noexcept
    : base_(std::move(other.base_)),
      root_(std::exchange(other.root_, nullptr)),
      root_owned_(std::exchange(other.root_owned_, false)),
      changed_(std::exchange(other.changed_, false)),
      finished_(other.finished_),
      size_(std::exchange(other.size_, 0)),
      replaced_(std::move(other.replaced_)),
      dropped_(std::move(other.dropped_)) {}

template <class T>
TreeEditor<T>::~TreeEditor() {
  if (finished_) {
    settle();
  } else if (root_owned_) {
    undo(*root_);
  }
}

template <class T>
const T* TreeEditor<T>::find(std::string_view key) const {
  return root_ == nullptr ? nullptr : root_->find(key);
}

template <class T>
TreeCursor<T> TreeEditor<T>::lower_bound(std::string_view key) const {
  return TreeCursor<T>::lower_bound(root_, key);
}

template <class T>
Ref<T> TreeEditor<T>::put(Ref<T> item) {
  changed_ = true;
  Node& root = own_root();
  Ref<T> replaced;
  if (Node* right = insert(root, item.detach(), replaced)) {
    Node* above = Node::make(static_cast<std::uint16_t>(root.level + 1));
    insert_entry(*above, 0, child_entry<T>(&root));
    insert_entry(*above, 1, child_entry<T>(right));
    root_ = above;
  }
  if (!replaced) ++size_;
  return replaced;
}

template <class T>
Ref<T> TreeEditor<T>::erase(std::string_view key) {
  if (find(key) == nullptr) return nullptr;
  changed_ = true;
  Node& root = own_root();
  Ref<T> removed = remove(root, key);
  --size_;
  shrink_root();
  return removed;
}

/// Lets an only child take the root's place; an empty tree has no root.
template <class T>
void TreeEditor<T>::shrink_root() {
  while (root_ != nullptr && root_->count <= (root_->is_leaf() ? 0 : 1)) {
    Node& root = own_root();
    root_ = root.count == 0 ? nullptr : &own_child(root, 0);
    root_owned_ = root_ != nullptr;
    root.free_shell();
  }
}

template <class T>
TreeNode<T>& TreeEditor<T>::own_root() {
  if (!root_owned_) {
    if (root_ != nullptr) replaced_.push_back(root_);
    root_ = root_ == nullptr ? Node::make(0) : root_->copy();
    root_owned_ = true;
  }
  return const_cast<Node&>(*root_);
}

template <class T>
TreeNode<T>& TreeEditor<T>::own_child(Node& parent, std::size_t index) {
  const Node*& child = parent.children()[index];
  if (is_borrowed(parent, index)) {
    replaced_.push_back(child);
    child = child->copy();
    parent.borrowed &= ~bit(index);
  }
  return const_cast<Node&>(*child);
}

/// The item of an owned leaf that is about to leave the tree.
template <class T>
Ref<T> TreeEditor<T>::take(const Node& leaf, std::size_t index) {
  const T* item = leaf.items[index];
  if (!is_borrowed(leaf, index)) return Ref<T>::adopt(item);
  dropped_.push_back(item);
  return Ref<T>::share(item);
}

/// Puts `item` below `node`, which is owned; returns the right neighbour if it had to be split.
template <class T>
TreeNode<T>* TreeEditor<T>::insert(Node& node, const T* item, Ref<T>& replaced) {
  const std::string_view key = item->key();
  if (node.is_leaf()) {
    const std::size_t place = node.lower_bound(key);
    if (place < node.count && node.items[place]->key() == key) {
      replaced = take(node, place);
      set_entry(node, place, leaf_entry(item));
      return nullptr;
    }
    return insert_or_split(node, place, leaf_entry(item));
  }
  const std::size_t place = node.child_for(key);
  Node* right = insert(own_child(node, place), item, replaced);
  refresh(node, place);
  return right == nullptr ? nullptr : insert_or_split(node, place + 1, child_entry<T>(right));
}

/// Removes the entry with this key, which is below `node`, an owned one.
template <class T>
Ref<T> TreeEditor<T>::remove(Node& node, std::string_view key) {
  if (node.is_leaf()) {
    const std::size_t place = node.lower_bound(key);
    Ref<T> removed = take(node, place);
    erase_entry(node, place);
    return removed;
  }
  const std::size_t place = node.child_for(key);
  Node& child = own_child(node, place);
  Ref<T> removed = remove(child, key);
  if (child.count > 0) refresh(node, place);
  if (child.count < kMinimum) rebalance(node, place);
  return removed;
}

/// Merges the child with a neighbour, or evens the two out where one node cannot hold both.
template <class T>
void TreeEditor<T>::rebalance(Node& parent, std::size_t index) {
  if (parent.count == 1) {
    Node& only = own_child(parent, 0);
    if (only.count == 0) {
      only.free_shell();
      parent.count = 0;
    }
    return;
  }
  const std::size_t left_index = index == 0 ? 0 : index - 1;
  Node& left = own_child(parent, left_index);
  Node& right = own_child(parent, left_index + 1);
  const std::size_t total = std::size_t{left.count} + right.count;
  if (total <= kNodeCapacity) {
    move_tail(right, 0, left);
    right.free_shell();
    erase_entry(parent, left_index + 1);
  } else {
    for (; left.count < total / 2; erase_entry(right, 0)) {
      insert_entry(left, left.count, entry_at(right, 0));
    }
    for (; right.count < total / 2; erase_entry(left, left.count - std::size_t{1})) {
      insert_entry(right, 0, entry_at(left, left.count - std::size_t{1}));
    }
    refresh(parent, left_index + 1);
  }
  refresh(parent, left_index);
}

template <class T>
PersistentTree<T> TreeEditor<T>::finish() {
  finished_ = true;
  if (!changed_) return base_;
  return PersistentTree<T>(Ref<Node>::share(root_), size_);
}

template <class T>
void TreeEditor<T>::settle() {
  finished_ = false;
  // Whoever holds an old node alone inherits its counts; parents come first, so a node below a
  // shared one has been counted once more by then and is seen as shared too.
  if (replaced_.empty()) {
    base_ = {};
  } else {
    (void)base_.root_.detach();
  }
  for (const Node* old : replaced_) {
    if (old->references.load(std::memory_order_acquire) == 1) {
      old->free_shell();
    } else {
      old->retain_entries();
      old->release();
    }
  }
  for (const T* item : dropped_) item->release();
  if (root_owned_) root_->release();
  replaced_.clear();
  dropped_.clear();
  root_ = nullptr;
  root_owned_ = false;
}

/// Frees what the editor made, and nothing that it borrowed.
template <class T>
void TreeEditor<T>::undo(const Node& node) {
  for (std::size_t i = 0; i < node.count; ++i) {
    if (is_borrowed(node, i)) continue;
    if (node.is_leaf()) {
      node.items[i]->release();
    } else {
      undo(*node.children()[i]);
    }
  }
  node.free_shell();
}

template class TreeEditor<Record>;
template class TreeEditor<TableState>;
template class TreeEditor<IdempotencyToken>;
template class TreeEditor<ItemCollection>;
template class TreeEditor<Stream>;
template class TreeEditor<StreamRecord>;

}  // namespace dynatape::storage
