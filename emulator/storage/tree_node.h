#pragma once

// A node of a persistent tree. Its invariants:
// - entries are sorted by key; at most kNodeCapacity of them;
// - a leaf owns its items, an inner node its children, each by one count;
// - items[i] of an inner node is the smallest item below children[i], borrowed from it;
// - prefixes[i] holds the first 8 bytes of items[i]'s key, so that a search rarely leaves the node.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dynatape::storage {

inline constexpr std::size_t kNodeCapacity = 32;
/// Far above what memory can hold: nodes are at least a quarter full but at the right edge.
inline constexpr std::size_t kMaxTreeDepth = 24;

/// The first 8 bytes of a key as a number that compares as they do; shorter keys are padded.
[[nodiscard]] std::uint64_t key_prefix(std::string_view key);

template <class T>
struct TreeNode {
  mutable std::atomic<std::uint32_t> references = 1;
  std::uint16_t count = 0;
  std::uint16_t level = 0;  ///< 0: a leaf
  /// While an editor builds this node: bit i is set if entry i's count still belongs to the node
  /// that this one is a copy of.
  std::uint64_t borrowed = 0;
  std::uint64_t prefixes[kNodeCapacity];
  const T* items[kNodeCapacity];

  TreeNode() = default;
  TreeNode(const TreeNode&) = delete;
  TreeNode& operator=(const TreeNode&) = delete;

  [[nodiscard]] bool is_leaf() const { return level == 0; }
  [[nodiscard]] const TreeNode* const* children() const;
  [[nodiscard]] const TreeNode** children();

  /// The first entry whose key is not less than `key`.
  [[nodiscard]] std::size_t lower_bound(std::string_view key) const;
  /// The child whose range holds `key`.
  [[nodiscard]] std::size_t child_for(std::string_view key) const;
  /// The item with exactly this key below this node, or nullptr.
  [[nodiscard]] const T* find(std::string_view key) const;

  void retain() const { references.fetch_add(1, std::memory_order_relaxed); }
  void release() const;
  /// Adds a count to every item or child that this node owns one of.
  void retain_entries() const;

  /// A node without entries; inner ones have room for children behind them.
  [[nodiscard]] static TreeNode* make(std::uint16_t level);
  /// A copy whose entries are all borrowed.
  [[nodiscard]] TreeNode* copy() const;
  /// Frees the node alone: its entries' counts have gone elsewhere.
  void free_shell() const;

 private:
  template <class Before>
  [[nodiscard]] std::size_t partition_point(std::string_view key, Before before) const;
};

}  // namespace dynatape::storage
