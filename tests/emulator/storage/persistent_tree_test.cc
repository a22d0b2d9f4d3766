#include "emulator/storage/persistent_tree.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "emulator/storage/record.h"
#include "emulator/storage/tree_editor.h"
#include "tests/support/random_seed.h"

namespace dynatape::storage {
namespace {

using Tree = PersistentTree<Record>;
using Reference = std::map<std::string, std::string>;

Ref<Record> row(std::string_view key, std::string_view value) {
  return Record::make(key, value, 0);
}

std::string key_of(std::size_t number) {
  std::string digits = std::to_string(number);
  return std::string(8 - digits.size(), '0') + digits;
}

Tree tree_of(const Reference& entries) {
  TreeEditor<Record> editor{Tree()};
  for (const auto& [key, value] : entries) editor.put(row(key, value));
  return editor.finish();
}

Reference forwards(const Tree& tree) {
  Reference entries;
  std::string previous;
  for (auto at = tree.first(); at.valid(); at.next()) {
    REQUIRE((entries.empty() || previous < at->key()));
    previous = at->key();
    entries.emplace(previous, at->item().bytes());
  }
  REQUIRE(entries.size() == tree.size());
  return entries;
}

std::size_t count_backwards(const Tree& tree) {
  std::size_t count = 0;
  for (auto at = tree.last(); at.valid(); at.previous()) ++count;
  return count;
}

/// One random edit of both; returns whether the tree said what the map says.
bool edit(std::mt19937_64& random, std::size_t keys, TreeEditor<Record>& editor,
          Reference& reference) {
  // A common beginning longer than 8 bytes makes every comparison look at the whole key.
  const std::string prefix = random() % 2 == 0 ? "" : "one-partition-";
  const std::string key = prefix + key_of(random() % keys);
  if (random() % 5 < 3) {
    const std::string value = std::to_string(random());
    const bool replaced = static_cast<bool>(editor.put(row(key, value)));
    return replaced != reference.insert_or_assign(key, value).second;
  }
  return static_cast<bool>(editor.erase(key)) == (reference.erase(key) == 1);
}

}  // namespace

TEST_CASE("tree: an empty one finds nothing and has no first or last") {
  const Tree tree;
  CHECK(tree.find("a") == nullptr);
  CHECK_FALSE(tree.first().valid());
  CHECK_FALSE(tree.last().valid());
  CHECK_FALSE(tree.lower_bound("a").valid());
  CHECK_FALSE(tree.last_below("a").valid());
}

TEST_CASE("tree: bounds stand where a sorted map's do") {
  Reference entries;
  for (std::size_t i = 0; i < 1000; ++i) entries[key_of(2 * i)] = "v";
  const Tree tree = tree_of(entries);
  for (std::size_t i = 0; i < 2001; ++i) {
    const auto place = entries.lower_bound(key_of(i));
    const auto found = tree.lower_bound(key_of(i));
    REQUIRE(found.valid() == (place != entries.end()));
    if (found.valid()) REQUIRE(found->key() == place->first);
    const auto below = tree.last_below(key_of(i));
    REQUIRE(below.valid() == (place != entries.begin()));
    if (below.valid()) REQUIRE(below->key() == std::prev(place)->first);
  }
}

TEST_CASE("tree: an edit leaves the old tree as it was") {
  const Reference entries = {{"a", "1"}, {"b", "2"}};
  const Tree before = tree_of(entries);
  TreeEditor<Record> editor(before);
  editor.put(row("a", "other"));
  editor.put(row("c", "3"));
  editor.erase("b");
  const Tree after = editor.finish();
  CHECK(forwards(before) == entries);
  CHECK(forwards(after) == Reference{{"a", "other"}, {"c", "3"}});
}

TEST_CASE("tree: an edit that is never finished leaves nothing behind") {
  Reference entries;
  for (std::size_t i = 0; i < 5000; ++i) entries[key_of(i)] = "v";
  const Tree tree = tree_of(entries);
  {
    TreeEditor<Record> editor(tree);
    for (std::size_t i = 0; i < 5000; i += 3) editor.erase(key_of(i));
    for (std::size_t i = 0; i < 9000; i += 2) editor.put(row(key_of(i), "w"));
  }
  CHECK(forwards(tree) == entries);
}

TEST_CASE("tree: a replaced tree that nobody holds gives its nodes to the next") {
  // The leak checker of the sanitizer build counts what this loop forgets; a use after free is
  // found by the last look.
  Reference entries;
  Tree tree;
  for (std::size_t i = 0; i < 3000; ++i) {
    TreeEditor<Record> editor(std::exchange(tree, Tree()));
    editor.put(row(key_of(i * 7919 % 3000), "v"));
    tree = editor.finish();
    editor.settle();
    entries[key_of(i * 7919 % 3000)] = "v";
  }
  CHECK(forwards(tree) == entries);
  for (std::size_t i = 0; i < 3000; ++i) {
    TreeEditor<Record> editor(std::exchange(tree, Tree()));
    editor.erase(key_of(i));
    tree = editor.finish();
    editor.settle();
  }
  CHECK(tree.empty());
}

TEST_CASE("tree: rising keys fill their nodes") {
  // Not observable but for memory; the depth of a million entries must stay small enough to read
  // them back both ways.
  TreeEditor<Record> editor{Tree()};
  for (std::size_t i = 0; i < 100'000; ++i) editor.put(row(key_of(i), ""));
  const Tree tree = editor.finish();
  CHECK(tree.size() == 100'000);
  CHECK(count_backwards(tree) == 100'000);
}

TEST_CASE("tree: random edits of diverging versions agree with sorted maps") {
  const std::uint64_t seed = support::random_seed("tree");
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  struct Version {
    Tree tree;
    Reference reference;
  };
  std::vector<Version> versions(1);
  for (int round = 0; round < 400; ++round) {
    // Half of the rounds go on from a version that stays, the others from one that goes away.
    const std::size_t from = random() % versions.size();
    const bool keeps = random() % 2 == 0 && versions.size() < 12;
    Version next = keeps ? versions[from] : std::exchange(versions[from], Version());
    const Reference before = next.reference;
    const Tree old = random() % 4 == 0 ? next.tree : Tree();
    const std::size_t keys = 1 + random() % 3000;
    const std::size_t edits = random() % 500;
    TreeEditor<Record> editor(std::exchange(next.tree, Tree()));
    for (std::size_t i = 0; i < edits; ++i) {
      REQUIRE(edit(random, keys, editor, next.reference));
    }
    REQUIRE(editor.size() == next.reference.size());
    if (random() % 8 == 0 && keeps) continue;  // dropped
    next.tree = editor.finish();
    editor.settle();
    if (!old.empty()) REQUIRE(forwards(old) == before);
    REQUIRE(forwards(next.tree) == next.reference);
    if (keeps) {
      versions.push_back(std::move(next));
    } else {
      versions[from] = std::move(next);
    }
  }
  for (const Version& version : versions) {
    REQUIRE(forwards(version.tree) == version.reference);
    REQUIRE(count_backwards(version.tree) == version.reference.size());
  }
}

TEST_CASE("tree: random erasure down to nothing keeps every order") {
  const std::uint64_t seed = support::random_seed("tree erasure");
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  Reference reference;
  for (std::size_t i = 0; i < 4000; ++i) reference[key_of(random() % 100'000)] = "v";
  Tree tree = tree_of(reference);
  while (!reference.empty()) {
    TreeEditor<Record> editor(std::exchange(tree, Tree()));
    for (std::size_t i = 0; i < 97 && !reference.empty(); ++i) {
      auto victim = reference.lower_bound(key_of(random() % 100'000));
      if (victim == reference.end()) victim = reference.begin();
      REQUIRE(editor.erase(victim->first));
      reference.erase(victim);
    }
    tree = editor.finish();
    editor.settle();
    REQUIRE(forwards(tree) == reference);
  }
}

}  // namespace dynatape::storage
