#include "emulator/storage/persistent_tree.h"

#include "emulator/storage/idempotency.h"
#include "emulator/storage/item_collection.h"
#include "emulator/storage/record.h"
#include "emulator/storage/stream.h"
#include "emulator/storage/table_state.h"

namespace dynatape::storage {

template <class T>
const T* PersistentTree<T>::find(std::string_view key) const {
  return root_ ? root_->find(key) : nullptr;
}

template <class T>
TreeCursor<T> PersistentTree<T>::first() const {
  return TreeCursor<T>::first(root_.get());
}

template <class T>
TreeCursor<T> PersistentTree<T>::last() const {
  return TreeCursor<T>::last(root_.get());
}

template <class T>
TreeCursor<T> PersistentTree<T>::lower_bound(std::string_view key) const {
  return TreeCursor<T>::lower_bound(root_.get(), key);
}

template <class T>
TreeCursor<T> PersistentTree<T>::last_below(std::string_view key) const {
  TreeCursor<T> cursor = lower_bound(key);
  if (!cursor.valid()) return last();
  cursor.previous();
  return cursor;
}

template <class T>
TreeCursor<T> TreeCursor<T>::first(const Node* root) {
  TreeCursor cursor;
  if (root != nullptr) cursor.descend_first(root);
  return cursor;
}

template <class T>
TreeCursor<T> TreeCursor<T>::last(const Node* root) {
  TreeCursor cursor;
  if (root != nullptr) cursor.descend_last(root);
  return cursor;
}

template <class T>
TreeCursor<T> TreeCursor<T>::lower_bound(const Node* root, std::string_view key) {
  TreeCursor cursor;
  if (root == nullptr) return cursor;
  const Node* node = root;
  for (; !node->is_leaf(); node = node->children()[cursor.top().index]) {
    cursor.push(node, node->child_for(key));
  }
  const std::size_t place = node->lower_bound(key);
  if (place < node->count) {
    cursor.push(node, place);
  } else {
    // Past this leaf's last entry: the next leaf begins with the one sought.
    cursor.push(node, node->count - std::size_t{1});
    cursor.next();
  }
  return cursor;
}

template <class T>
void TreeCursor<T>::next() {
  while (depth_ != 0 && top().index + 1 == top().node->count) --depth_;
  if (depth_ == 0) return;
  const std::size_t index = ++top().index;
  if (!top().node->is_leaf()) descend_first(top().node->children()[index]);
}

template <class T>
void TreeCursor<T>::previous() {
  while (depth_ != 0 && top().index == 0) --depth_;
  if (depth_ == 0) return;
  const std::size_t index = --top().index;
  if (!top().node->is_leaf()) descend_last(top().node->children()[index]);
}

template <class T>
void TreeCursor<T>::descend_first(const Node* node) {
  for (; !node->is_leaf(); node = node->children()[0]) push(node, 0);
  push(node, 0);
}

template <class T>
void TreeCursor<T>::descend_last(const Node* node) {
  for (; !node->is_leaf(); node = node->children()[top().index]) {
    push(node, node->count - std::size_t{1});
  }
  push(node, node->count - std::size_t{1});
}

template class TreeCursor<Record>;
template class TreeCursor<TableState>;
template class TreeCursor<IdempotencyToken>;
template class TreeCursor<ItemCollection>;
template class TreeCursor<Stream>;
template class TreeCursor<StreamRecord>;
template class PersistentTree<Record>;
template class PersistentTree<TableState>;
template class PersistentTree<IdempotencyToken>;
template class PersistentTree<ItemCollection>;
template class PersistentTree<Stream>;
template class PersistentTree<StreamRecord>;

}  // namespace dynatape::storage
