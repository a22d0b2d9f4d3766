#include "emulator/storage/tree_node.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>

#include "emulator/storage/idempotency.h"
#include "emulator/storage/item_collection.h"
#include "emulator/storage/record.h"
#include "emulator/storage/stream.h"
#include "emulator/storage/table_state.h"

namespace dynatape::storage {
namespace {

/// Below, at or above zero as a's key stands to `key`.
template <class T>
int compare(std::uint64_t prefix, const T& item, std::uint64_t key_prefix, std::string_view key) {
  if (prefix != key_prefix) return prefix < key_prefix ? -1 : 1;
  return item.key().compare(key);
}

/// Memory of nodes of one size that this thread freed last. An edit frees about as many as it
/// makes, so the next one works where the processor's cache still is, not somewhere in a big heap.
class SpareNodes {
 public:
  SpareNodes() = default;
  SpareNodes(const SpareNodes&) = delete;
  SpareNodes& operator=(const SpareNodes&) = delete;
  ~SpareNodes() {
    while (count_ > 0) ::operator delete(spares_[--count_]);
    closed_ = true;
  }

  void* take(std::size_t size) { return count_ > 0 ? spares_[--count_] : ::operator new(size); }
  void give(void* memory) {
    if (count_ == kMost || closed_) return ::operator delete(memory);
    spares_[count_++] = memory;
  }

 private:
#if __has_feature(address_sanitizer)
  static constexpr std::size_t kMost = 0;  // a node used after it was freed must be seen
#else
  static constexpr std::size_t kMost = 256;  // a full batch or transaction replaces about 100
#endif

  std::size_t count_ = 0;
  bool closed_ = false;  ///< the thread is ending
  std::array<void*, kMost + 1> spares_;
};

SpareNodes& spare_nodes(bool leaves) {
  thread_local SpareNodes spare_leaves;
  thread_local SpareNodes spare_inner;
  return leaves ? spare_leaves : spare_inner;
}

}  // namespace

std::uint64_t key_prefix(std::string_view key) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  if constexpr (std::endian::native == std::endian::little) prefix = std::byteswap(prefix);
  return prefix;
}

template <class T>
const TreeNode<T>* const* TreeNode<T>::children() const {
  return reinterpret_cast<const TreeNode* const*>(this + 1);
}

template <class T>
const TreeNode<T>** TreeNode<T>::children() {
  return reinterpret_cast<const TreeNode**>(this + 1);
}

template <class T>
template <class Before>
std::size_t TreeNode<T>::partition_point(std::string_view key, Before before) const {
  const std::uint64_t prefix = key_prefix(key);
  std::size_t low = 0;
  for (std::size_t high = count; low < high;) {
    const std::size_t middle = (low + high) / 2;
    if (before(compare(prefixes[middle], *items[middle], prefix, key))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

template <class T>
std::size_t TreeNode<T>::lower_bound(std::string_view key) const {
  return partition_point(key, [](int order) { return order < 0; });
}

template <class T>
std::size_t TreeNode<T>::child_for(std::string_view key) const {
  const std::size_t place = partition_point(key, [](int order) { return order <= 0; });
  return place == 0 ? 0 : place - 1;
}

template <class T>
const T* TreeNode<T>::find(std::string_view key) const {
  const TreeNode* node = this;
  while (!node->is_leaf()) node = node->children()[node->child_for(key)];
  const std::size_t place = node->lower_bound(key);
  if (place == node->count || node->items[place]->key() != key) return nullptr;
  return node->items[place];
}

template <class T>
TreeNode<T>* TreeNode<T>::make(std::uint16_t level) {
  const std::size_t children_size = level == 0 ? 0 : kNodeCapacity * sizeof(TreeNode*);
  auto* node = new (spare_nodes(level == 0).take(sizeof(TreeNode) + children_size)) TreeNode;
  node->level = level;
  return node;
}

template <class T>
TreeNode<T>* TreeNode<T>::copy() const {
  TreeNode* node = make(level);
  node->count = count;
  node->borrowed = ~std::uint64_t{0};
  std::copy_n(prefixes, count, node->prefixes);
  std::copy_n(items, count, node->items);
  if (!is_leaf()) std::copy_n(children(), count, node->children());
  return node;
}

template <class T>
void TreeNode<T>::retain_entries() const {
  for (std::size_t i = 0; i < count; ++i) {
    if (is_leaf()) {
      items[i]->retain();
    } else {
      children()[i]->retain();
    }
  }
}

template <class T>
void TreeNode<T>::release() const {
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // As deep as the tree is high, which is never much.
  for (std::size_t i = 0; i < count; ++i) {
    if (is_leaf()) {
      items[i]->release();
    } else {
      children()[i]->release();
    }
  }
  free_shell();
}

template <class T>
void TreeNode<T>::free_shell() const {
  auto* self = const_cast<TreeNode*>(this);
  const bool leaf = is_leaf();
  self->~TreeNode();
  spare_nodes(leaf).give(self);
}

template struct TreeNode<Record>;
template struct TreeNode<TableState>;
template struct TreeNode<IdempotencyToken>;
template struct TreeNode<ItemCollection>;
template struct TreeNode<Stream>;
template struct TreeNode<StreamRecord>;

}  // namespace dynatape::storage
