#include "cassettes/difference.h"

#include <algorithm>
#include <iterator>

#include "cassettes/address.h"
#include "cassettes/print.h"

namespace dynatape::cassettes {
namespace {

using Kind = Node::Kind;

/// Places of children, in their order.
using Places = std::vector<std::size_t>;

class Comparer {
 public:
  std::vector<Difference> found;

  void compare(const Node& live, const Node& recorded) {
    if (live == recorded) return;
    if (live.kind != recorded.kind || live.is_leaf() || live.text != recorded.text) {
      return add(print(live), print(recorded));
    }
    switch (live.kind) {
      case Kind::members:
        return compare_members(live, recorded);
      case Kind::list:
        return compare_lists(live, recorded);
      case Kind::bag:
        return compare_unordered(live, recorded);
      case Kind::commutative:
        if (live.text == "AND" || live.text == "OR" || live.text == "UPDATE") {
          return compare_unordered(live, recorded);
        }
        return add(print(live), print(recorded));
      default:
        // The clauses of a PartiQL statement.
        if (!live.children.empty() && live.children[0].kind == Kind::members) {
          return compare_lists(live, recorded);
        }
        add(print(live), print(recorded));
    }
  }

 private:
  void add(std::string live, std::string recorded) {
    const std::string_view path = address_.text();
    found.push_back(
        {path.empty() ? "the body" : std::string(path), std::move(live), std::move(recorded)});
  }

  void both(const Node& live, std::size_t i, const Node& recorded, std::size_t j) {
    const Address::Step step(address_, live, i);
    compare(live.children[i], recorded.children[j]);
  }
  void only_live(const Node& live, std::size_t i) {
    const Address::Step step(address_, live, i);
    add(print(live.children[i]), "");
  }
  void only_recorded(const Node& recorded, std::size_t j) {
    const Address::Step step(address_, recorded, j);
    add("", print(recorded.children[j]));
  }

  void compare_members(const Node& live, const Node& recorded) {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < live.children.size() || j < recorded.children.size()) {
      const bool ended = i == live.children.size();
      if (ended ||
          (j < recorded.children.size() && recorded.children[j].name < live.children[i].name)) {
        only_recorded(recorded, j++);
      } else if (j == recorded.children.size() ||
                 live.children[i].name < recorded.children[j].name) {
        only_live(live, i++);
      } else {
        both(live, i++, recorded, j++);
      }
    }
  }

  void compare_lists(const Node& live, const Node& recorded) {
    const std::size_t common = std::min(live.children.size(), recorded.children.size());
    for (std::size_t i = 0; i < common; ++i) both(live, i, recorded, i);
    for (std::size_t i = common; i < live.children.size(); ++i) only_live(live, i);
    for (std::size_t i = common; i < recorded.children.size(); ++i) only_recorded(recorded, i);
  }

  /// What is on both sides goes out; of the rest, those about the same thing are compared.
  void compare_unordered(const Node& live, const Node& recorded) {
    Places ours;
    Places theirs;
    subtract(live, recorded, ours);
    subtract(recorded, live, theirs);
    for (const std::size_t i : ours) {
      const auto partner = std::ranges::find_if(
          theirs, [&](std::size_t j) { return subject(live, i) == subject(recorded, j); });
      if (partner == theirs.end()) {
        only_live(live, i);
      } else {
        both(live, i, recorded, *partner);
        theirs.erase(partner);
      }
    }
    for (const std::size_t j : theirs) only_recorded(recorded, j);
  }

  /// The children of `from` that `other` has not, both sorted.
  static void subtract(const Node& from, const Node& other, Places& out) {
    auto at = other.children.begin();
    for (std::size_t i = 0; i < from.children.size(); ++i) {
      while (at != other.children.end() && *at < from.children[i]) ++at;
      if (at != other.children.end() && *at == from.children[i]) {
        ++at;
      } else {
        out.push_back(i);
      }
    }
  }

  /// What a child is about: its path within the parent.
  std::string subject(const Node& parent, std::size_t child) {
    const Address::Step step(address_, parent, child);
    return std::string(address_.text());
  }

  Address address_;
};

}  // namespace

std::vector<Difference> differences(const Meaning& live, const Meaning& recorded) {
  Comparer comparer;
  const bool named =
      core::find_operation(live.operation) && core::find_operation(recorded.operation);
  if (!named && live.operation != recorded.operation) {
    comparer.found.push_back({"the request", live.operation, recorded.operation});
  }
  comparer.compare(live.body, recorded.body);
  return std::move(comparer.found);
}

}  // namespace dynatape::cassettes
